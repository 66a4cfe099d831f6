import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What `audit` tells a reader to do, of pairs with one fault each.
@Suite("What audit advises")
struct AuditAdviceTests {
  /// - Parameters:
  ///   - keyTexts: Of each row, if the command is to have them.
  ///   - ids: The same.
  private func advice(
    _ pairs: NoisyPairs, keyTexts: ((Int) -> String)? = nil, ids: ((Int) -> String)? = nil
  ) throws -> [String] {
    let folder = try TemporaryFolder()
    var arguments = try pairs.write(to: folder)
    for (option, line) in [("texts", keyTexts), ("ids", ids)] {
      guard let line else { continue }
      try folder.write(
        (0..<pairs.keys.rowCount).map { line($0) + "\n" }.joined(), to: "\(option).txt")
      arguments += ["--\(option)", folder.path("\(option).txt")]
    }
    let report = try Audit.report(arguments)
    // Where a terminal's last lines are, and a page's notes.
    #expect(report.conclusion.isEmpty)
    return report.notes.filter { $0.hasPrefix("To do: ") }
  }

  private func copied() throws -> NoisyPairs {
    var pairs = try NoisyPairs(noise: 0.1)
    for column in 0..<12 { pairs.keys[7, column] = pairs.keys[3, column] }
    return pairs
  }

  @Test("is nothing, of pairs without a fault")
  func nothing() throws {
    let advice = try advice(NoisyPairs(noise: 0.1))
    #expect(
      advice.count == 1 && advice[0].hasPrefix("To do: nothing. No rows are equal, "), "\(advice)")
    // Equal rows of one id are right, and not denied.
    let grouped = try self.advice(copied(), ids: { $0 == 7 ? "3" : "\($0)" })
    #expect(
      grouped.count == 1
        && grouped[0].hasPrefix("To do: nothing. No rows of different ids are equal, "),
      "\(grouped)")
  }

  @Test("is other embeddings, where rows point one way")
  func collapsed() throws {
    var pairs = try NoisyPairs(noise: 0.1)
    for row in 0..<300 { for column in 0..<12 { pairs.keys[row, column] = 1 } }
    let advice = try advice(pairs)
    #expect(
      advice.count == 1 && advice[0].hasPrefix("To do: make other embeddings."), "\(advice)")
  }

  @Test("is ids of the texts, where equal rows have equal ones, and otherwise a file")
  func copies() throws {
    let pairs = try copied()
    let byTexts = try advice(pairs, keyTexts: { $0 == 7 ? "text 3" : "text \($0)" })
    #expect(
      byTexts[0].contains("1 of the keys are equal to an earlier one, and their texts are, too")
        && byTexts[0].contains("texts.txt, by which rows of one text belong together"),
      "\(byTexts)")
    for advice in [try advice(pairs), try advice(pairs, keyTexts: { "text \($0)" })] {
      #expect(advice[0].contains("write a file with a line for each row"), "\(advice)")
    }
  }

  @Test(
    "is to check the rows alone, where queries find their keys no better than by chance, or worse")
  func strayed() throws {
    var pairs = try NoisyPairs()
    pairs.keys = .random(rowCount: 300, columnCount: 12, seed: 5)
    #expect(
      try advice(pairs) == [
        "To do: check the rows. Queries find their own keys no better than by chance: does row i of one file belong to "
          + "row i of the other?"
      ])
    let queries = pairs.queries
    pairs.keys = Matrix(rowCount: 300, columnCount: 12) { -queries[$0, $1] }
    let negated = try advice(pairs)
    #expect(negated.count == 1 && negated[0].contains("worse than by chance: is a sign turned"))
    // Of so few rows nothing is told from chance.
    for few in [try NoisyPairs(rowCount: 5, noise: 0.01), try NoisyPairs(rowCount: 9, noise: 0.5)] {
      #expect(try !advice(few).contains { $0.contains("check the rows") })
    }
  }

  @Test("is to check what was given, where queries equal their keys, or all rows have one id")
  func given() throws {
    var pairs = try NoisyPairs(noise: 0.1)
    let oneID = try advice(pairs, ids: { _ in "x" })
    #expect(oneID.count == 1 && oneID[0].hasPrefix("To do: check --ids. All rows have one id"))
    pairs.keys = pairs.queries
    let folder = try TemporaryFolder()
    let report = try Audit.report(try pairs.write(to: folder))
    #expect(report.result["queriesEqualKeys"] == .boolean(true))
    #expect(report.notes.contains { $0.contains("Was the same file given twice?") })
    #expect(
      report.notes.last
        == "To do: check the two files. Every query equals its key: was the same one given twice?")
  }

  @Test("is to take the mean row off a narrow cone, of whose near-duplicates nothing is said")
  func cone() throws {
    var pairs = try NoisyPairs(noise: 0.1)
    // A common part that makes most cosines exceed 0.95, and changes no order by much.
    for row in 0..<300 {
      pairs.queries[row, 0] += 6
      pairs.keys[row, 0] += 6
    }
    let folder = try TemporaryFolder()
    let report = try Audit.report(try pairs.write(to: folder))
    let advice = report.notes.filter { $0.hasPrefix("To do: ") }
    #expect(advice.contains { $0.contains("take the mean row off the ") }, "\(advice)")
    #expect(!advice.contains { $0.contains("read the near-duplicates") }, "\(advice)")
    #expect(!report.finding.contains("near-duplicate"), "\(report.finding)")
  }

  /// Forty keys that are the first one but for so much.
  private func alike(_ step: Float) throws -> NoisyPairs {
    var pairs = try NoisyPairs(noise: 0.1)
    for row in 1..<40 {
      for column in 0..<12 {
        pairs.keys[row, column] = pairs.keys[0, column] + (column == 0 ? Float(row) * step : 0)
      }
    }
    return pairs
  }

  @Test("is to read near-duplicates where many are neither equal nor of one id")
  func nearDuplicates() throws {
    let (near, equal) = (try alike(1e-4), try alike(0))
    #expect(try advice(near).contains { $0.contains("read the near-duplicates of the keys") })
    let copies = try advice(equal)
    #expect(copies.contains { $0.contains("39 of the keys are equal") }, "\(copies)")
    let grouped = try advice(near, ids: { $0 < 40 ? "one" : "\($0)" })
    for advice in [copies, grouped] {
      #expect(!advice.contains { $0.contains("near-duplicates") }, "\(advice)")
    }
  }

  @Test("is to leave out pairs with rows of zeros")
  func zeros() throws {
    var pairs = try NoisyPairs(noise: 0.1)
    for column in 0..<12 { (pairs.keys[11, column], pairs.queries[13, column]) = (0, 0) }
    #expect(
      try advice(pairs).contains(
        "To do: take the 2 pairs with rows of zeros or of one number out of both files."))
  }

  @Test("is a margin where few queries have keys above their own, and none where most do")
  func margins() throws {
    var swapped = try NoisyPairs(noise: 0.1)
    for column in 0..<12 {
      let key = swapped.keys[20, column]
      swapped.keys[20, column] = swapped.keys[40, column]
      swapped.keys[40, column] = key
    }
    let few = try advice(swapped)
    #expect(few.count == 1 && few[0].contains("read the 1 candidate for false negatives"))
    #expect(few[0].contains("`loss info-nce --margin 0`"), "\(few)")
    let many = try advice(NoisyPairs(noise: 2))
    #expect(many.contains { $0.contains("No --margin: one of 0 would take") }, "\(many)")
  }
}
