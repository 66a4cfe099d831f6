import Contrastive

extension AdapterOptions {
  /// What the results depend on, besides temperatures and seeds.
  func settings(of data: AdapterData) throws -> JSONObject {
    [
      "loss": loss.rawValue, "testRows": data.testRows.count, "epochs": epochs,
      "batch": batchSize(trainCount: data.trainCount), "learningRate": learningRate,
      "rows": rowOptions.rows, "sample": rowOptions.sample,
      "sampleSeed": sampleSeed.map { Int(clamping: $0) },
      "queries": Self.summary(of: data.queries), "keys": Self.summary(of: data.keys),
      "ids": data.ids.map { Self.checksum(of: $0.map { UInt64(bitPattern: Int64($0)) }) },
    ]
  }

  private static func summary(of rows: Matrix<Float>) -> String {
    "\(rows.rowCount) × \(rows.columnCount), checksum "
      + checksum(of: rows.elements.map { UInt64($0.bitPattern) })
  }

  /// A number that differs for other elements, but by a chance of 2⁻⁶⁴: FNV-1a.
  private static func checksum(of elements: [UInt64]) -> String {
    let hash = elements.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }
}
