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
}
