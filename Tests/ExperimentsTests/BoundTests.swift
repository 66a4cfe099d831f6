import ArgumentParser
import Contrastive
import Foundation
import Testing

@testable import Experiments

@Suite("bound")
struct BoundTests {
  /// The reference file's cases, each as its command line with the value expected.
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]
    let value: Double

    var testDescription: String { name }

    private struct Parameters: Decodable {
      let kind: String
      let classes, negatives, batch, candidates, dimension: Int?
      let scale, temperature, t: Double?
    }

    private struct Expected: Decodable {
      let value: Double
    }

    private enum CodingKeys: CodingKey {
      case name, parameters, expected
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      value = try container.decode(Expected.self, forKey: .expected).value
      let parameters = try container.decode(Parameters.self, forKey: .parameters)
      arguments =
        [parameters.kind]
        + Mirror(reflecting: parameters).children.flatMap { child -> [String] in
          guard let label = child.label, label != "kind",
            let value = Mirror(reflecting: child.value).children.first?.value
          else { return [] }
          return ["--\(label)", "\(value)"]
        }
    }
  }

  /// The file is beside the tests of the module that computes the values.
  static func cases() throws -> [Case] {
    struct File: Decodable { let cases: [Case] }
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let url = tests.appending(path: "ContrastiveBoundsTests/Resources/bounds.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
  }

  // The reference takes 0.07 as that decimal; see the tests of ContrastiveBounds.
  @Test("equals every reference case")
  func reference() throws {
    let cases = try Self.cases()
    #expect(cases.count == 172)
    #expect(Set(cases.map { $0.arguments[0] }).count == 13)
    for item in cases {
      let result = try Bound.report(item.arguments).result
      let value = try #require(result["value"]?.double)
      #expect(abs(value - item.value) <= 1e-13 * abs(item.value), "\(item.name)")
      #expect(result["kind"] == .string(item.arguments[0]))
      #expect(result["attainable"] != nil)
    }
  }

  @Test("prints what was asked for, from the program", arguments: [0, 90, 171])
  func program(index: Int) throws {
    let item = try Self.cases()[index]
    let outcome = try ExperimentsProgram.run(arguments: ["bound"] + item.arguments + ["--json"])
    #expect(outcome.status == 0)
    #expect(outcome.output == (try Bound.report(item.arguments).result.description) + "\n")
  }

  @Test("takes a dimension that decides whether the value is attainable")
  func attainable() throws {
    let cases: [(String, least: Int)] = [
      ("normface-proposition-2 --classes 10 --scale 1", 9),
      ("normface-scale --classes 10 --floor 0.01", 9),
      ("info-nce-antipodal --negatives 9 --temperature 1", 1),
      ("info-nce-simplex --negatives 9 --temperature 1", 9),
      ("info-nce-orthogonal --negatives 9 --temperature 1", 10),
      ("info-nce-collapse --negatives 9", 1),
      ("clip-n-way --batch 10 --temperature 1", 9), ("nt-xent --batch 10 --temperature 1", 9),
      ("nt-xent-collapse --batch 10", 1), ("cross-polytope --batch 10 --temperature 1", 5),
      ("polygon --batch 10 --temperature 1", 2),
      ("mutual-information-cap-cosine --candidates 10 --temperature 1", 1),
      ("mutual-information-cap-simplex --candidates 10 --temperature 1", 9),
    ]
    for (line, least) in cases {
      let arguments = line.split(separator: " ").map(String.init)
      func attainable(_ dimension: Int) throws -> JSON? {
        try Bound.report(arguments + ["--dimension", "\(dimension)"]).result["attainable"]
      }
      #expect(try Bound.report(arguments).result["attainable"] == .boolean(true), "\(line)")
      #expect(try attainable(least) == .boolean(true), "\(line)")
      if least > 1 { #expect(try attainable(least - 1) == .boolean(false), "\(line)") }
      #expect(throws: ContrastiveError.self, "\(line)") { try attainable(0) }
    }
  }

  @Test("has values of its own beyond the reference")
  func further() throws {
    func value(_ arguments: String...) throws -> Double {
      try #require(Bound.report(arguments).result["value"]?.double)
    }
    #expect(
      abs(try value("normface-scale", "--classes", "1000", "--floor", "0.01") - 11.4954) < 5e-5)
    #expect(
      abs(try value("polygon", "--batch", "5", "--temperature", "0.1") - 0.0019938934534) < 1e-13)
    #expect(
      try value("cross-polytope", "--batch", "8", "--scale", "2")
        == log1p(6 * exp(-2.0) + exp(-4.0)))
    #expect(
      abs(
        try value("mutual-information-cap-simplex", "--candidates", "1024", "--temperature", "1")
          - (log(1024) - 5.93217348361174094)) < 1e-14)
  }

  @Test("takes its options, no fewer and no others", arguments: BoundKind.allCases)
  func options(kind: BoundKind) throws {
    func arguments(_ options: [BoundOption]) -> [String] {
      [kind.rawValue] + options.flatMap { ["--\($0.rawValue)", "1"] }
    }
    func message(_ options: [BoundOption]) throws -> String {
      let thrown = #expect(throws: (any Error).self) { try Bound.parse(arguments(options)) }
      return Bound.message(for: try #require(thrown))
    }
    let required = kind.requiredOptions
    let others = BoundOption.allCases.filter { $0 != .dimension && !required.contains($0) }
    #expect(throws: Never.self) { try Bound.parse(arguments(required)) }
    let complaints = try message(others).split(separator: "; it takes")[0].split(separator: " and ")
    #expect(complaints.count == 2)
    #expect(required.allSatisfy { complaints[0].contains($0.text) })
    #expect(others.allSatisfy { complaints[1].contains($0.text) })
  }

  @Test("says what is missing and what is too much")
  func messages() {
    let error = #expect(throws: (any Error).self) {
      try Bound.parse(["clip-n-way", "--negatives", "3", "--scale", "1"])
    }
    #expect(
      error.map { Bound.message(for: $0) } == """
        clip-n-way misses --batch N and does not take --negatives K; it takes --batch N \
        --temperature τ [--dimension d].
        """)
    #expect(throws: (any Error).self) { try Bound.parse([]) }
    #expect(throws: (any Error).self) { try Bound.parse(["nonsense"]) }
    #expect(throws: (any Error).self) { try Bound.parse(["--list", "--batch", "3"]) }
    #expect(throws: (any Error).self) { try Bound.parse(["polygon", "--list"]) }
  }

  @Test("lists every kind with its formula")
  func listing() throws {
    let report = try Bound.report(["--list"])
    let kinds = try #require(report.result["kinds"]?.elements)
    #expect(kinds.map { $0["kind"] } == BoundKind.allCases.map { .string($0.rawValue) })
    #expect(report.text.contains("log(1 + (N−1) exp(−N/((N−1) τ)))"))
  }
}
