import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Losses of arrays that leave nothing to compute.
@Suite("A loss of nothing")
struct LossNoteTests {
  /// Six rows, and labels that are one, all different, or of one pair.
  private func write(to folder: borrowing TemporaryFolder) throws {
    for (name, rows) in [("z", 6), ("x", 6), ("one", 1), ("other", 1)] {
      try Matrix<Double>.random(rowCount: rows, columnCount: 3, seed: UInt64(rows + name.count))
        .write(to: folder.path("\(name).npy"))
    }
    for (name, labels) in [
      ("same", [0, 0, 0, 0, 0, 0]), ("different", [0, 1, 2, 3, 4, 5]),
      ("pair", [0, 1, 0, 2, 3, 4]),
      ("zero", [0]),
    ] {
      try NumPyFile.write(labels.span, shape: [labels.count], to: folder.path("\(name).npy"))
    }
    try NumPyFile.write([0].span, shape: [1, 1], to: folder.path("index.npy"))
    try Matrix<Double>(rowCount: 6, columnCount: 6) { $0 == $1 ? 1 : 0 }
      .write(to: folder.path("diagonal.npy"))
    try Matrix<Double>(rowCount: 0, columnCount: 3).write(to: folder.path("none.npy"))
    let unit = try Matrix<Double>.random(rowCount: 1, columnCount: 3, seed: 9).normalized().matrix
    try unit.write(to: folder.path("unit.npy"))
    try Matrix<Double>(rowCount: 6, columnCount: 1) { row, _ in Double(row) }
      .write(to: folder.path("logits.npy"))
  }

  private func report(_ line: String, in folder: borrowing TemporaryFolder) throws -> Report {
    var words = ["loss"]
    for word in line.split(separator: " ").map({ String($0) }) {
      words.append(word.hasPrefix("@") ? folder.path("\(word.dropFirst()).npy") : word)
    }
    let command = try #require(try ExperimentsCommand.parseAsRoot(words) as? any ReportCommand)
    return try command.report(progress: ProgressLine(write: nil))
  }

  /// The losses of class weights, of one class.
  private static let oneClass = Losses.all
    .filter { $0.helpMessage().contains("--class-weights") }
    .map { "\($0.commandName) --features @z --class-weights @one --labels @same" }

  private static let reductions = ["mean", "sum", "per-query"]

  @Test(
    "is 0 over no terms, and says what there is none of",
    arguments: [
      ("triplet-margin --embeddings @z --labels @same", "no triplet: "),
      ("triplet-margin --embeddings @z --labels @different --distance cosine", "no triplet: "),
      ("triplet-margin --embeddings @one --labels @zero", "no triplet: "),
      ("nt-xent-pairs --embeddings @z --labels @different", "no pair: "),
      ("nt-xent-pairs --embeddings @one --labels @zero", "no pair: "),
      ("supcon --embeddings @z --labels @different", "no anchor: "),
      ("supcon --embeddings @z --labels @same --ignore-label 0", "no anchor: "),
      ("supcon --embeddings @z --mask @diagonal", "no anchor: "),
      ("supcon --embeddings @one --labels @zero", "no anchor: "),
      ("nca --embeddings @z --labels @different", "no row: "),
      ("circle --embeddings @z --labels @different", "no row: "),
      ("circle --embeddings @z --labels @same", "no row: "),
      ("n-pairs --embeddings @z --labels @different --normalized false", "no pair: "),
      ("n-pairs --embeddings @one --labels @zero", "no pair: "),
    ])
  func noTerms(line: String, start: String) throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    for precision in ["float", "double"] {
      for reduction in Self.reductions {
        let report = try report(
          "\(line) --precision \(precision) --reduction \(reduction) --gradients "
            + folder.path("gradients"), in: folder)
        #expect(report.result["loss"]?.double == (reduction == "per-query" ? nil : 0))
        #expect(report.result["terms"] == .integer(0))
        guard case .string(let note)? = report.result["note"] else {
          Issue.record("no note")
          return
        }
        #expect(note.hasPrefix(start))
        #expect(report.notes.contains { $0.contains(note) })
        let gradients = try Matrix<Double>(
          FileArray(reading: folder.path("gradients/embeddings.npy")))
        #expect(gradients.elements.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test(
    "says that nothing is told apart",
    arguments: [
      "info-nce --queries @one --positives @other", "moco-v3 --queries @one --keys @other",
      "info-nce --queries @z --positives @x --negatives @none",
      "info-nce --queries @z --positives @x --negatives @none --candidates paired",
      "info-nce --queries @z --positives @x --ids @same",
      "info-nce --queries @z --positives @x --margin 3",
      "moco --queries @z --positives @x --queue @none", "clip --images @one --texts @other",
      "clip --images @z --texts @x --ids @same",
      "info-nce-groups --queries @z --keys @x --query-ids @same --key-ids @same",
      "clip-groups --images @z --texts @x --query-ids @same --key-ids @same",
      "siglip-groups --images @z --texts @x --query-ids @same --key-ids @same",
      "embedding-distillation --images @one --texts @other --teacher-images @one --teacher-texts @other",
      "maxsim-info-nce --queries @z --documents @x --ids @same",
      "siglip --images @one --texts @other", "nt-xent --view-a @one --view-b @other",
      "debiased --view-a @one --view-b @other", "hard-negative --view-a @one --view-b @other",
      "dcl --view-a @z --view-b @x --ids @same", "dclw --view-a @z --view-b @x --ids @same",
      "macl --view-a @one --view-b @other", "rince --queries @one --positives @other",
      "info-nce-smoothed --queries @one --positives @other",
      "info-nce-arctanh --queries @one --positives @other",
      "matryoshka --queries @one --positives @other --dims 2,3",
      "nt-xent-pairs --embeddings @z --labels @same", "supcon --embeddings @z --labels @same",
      "nca --embeddings @z --labels @same", "multi-similarity --embeddings @z --labels @same",
      "contrastive --embeddings @z --labels @same", "n-pairs --embeddings @z --labels @pair",
      "proxy-nca --embeddings @z --proxies @one --labels @same",
      "proxy-anchor --embeddings @z --proxies @one --labels @same",
      "npid-softmax --embeddings @z --memory @unit --targets @same",
      "npid-nce --embeddings @one --memory @unit --indices @index",
      "softmax-cross-entropy --logits @logits --labels @same",
      "distillation --student-logits @logits --teacher-logits @logits",
    ] + oneClass)
  func noNegatives(line: String) throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    for reduction in Self.reductions {
      let result = try report("\(line) --reduction \(reduction)", in: folder).result
      guard case .string(let note)? = result["note"], case .integer(let terms)? = result["terms"]
      else {
        Issue.record("no note")
        return
      }
      #expect(note.hasPrefix("no negatives: ") && terms > 0)
      #expect(result.members.allSatisfy { $0.value.defined != nil })
    }
  }

  /// Every loss, whichever there are: the candidates of some are columns of logits or a queue's, and some compare nothing.
  @Test(
    "of one row of everything, says so or is refused", arguments: Losses.all.map { $0.commandName })
  func oneRow(loss: String) throws {
    let folder = try TemporaryFolder()
    let rows = [("q", 3), ("k", 3), ("l", 3), ("c", 3), ("g", 2), ("mask", 1)]
    for (index, (name, columns)) in rows.enumerated() {
      try Matrix<Double>.random(rowCount: 1, columnCount: columns, seed: UInt64(index + 1))
        .write(to: folder.path("\(name).npy"))
    }
    try Matrix<Double>.random(rowCount: 1, columnCount: 3, seed: 9).normalized().matrix
      .write(to: folder.path("u.npy"))
    try Matrix<Double>.random(rowCount: 2, columnCount: 3, seed: 8)
      .write(to: folder.path("p.npy"), shape: [1, 2, 3])
    for (name, shape) in [("y", [1]), ("ids", [1]), ("w", [1]), ("i", [1, 1])] {
      try NumPyFile.write([0].span, shape: shape, to: folder.path("\(name).npy"))
    }
    let words = Invocation(Invocation.required(by: loss)).arguments(in: folder)
    let command = try #require(try ExperimentsCommand.parseAsRoot(words) as? any LossReporting)
    do {
      let result = try command.report(progress: ProgressLine(write: nil)).result
      #expect(result.members.allSatisfy { $0.value.defined != nil })
      let knowsNoOthers =
        !type(of: command).canLackNegatives
        || ["softmax-cross-entropy", "distillation", "moco"].contains(loss)
      guard case .string(let note)? = result["note"] else {
        #expect(knowsNoOthers, "no note")
        return
      }
      #expect(note.hasPrefix("no "))
    } catch let error as any ReportedError {
      #expect(error.description.contains("at least"), "\(error)")
    }
  }

  @Test("is a mean of the terms above 0 where there are none")
  func noneAboveZero() throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    let result = try report(
      "triplet-margin --anchors @z --positives @z --negatives @x --margin 0 "
        + "--reduction mean-over-non-zero", in: folder
    ).result
    #expect(result["loss"] == .number(0) && result["terms"] == .integer(0))
    #expect(
      result["note"]
        == .string("no triplet has a term above 0: all keep the margin; the mean of none is 0"))
  }

  @Test(
    "is not a loss of one value, whatever the reduction",
    arguments: [
      "uniformity --embeddings @z", "tolerance --embeddings @z --labels @same",
      "gor --embeddings @z", "cosent --a @z --b @x --scores @different",
      "angle --a @z --b @x --scores @pair",
    ])
  func oneValue(_ line: String) throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    let expected = try report(line, in: folder).result["loss"]
    for reduction in Self.reductions {
      let result = try report("\(line) --reduction \(reduction)", in: folder).result
      #expect(result["loss"] == expected && result["terms"] == .integer(1))
      #expect(result["note"] == nil)
    }
  }

  @Test(
    "is one value of 0 where there is nothing to compare",
    arguments: [
      ("cosent --a @z --b @x --scores @same", "no comparison of pairs: all scores are equal"),
      ("angle --a @one --b @other --scores @zero", "no comparison of pairs: all scores are equal"),
      ("gor --embeddings @one", "no pair: there is one row"),
    ])
  func nothingToCompare(line: String, start: String) throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    let report = try report(line, in: folder)
    #expect(report.result["loss"] == .number(0) && report.result["terms"] == .integer(0))
    #expect(report.result["note"] == .string("\(start); the value of none is 0"))
    #expect(report.notes.contains { $0.contains(start) })
  }

  @Test("is not what rows without a positive make of the others")
  func someTerms() throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    for (loss, terms) in [
      ("triplet-margin", 2), ("supcon", 2), ("nt-xent-pairs", 2), ("nca", 2), ("circle", 2),
    ] {
      let result = try report("\(loss) --embeddings @z --labels @pair", in: folder).result
      #expect(result["terms"] == .integer(terms) && result["note"] == nil)
    }
  }

  @Test("has no note where there are terms and negatives", arguments: Invocation.losses)
  func noNote(_ invocation: Invocation) throws {
    let folder = try TemporaryFolder()
    try Invocation.writeInputs(to: folder)
    let command = try #require(
      try ExperimentsCommand.parseAsRoot(invocation.arguments(in: folder)) as? any ReportCommand)
    let result = try command.report(progress: ProgressLine(write: nil)).result
    // Remarks on the input may be there.
    if case .string(let note)? = result["note"] {
      let emptiness = ["no negatives", "no query", "no pair", "no anchor", "no triplet", "no row:"]
      #expect(!emptiness.contains(where: note.hasPrefix))
    }
    if case .integer(let terms)? = result["terms"] { #expect(terms > 0) }
  }
}
