import ArgumentParser
import Contrastive
import TestSupport
import Testing

@testable import Experiments

@Suite("Loss commands of several positives")
struct MultiPositiveCommandTests {
  /// Three queries against five keys, their ids, and what else says which are positives.
  private func write(to folder: borrowing TemporaryFolder) throws {
    try Matrix<Double>.random(rowCount: 3, columnCount: 4, seed: 1).write(to: folder.path("q.npy"))
    try Matrix<Double>.random(rowCount: 5, columnCount: 4, seed: 2).write(to: folder.path("k.npy"))
    for (name, ids) in [
      ("a", [7, 8, 9]), ("b", [7, 7, 8, 1, 8]), ("c", [1, 2, 3, 4, 5]), ("short", [1, 2]),
    ] {
      try NumPyFile.write(ids.span, shape: [ids.count], to: folder.path("\(name).npy"))
    }
    let mask: Matrix<Double> = [[1, 1, 0, 0, 0], [0, 0, 1, 0, 1], [0, 0, 0, 0, 0]]
    try mask.write(to: folder.path("mask.npy"))
    try mask.multiplied(by: 0.5).write(to: folder.path("weights.npy"))
    try mask.multiplied(by: -1).write(to: folder.path("negative.npy"))
    try mask.columns(0..<4).write(to: folder.path("narrow.npy"))
  }

  private func words(_ line: String, in folder: borrowing TemporaryFolder) -> [String] {
    var words = ["loss"]
    for word in line.split(separator: " ").map({ String($0) }) {
      words.append(word.hasPrefix("@") ? folder.path("\(word.dropFirst()).npy") : word)
    }
    return words
  }

  private func result(_ line: String, in folder: borrowing TemporaryFolder) throws -> JSONObject {
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(words(line, in: folder)) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil)).result
  }

  private static let towers = [
    ("info-nce-groups", "--queries @q --keys @k"), ("clip-groups", "--images @q --texts @k"),
    ("siglip-groups", "--images @q --texts @k"),
  ]

  @Test("are the same by ids, by a mask and by equal weights", arguments: towers)
  func sources(loss: String, arrays: String) throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    let line = "\(loss) \(arrays) --precision double"
    let byIDs = try result("\(line) --query-ids @a --key-ids @b", in: folder)
    let byMask = try result("\(line) --mask @mask", in: folder)
    #expect(byIDs["loss"] == byMask["loss"] && byIDs["perQuery"] == byMask["perQuery"])
    // Two queries and four keys have a positive; SigLIP counts all of its rows.
    let terms = ["info-nce-groups": 2, "clip-groups": 6, "siglip-groups": 3]
    let count = try #require(terms[loss])
    #expect(byIDs["terms"] == .integer(count))
    #expect(byIDs["note"] == nil)
    #expect((byIDs["floor"] != nil) == (loss != "siglip-groups") && byMask["floor"] == nil)
    guard loss != "siglip-groups" else { return }
    let byWeights = try result("\(line) --soft-targets @weights", in: folder)
    let (weighted, plain) = (byWeights["loss"]?.double, byIDs["loss"]?.double)
    expectClose(weighted, try #require(plain), size: 1, tolerance: 1e-14, "weights")
  }

  @Test("leave keys of an id out")
  func exclusions() throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    let line = "info-nce-groups --queries @q --keys @k --query-ids @a --key-ids @b"
    let all = try result(line, in: folder)
    let some = try result(
      "\(line) --excluded-query-ids @a --excluded-key-ids @c", in: folder)
    #expect(some["loss"] == all["loss"] && some["floor"] == nil)
    // Key 3 is of the first query's id there.
    let less = try result(
      "\(line) --excluded-query-ids @mask3 --excluded-key-ids @c", in: folder, writing: [4, 8, 9])
    let (fewer, more) = (try #require(less["loss"]?.double), try #require(all["loss"]?.double))
    #expect(fewer < more)
  }

  private func result(
    _ line: String, in folder: borrowing TemporaryFolder, writing ids: [Int]
  ) throws -> JSONObject {
    try NumPyFile.write(ids.span, shape: [ids.count], to: folder.path("mask3.npy"))
    return try result(line, in: folder)
  }

  @Test(
    "say that no row has a positive",
    arguments: [("info-nce-groups", "query"), ("clip-groups", "image or text")])
  func noTerms(loss: String, term: String) throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    let arrays = try #require(Self.towers.first { $0.0 == loss }?.1)
    let result = try result(
      "\(loss) \(arrays) --query-ids @a --key-ids @c", in: folder)
    #expect(result["loss"] == .number(0) && result["terms"] == .integer(0))
    guard case .string(let note)? = result["note"] else {
      Issue.record("no note")
      return
    }
    #expect(note.hasPrefix("no \(term): no "))
  }

  @Test("name in one line the file that does not fit, or the option")
  func errors() throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    func error(_ line: String) throws -> String {
      let arguments = words("info-nce-groups --queries @q --keys @k \(line)", in: folder)
      let outcome = try ExperimentsProgram.run(arguments: arguments)
      #expect(outcome.status == 65 && outcome.output.isEmpty)
      return outcome.errors
    }
    #expect(
      try error("--query-ids @short --key-ids @b")
        == "error: \(folder.path("short.npy")): expected 3, one per row of \(folder.path("q.npy")), found 2\n"
    )
    #expect(
      try error("--query-ids @a --key-ids @short")
        == "error: \(folder.path("short.npy")): expected 5, one per row of \(folder.path("k.npy")), found 2\n"
    )
    #expect(
      try error("--mask @narrow")
        == "error: \(folder.path("narrow.npy")): expected 5 columns, one per row of \(folder.path("k.npy")), "
        + "found 4 columns\n")
    #expect(
      try error("--soft-targets @negative")
        == "error: \(folder.path("negative.npy")): expected a positive finite number, found -1.0 in row 0\n"
    )
  }

  @Test(
    "take one of the things that say which keys are positives",
    arguments: [
      "", "--query-ids @a --key-ids @b --mask @mask", "--mask @mask --soft-targets @weights",
      "--query-ids @a", "--mask @mask --excluded-key-ids @c",
      "--soft-targets @weights --form sum-inside",
    ])
  func choices(line: String) throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    let outcome = try ExperimentsProgram.run(
      arguments: words("info-nce-groups --queries @q --keys @k \(line)", in: folder))
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("Error: --"))
  }
}
