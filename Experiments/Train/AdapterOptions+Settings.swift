import Contrastive
import ContrastiveFiles

extension AdapterOptions {
  /// What the results depend on, besides temperatures and seeds.
  func settings(of data: AdapterData) throws -> JSONObject {
    [
      "loss": loss.rawValue, "testRows": data.testRows.count, "epochs": epochCount,
      "batch": batchSize(trainCount: data.trainCount), "learningRate": stepSize,
      "rows": rowOptions.rows, "sample": rowOptions.sample,
      "sampleSeed": sampleSeed.map { Int(clamping: $0) },
      "queries": Self.summary(of: data.queries), "keys": Self.summary(of: data.keys),
      "ids": data.ids.map { Self.checksum(of: $0) },
    ]
  }

  private static func summary(of rows: Matrix<Float>) -> String {
    "\(rows.rowCount) × \(rows.columnCount), checksum "
      + checksum(of: rows.elements)
  }

  private static func checksum<Element: BitwiseCopyable>(of elements: [Element]) -> String {
    var checksum = Checksum()
    checksum.append(elements.span)
    return checksum.digits
  }
}
