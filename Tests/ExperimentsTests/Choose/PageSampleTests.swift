import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("What the page of choose holds")
struct PageSampleTests {
  @Test("is queries that a seed draws, with their hardest negatives, and the rest in bins")
  func sample() throws {
    let pairs = ChoosePairs(count: 500, dimension: 12, noise: 0.7)
    let (one, again) = (try pairs.page().sample, try pairs.page().sample)
    let other = try pairs.page(seed: 2).sample
    #expect(one.rows == again.rows && one.rows != other.rows)
    #expect(one.rows.count == 400 && Set(one.rows).count == 400 && one.rows == one.rows.sorted())
    let cosines = try Similarity.cosine.matrix(pairs.queries, pairs.keys)
    for (place, row) in one.rows.enumerated() {
      let negatives = (0..<500).filter { $0 != row }.sorted { cosines[row, $0] > cosines[row, $1] }
      #expect(one.top[place].map(\.column) == Array(negatives.prefix(64)))
      let bins = one.histogram.counts[
        place * one.histogram.count..<(place + 1) * one.histogram.count]
      #expect(bins.reduce(0, +) == 499 - 64)
      #expect(one.negativeCounts[place] == 499)
    }
    #expect(one.histogram.count <= RestHistogram.largestCount)
  }

  @Test("is interpolated to less than a thousandth, of embeddings of any kind")
  func error() throws {
    let pairs = [
      try ChoosePairs.bundled(count: 1000), ChoosePairs(count: 1000, dimension: 2, noise: 0.1),
      ChoosePairs(count: 70, dimension: 32, noise: 1),
    ]
    for pairs in pairs {
      let page = try pairs.page()
      let rest = page.sample.rest
      #expect(rest.sumError > 0 && rest.sumError < 5e-4)
      #expect(rest.meanError < 5e-3)
      #expect(try page.html().text.contains("off by \(rest.sumError.text(digits: 2)) nats"))
    }
  }

  @Test("leaves out rows of the query's id")
  func ids() throws {
    let pairs = ChoosePairs(count: 200, dimension: 8, noise: 0.4)
    let ids = (0..<200).map { $0 % 100 }
    let sample = try ChoosePage(
      queries: pairs.queries, keys: pairs.keys, ids: ids, subject: "x"
    ).sample
    for (place, row) in sample.rows.enumerated() {
      #expect(sample.negativeCounts[place] == 198)
      #expect(!sample.top[place].contains { ids[$0.column] == ids[row] })
    }
    #expect(sample.histogram.counts.reduce(0, +) == 200 * (198 - 64))
  }

  @Test(
    "suspects the pairs that audit does, of the queries that were drawn", arguments: [false, true])
  func twins(hasIDs: Bool) throws {
    let pairs = ChoosePairs(count: 500, dimension: 6, noise: 1)
    let ids = hasIDs ? (0..<500).map { $0 % 400 } : nil
    let neighbors = try pairs.neighbors(ids: ids)
    let sample = try ChoosePage(
      queries: pairs.queries, keys: pairs.keys, ids: ids, subject: "x", neighbors: neighbors
    ).sample
    var flagged: Set<[Int]> = []
    for (place, row) in sample.rows.enumerated() {
      for (candidate, suspicion) in zip(sample.top[place], sample.suspicions[place])
      where suspicion == .twin {
        flagged.insert([row, candidate.column])
      }
    }
    let drawn = Set(sample.rows)
    let expected = neighbors.twins.flatMap {
      [[$0.first, $0.second], [$0.second, $0.first]]
    }.filter { drawn.contains($0[0]) }
    #expect(flagged == Set(expected) && flagged.count > 20)
    if let ids { #expect(flagged.allSatisfy { ids[$0[0]] != ids[$0[1]] }) }
  }

  @Test("suspects keys of one text, and those that are one")
  func suspicions() throws {
    // Keys 0 and 1 are nearly one.
    let keys: Matrix<Float> = [[1, 0, 0], [0.9999, 0.01, 0], [0, 0, 1], [0, 1, 1]]
    let queries: Matrix<Float> = [[0.9, 0.1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]
    let sample = try ChoosePage(
      queries: ChoosePairs.source(queries), keys: ChoosePairs.source(keys), subject: "x",
      keyTexts: ["a", "b", "c", "c"]
    ).sample
    func suspicion(_ row: Int, _ column: Int) -> Suspicion? {
      sample.top[row].firstIndex { $0.column == column }.map { sample.suspicions[row][$0] }
    }
    #expect(suspicion(0, 1) == .duplicate && suspicion(1, 0) == .duplicate)
    #expect(suspicion(2, 3) == .duplicate && suspicion(3, 2) == .duplicate)
    #expect(suspicion(0, 2) == Suspicion.none && suspicion(2, 0) == Suspicion.none)
  }

  @Test("has texts that fit, whatever their length")
  func texts() throws {
    let long = (0..<5000).map { "\($0) " + String(repeating: "<é\u{1F600}", count: 500) }
    let texts = PageTexts(queries: Array(long.prefix(400)), keys: long, shown: Set(0..<5000))
    let limit = try #require(texts.limit)
    let all = try #require(texts.queries) + #require(texts.keys)
    #expect(all.allSatisfy { $0.unicodeScalars.count == limit && $0.hasSuffix("…") })
    #expect(all.json.description.utf8.count <= PageTexts.byteLimit)
    let short = PageTexts(queries: nil, keys: ["a", "b", "c"], shown: [2, 0])
    #expect(short.limit == nil && short.keyRows == [0, 2] && short.keys == ["a", "c"])
  }

  @Test("refuses rows, ids and texts that do not go together")
  func errors() {
    let pairs = ChoosePairs(count: 5, dimension: 3, noise: 0.1)
    let other = ChoosePairs(count: 4, dimension: 3, noise: 0.1)
    func message(_ body: () throws -> ChoosePage) -> String? {
      do { _ = try body() } catch { return "\(error)" }
      return nil
    }
    let (q, k) = (pairs.queries, pairs.keys)
    #expect(
      message { try ChoosePage(queries: q, keys: other.keys, subject: "x") }?.contains("keys")
        == true)
    #expect(
      message { try ChoosePage(queries: q, keys: k, ids: [1], subject: "x") }?.contains("ids")
        == true)
    #expect(
      message { try ChoosePage(queries: q, keys: k, subject: "x", keyTexts: ["a"]) }?
        .contains("keyTexts") == true)
    #expect(
      message { try ChoosePage(queries: q, keys: k, fileRows: [1], subject: "x") }?
        .contains("fileRows") == true)
    #expect(
      message {
        try ChoosePage(queries: q.prefix(1), keys: k.prefix(1), subject: "x")
      }?.contains("queries") == true)
  }

  @Test("is below 1.5 MB at its largest")
  func size() throws {
    let pairs = ChoosePairs(count: 3000, dimension: 8, noise: 0.5)
    let texts = (0..<3000).map { "\($0) " + String(repeating: "a text that goes on ", count: 40) }
    let html = try pairs.page(texts: texts).html().text
    #expect(html.utf8.count < 1_500_000)
    // The name of SVG's elements is an address that nobody opens.
    let addresses = html.matches(of: #/https?://[^"]*/#).map { String($0.0) }
    #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
  }
}

@Suite("The colours of pages")
struct PageContrastTests {
  @Test("can be read on their paper, in light and in dark", arguments: [false, true])
  func contrast(isDark: Bool) throws {
    let parts = Page.baseStyle.components(separatedBy: "@media (prefers-color-scheme: dark)")
    let colors = Self.colors(in: parts[isDark ? 1 : 0])
    func ratio(_ ink: String, _ paper: String) throws -> Double {
      let luminances = try [#require(colors[ink]), #require(colors[paper])].sorted(by: >)
      return (luminances[0] + 0.05) / (luminances[1] + 0.05)
    }
    // WCAG 2.2: 4.5 for words, 3 for what pictures and controls are made of.
    for ink in ["ink", "soft", "link", "bad", "good"] {
      for paper in ["paper", "side"] { #expect(try ratio(ink, paper) >= 4.5, "\(ink) on \(paper)") }
    }
    for line in ["plot-0072b2", "plot-d55e00", "plot-009e73"] {
      #expect(try ratio(line, "paper") >= 3, "\(line)")
    }
  }

  /// The relative luminances of the variables of a style.
  private static func colors(in style: String) -> [String: Double] {
    var result: [String: Double] = [:]
    for match in style.matches(of: #/--([a-z0-9-]+): #([0-9a-f]{6});/#) {
      guard let number = UInt32(match.2, radix: 16) else { continue }
      let channels = [16, 8, 0].map { shift -> Double in
        let value = Double((number >> shift) & 255) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      result[String(match.1)] = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
    return result
  }
}
