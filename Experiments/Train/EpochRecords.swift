import Contrastive
import ContrastiveCheckpoints

/// What the tables of a training say of every epoch so far, for one that goes on to say it all.
struct EpochRecords: Sendable {
  /// The cells of `TrainAdapter.epochTable` and of `geometryTable`.
  var epochs: [[Double?]] = []
  var geometry: [[Double?]] = []
}

extension EpochRecords: Checkpointable {
  func store(in part: inout CheckpointPart) {
    Self.store(epochs, as: "epochs", in: &part)
    Self.store(geometry, as: "geometry", in: &part)
  }

  mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    epochs = try Self.take("epochs", width: TrainAdapter.epochTable.columns.count, from: &part)
    geometry = try Self.take(
      "geometry", width: TrainAdapter.geometryTable.columns.count, from: &part)
  }

  // A checkpoint holds finite numbers alone: 0 stands where there is none, and a second matrix tells where.
  private static func store(_ rows: [[Double?]], as name: String, in part: inout CheckpointPart) {
    let width = rows.first?.count ?? 0
    func matrix(_ number: (Double?) -> Double) -> Matrix<Double> {
      Matrix(rowCount: rows.count, columnCount: width) { number(rows[$0][$1]) }
    }
    part.store(matrix { $0 ?? 0 }, as: name)
    part.store(matrix { $0 == nil ? 0 : 1 }, as: "\(name).given")
  }

  private static func take(
    _ name: String, width: Int, from part: inout CheckpointPart
  ) throws(CheckpointError) -> [[Double?]] {
    let numbers: Matrix<Double> = try part.takeMatrix(name, columnCount: width)
    let given = try part.takeMatrix("\(name).given", like: numbers)
    return (0..<numbers.rowCount).map { row in
      (0..<width).map { given[row, $0] == 0 ? nil : numbers[row, $0] }
    }
  }
}
