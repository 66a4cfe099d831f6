import Foundation
import Testing

@testable import Experiments

@Suite("JSON")
struct JSONTests {
  @Test("keeps the order of its members")
  func order() {
    let object: JSONObject = ["z": 1, "a": "text", "m": [true, false], "b": 0.5]
    #expect(object.description == #"{"z": 1, "a": "text", "m": [true, false], "b": 0.5}"#)
  }

  @Test("has nothing between empty brackets")
  func empty() {
    #expect(JSON.array([.object([:]), .array([])]).description == "[{}, []]")
  }

  @Test(
    "writes the fewest digits that read back as the same number",
    arguments: [
      (3.994494844397356e-10, "3.994494844397356e-10"), (1e22, "1e+22"), (-0.0, "0.0"),
      (.leastNonzeroMagnitude, "5e-324"), (0.1, "0.1"), (1, "1.0"),
      (Double.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ])
  func numbers(value: Double, text: String) throws {
    #expect(JSON.number(value).description == text)
    let parsed = try #require(try Self.parse("[\(text)]") as? [Double])
    // −0 is written as 0.
    #expect(parsed.map(\.bitPattern) == [(value + 0).bitPattern])
  }

  @Test("tells the name of what it would leave out")
  func undefined() {
    let inner: JSONObject = ["b": 1.0, "c": [1, .infinity]]
    #expect((["a": 1.0, "inner": inner] as JSONObject).undefinedKey == "inner.c")
    #expect((["a": Double.nan] as JSONObject).undefinedKey == "a")
    #expect((["a": 1.0, "b": [1.0], "c": "nan"] as JSONObject).undefinedKey == nil)
  }

  @Test(
    "writes integers beyond 2⁵³ in full", arguments: [0, -1, 1 << 53 + 1, Int.max, Int.min])
  func integers(value: Int) throws {
    #expect(JSON.integer(value).description == "\(value)")
    #expect(try Self.parse("[\(JSON.integer(value))]") as? [Int] == [value])
  }

  @Test("passes a Float on as the Double of equal value")
  func floats() {
    let object: JSONObject = ["x": Float(0.1)]
    #expect(object.description == #"{"x": 0.10000000149011612}"#)
  }

  @Test(
    "escapes strings so that they read back and stay on one line",
    arguments: [
      "", "plain", "\"quoted\" \\ back", "tab\t line\n return\r\n", "\0\u{1}\u{1F}\u{7F}\u{85}",
      "\u{2028}\u{2029}", "τ = 0.07, 温度, 👩‍🔬, e\u{301}",
    ])
  func strings(string: String) throws {
    let text = JSONObject(dictionaryLiteral: (string, string)).description
    #expect(text.split(whereSeparator: \.isNewline).count == 1)
    let parsed = try #require(try Self.parse(text) as? [String: String])
    // Scalars, because equal strings may differ in their composition.
    #expect(parsed.keys.map { Array($0.unicodeScalars) } == [Array(string.unicodeScalars)])
    #expect(parsed.values.map { Array($0.unicodeScalars) } == [Array(string.unicodeScalars)])
  }

  @Test("writes escapes in their short forms where there are any")
  func escapes() {
    #expect(JSON.string("\"\\\n\r\t\u{1}").description == #""\"\\\n\r\t\u0001""#)
  }

  @Test(
    "leaves out what is not finite", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) {
    let object: JSONObject = [
      "a": value, "b": [1, value, 3], "c": [[1, 2], [value]], "d": 2.5,
      "e": ["f": value, "g": 1] as JSONObject, "h": nil as Double?,
      "rows": [["x": value, "y": 1] as JSONObject],
    ]
    #expect(object.description == #"{"d": 2.5, "e": {"g": 1}, "rows": [{"y": 1}]}"#)
  }

  @Test("reads back through Foundation as what was written")
  func roundTrip() throws {
    let object: JSONObject = [
      "loss": 3.994494844397356e-10, "perQuery": [0.25, 1e-300], "count": 65_536,
      "attainable": false, "nested": ["list": [[1, 2], [3]]] as JSONObject,
    ]
    let parsed = try #require(try Self.parse(object.description) as? NSDictionary)
    let expected: NSDictionary = [
      "loss": 3.994494844397356e-10, "perQuery": [0.25, 1e-300], "count": 65_536,
      "attainable": false, "nested": ["list": [[1, 2], [3]]],
    ]
    #expect(parsed == expected)
  }

  @Test("refuses two members of one name")
  func duplicates() async {
    await #expect(processExitsWith: .failure) {
      var object: JSONObject = ["a": 1]
      object.add("a", 2)
    }
  }

  private static func parse(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8))
  }
}
