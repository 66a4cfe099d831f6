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
