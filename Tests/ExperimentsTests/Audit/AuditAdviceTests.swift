import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What `audit` tells a reader to do, of pairs with one fault each.
@Suite("What audit advises")
struct AuditAdviceTests {
  /// - Parameter keyTexts: Of each row, if the command is to have them.
  private func advice(
    _ pairs: NoisyPairs, _ options: [String] = [], keyTexts: ((Int) -> String)? = nil
  ) throws -> [String] {
    let folder = try TemporaryFolder()
    var arguments = try pairs.write(to: folder) + options
    if let keyTexts {
      try folder.write(
        (0..<pairs.keys.rowCount).map { keyTexts($0) + "\n" }.joined(), to: "texts.txt")
      arguments += ["--texts", folder.path("texts.txt")]
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
    #expect(advice.count == 1 && advice[0].hasPrefix("To do: nothing."), "\(advice)")
  }

  @Test("is other embeddings, where rows point one way")
  func collapsed() throws {
    var pairs = try NoisyPairs(noise: 0.1)
    for row in 0..<300 { for column in 0..<12 { pairs.keys[row, column] = 1 } }
    #expect(try advice(pairs).allSatisfy { $0.hasPrefix("To do: make other embeddings.") })
  }

  @Test("is ids of the texts, where equal rows have equal ones, and otherwise a file")
  func copies() throws {
    let pairs = try copied()
    let byTexts = try advice(pairs) { $0 == 7 ? "text 3" : "text \($0)" }
    #expect(
      byTexts[0].contains("1 of the keys are equal to an earlier one, and their texts are, too")
        && byTexts[0].contains("texts.txt, by which rows of one text belong together"),
      "\(byTexts)")
    for advice in [try advice(pairs), try advice(pairs, keyTexts: { "text \($0)" })] {
      #expect(advice[0].contains("write a file with a line for each row"), "\(advice)")
    }
  }

  @Test("is to read near-duplicates where these are many")
  func nearDuplicates() throws {
    var pairs = try NoisyPairs(noise: 0.1)
    for row in 0..<40 {
      for column in 0..<12 {
        pairs.keys[row, column] = pairs.keys[0, column] + (column == 0 ? Float(row) / 1e4 : 0)
      }
    }
    #expect(try advice(pairs).contains { $0.contains("read the near-duplicates of the keys") })
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
