import Contrastive
import Foundation

extension PageSample {
  /// What the page's program reads. Long arrays are little-endian numbers in base 64: as text they would be three
  /// times as long.
  ///
  /// - Parameter fileRows: What rows are called; their own numbers without.
  func json(fileRows: [Int]?) -> JSONObject {
    let name = { (row: Int) in fileRows?[row] ?? row }
    return [
      "pairs": pairCount, "dimension": dimension, "seed": String(seed), "hasIDs": hasIDs,
      "kept": Self.topCount, "rows": rows.map(name),
      "negatives": Self.encode(negativeCounts.map { UInt32($0) }),
      "ranks": Self.encode(ranks.map { Float($0) }),
      "positives": Self.encode(positives),
      // NaN where there are fewer.
      "cosines": Self.encode(
        top.flatMap { candidates in
          (0..<Self.topCount).map {
            $0 < candidates.count ? Float(candidates[$0].logit) : .nan
          }
        }),
      "columns": Self.encode(
        top.flatMap { candidates in
          (0..<Self.topCount).map {
            $0 < candidates.count ? UInt32(name(candidates[$0].column)) : 0
          }
        }),
      "suspicions": Data(
        suspicions.flatMap { suspicions in
          (0..<Self.topCount).map { $0 < suspicions.count ? suspicions[$0].rawValue : 0 }
        }
      ).base64EncodedString(),
      "sameKey": Double(Suspicion.sameKey),
      "rest": [
        "temperatures": [
          RestStatistics.temperatures.lowerBound, RestStatistics.temperatures.upperBound,
        ],
        "count": RestStatistics.count,
        "largest": Self.encode(rest.largest.map { $0.map { Float($0) } ?? .nan }),
        "values": Self.encode(rest.values.flatMap { $0.map { Float($0) } }),
        "slopes": Self.encode(rest.slopes.flatMap { $0.map { Float($0) } }),
        "sumError": rest.sumError, "meanError": rest.meanError,
      ] as JSONObject,
      "histogram": [
        "start": histogram.start, "width": histogram.width, "count": histogram.count,
        "counts": Self.encode(histogram.counts),
      ] as JSONObject,
      "queryTexts": texts.queries, "keyRows": texts.keyRows.map(name), "keyTexts": texts.keys,
      "textLimit": texts.limit,
    ]
  }

  private static func encode(_ numbers: [Float]) -> String {
    encode(numbers.map(\.bitPattern))
  }

  private static func encode(_ numbers: [UInt32]) -> String {
    var data = Data(capacity: 4 * numbers.count)
    for number in numbers {
      for byte in 0..<4 { data.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }
    return data.base64EncodedString()
  }
}
