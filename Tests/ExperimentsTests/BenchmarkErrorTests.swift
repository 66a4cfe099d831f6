import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// All of these end before anything is measured.
@Suite("benchmark refuses")
struct BenchmarkErrorTests {
  func refusal(_ arguments: String...) throws -> String {
    let outcome = try ExperimentsProgram.run(arguments: ["benchmark", "--json"] + arguments)
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    let errors = outcome.errorLines.filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1)
    return String(errors.first ?? "")
  }

  @Test(
    "numbers out of range, with one line that names the option",
    arguments: [
      ("--queries", "0"), ("--negatives", "-1"), ("--dimension", "0"), ("--repeats", "0"),
      ("--threads", "0"), ("--threads", "100000"), ("--temperature", "0"),
      ("--isa", "avx3"), ("--queries", "9000000000000000000"), ("--dimension", "9000000000"),
    ])
  func range(option: String, value: String) throws {
    #expect(try refusal("--workload", "moco", option, value).contains(option))
    #expect(try refusal("--workload", "moco", "--scaling", "--points", "0").contains("--points"))
  }

  @Test("files that do not fit the options or each other, with one line that names the file")
  func shapes() throws {
    let folder = try TemporaryFolder()
    _ = try BenchmarkTests.writeInputs(to: folder)
    let moco = ["--workload", "moco", "--inputs", folder.path("")]
    let arguments = { (more: String...) in moco + more }
    for (words, file) in [
      (arguments("--queries", "7"), "queries.npy"), (arguments("--negatives", "7"), "queue.npy"),
      (arguments("--dimension", "7"), "queries.npy"),
    ] {
      let outcome = try ExperimentsProgram.run(arguments: ["benchmark", "--json"] + words)
      #expect(outcome.status == 65 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("\(file): expected "))
    }
    try Matrix<Float>.random(rowCount: 5, columnCount: 4, seed: 1)
      .write(to: folder.path("keys.npy"))
    #expect(
      try refusal("--workload", "moco", "--inputs", folder.path(""))
        .contains("keys.npy: expected 6 × 4"))
    try NumPyFile.write([0, 1].span, shape: [2], to: folder.path("labels.npy"))
    #expect(
      try refusal("--workload", "supcon", "--inputs", folder.path(""))
        .contains("labels.npy: expected 6, one per query, found 2"))
    try NumPyFile.write([0, 1, 2, 3, 4, 10].span, shape: [6], to: folder.path("labels.npy"))
    #expect(
      try refusal("--workload", "normface", "--inputs", folder.path(""))
        .contains("labels.npy: expected class indices from 0 to 9, found 10"))
  }

  @Test("rows that are not finite, and a queue whose rows are not of length 1")
  func values() throws {
    let folder = try TemporaryFolder()
    let inputs = try BenchmarkTests.writeInputs(to: folder)
    try Matrix<Float>.random(rowCount: BenchmarkTests.k, columnCount: BenchmarkTests.d, seed: 3)
      .write(to: folder.path("queue.npy"))
    let folderPath = folder.path("")
    #expect(
      try refusal("--workload", "moco", "--inputs", folderPath).contains("queue.npy: row 0 has"))
    try inputs.keys.replacing(2, 1, by: .nan).write(to: folder.path("keys.npy"))
    #expect(
      try refusal("--workload", "info-nce", "--inputs", folderPath).contains("keys.npy: row 2"))
  }

  @Test("a folder that is not there, with status 66")
  func missing() throws {
    let outcome = try ExperimentsProgram.run(
      "benchmark", "--workload", "info-nce", "--inputs", "nowhere", "--json")
    #expect(outcome.status == 66 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("nowhere/queries.npy"))
  }
}
