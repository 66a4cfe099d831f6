import Testing

@testable import Experiments

@Suite("HTML")
struct HTMLTests {
  @Test("escapes what is interpolated as text, and takes pieces as they are")
  func escaping() {
    let text = "a < b & \"c\" > d"
    let piece: HTML = "<b title=\"\(text)\">\(text)</b>"
    let escaped = "a &lt; b &amp; &quot;c&quot; &gt; d"
    #expect(piece.text == "<b title=\"\(escaped)\">\(escaped)</b>")
    #expect(("<p>\(piece)</p>" as HTML).text == "<p>\(piece.text)</p>")
    #expect(("\([piece, piece])" as HTML).text == "\(piece.text)\n\(piece.text)")
    let nothing: HTML? = nil
    #expect(("<p>\(nothing)\(7)</p>" as HTML).text == "<p>7</p>")
  }

  @Test("escapes what a mark follows, which with it is another character")
  func marks() {
    let mark = "\u{338}"
    #expect(
      HTML(escaping: "<\(mark)b>\(mark) \"\(mark) &\(mark)").text.unicodeScalars.elementsEqual(
        "&lt;\(mark)b&gt;\(mark) &quot;\(mark) &amp;\(mark)".unicodeScalars))
  }

  @Test("keeps options in sentences whole, of which nothing else changes")
  func options() {
    #expect(
      HTML(sentences: "Give --ids (--seeds 5) <a  b>: 10-20 – as usual.").text
        == "Give <span class=\"option\">--ids</span> <span class=\"option\">(--seeds</span> 5) &lt;a  b&gt;: "
        + "10-20 – as usual.")
  }
}
