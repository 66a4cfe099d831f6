import Contrastive
import Foundation

/// The arrays of a workload: `.npy` files in a folder, or seeded random rows.
///
/// Random rows are standard normal, and those of a queue are then divided by their length: the
/// distribution of the files that the other libraries' benchmarks read, so that a step meets the
/// same cosines.
struct WorkloadInputs {
  /// N, K and d as the command line says; what it leaves out the first file decides.
  struct Size {
    var queries: Int?
    var negatives: Int?
    var dimension: Int?
  }

  /// What the rows of an array are counted by.
  enum RowCount {
    case queries
    case negatives
  }

  /// What labels are.
  enum LabelKind {
    /// Numbers that are equal or not; where there is no file i modulo N/4 for query i.
    case fourEach
    /// Class indices below K, drawn evenly where there is no file.
    case classes
  }

  private(set) var size: Size
  private let folder: String?
  private var generator = SeededGenerator(seed: 0)

  /// - Parameter folder: Where `queries.npy` and the others are, or nil to draw them; N, K and d
  ///   are then 256, 65 536 and 128 unless the size says otherwise.
  init(folder: String?, size: Size) {
    self.folder = folder
    self.size = size
    if folder == nil {
      self.size.queries = size.queries ?? 256
      self.size.negatives = size.negatives ?? 65_536
      self.size.dimension = size.dimension ?? 128
    }
  }

  /// Raw rows, in memory of the process's own.
  ///
  /// - Parameter each: How many there are of each that is counted.
  mutating func rows(
    _ name: String, _ count: RowCount, each: Int = 1
  ) throws -> Matrix<Float> {
    guard let folder else { return try randomRows(count, each: each) }
    let path = URL(filePath: folder).appending(path: "\(name).npy").path(percentEncoded: false)
    var rows = try InputArray<Float>(path).matrix
    try agree(path, rows, count, each: each)
    try rows.requireFinite(.init(path))
    // Not mapped: the others' arrays have no pages of a file either.
    rows.makeUnique()
    return rows
  }

  /// Rows of length 1.
  mutating func unitRows(_ name: String, _ count: RowCount) throws -> UnitRows<Float> {
    let rows = try rows(name, count)
    guard let folder else { return try rows.normalized() }
    return try UnitRows(
      validating: rows,
      named: .init(
        URL(filePath: folder).appending(path: "\(name).npy").path(percentEncoded: false)))
  }

  /// A label for each query, from `labels.npy` or as the kind says.
  ///
  /// Asked for after the rows, which say how many there are.
  mutating func labels(_ kind: LabelKind) throws -> [Int] {
    let (count, classCount) = (size.queries ?? 0, size.negatives ?? 0)
    guard let folder else {
      return switch kind {
      case .fourEach: (0..<count).map { $0 % max(1, count / 4) }
      case .classes:
        (0..<count).map { _ in Int.random(in: 0..<classCount, using: &generator) }
      }
    }
    let path = URL(filePath: folder).appending(path: "labels.npy").path(percentEncoded: false)
    let labels = try readIndices(path)
    guard labels.count == count else {
      throw ContrastiveError(
        .init(path), .count(found: labels.count, expected: .exactly(count, .onePer(.query))))
    }
    if kind == .classes, let row = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
      throw ContrastiveError(
        .init(path), row: row, .integer(found: labels[row], expected: .classes(classCount)))
    }
    return labels
  }

  /// A score for each query's pair, from `scores.npy` or drawn evenly from 0 to 1.
  mutating func scores() throws -> [Double] {
    let count = size.queries ?? 0
    guard let folder else { return (0..<count).map { _ in .random(in: 0...1, using: &generator) } }
    let path = URL(filePath: folder).appending(path: "scores.npy").path(percentEncoded: false)
    let scores = try readArray(path).withRank(1).converted(to: Double.self)
    guard scores.count == count else {
      throw ContrastiveError(
        .init(path), .count(found: scores.count, expected: .exactly(count, .onePer(.query))))
    }
    return scores
  }

  /// Requires a file's shape to be that of the options and of the files before it, or takes it.
  private mutating func agree(
    _ path: String, _ rows: Matrix<Float>, _ count: RowCount, each: Int
  ) throws {
    let keyPath = Self.keyPath(count)
    let expected = (
      rows: size[keyPath: keyPath].map { $0 * each } ?? rows.rowCount / each * each,
      columns: size.dimension
    )
    guard rows.rowCount > 0, rows.rowCount == expected.rows,
      rows.columnCount == expected.columns ?? rows.columnCount
    else {
      throw ContrastiveError(
        .init(path),
        .shape(
          found: .init(rows.rowCount, rows.columnCount),
          expected: .init(
            max(each, expected.rows), expected.columns ?? rows.columnCount),
          as: .init("the options and other files")))
    }
    size[keyPath: keyPath] = rows.rowCount / each
    size.dimension = rows.columnCount
  }

  private mutating func randomRows(_ count: RowCount, each: Int) throws -> Matrix<Float> {
    guard let counted = size[keyPath: Self.keyPath(count)], let columnCount = size.dimension
    else { preconditionFailure("random rows have a size") }
    let (rowCount, isTooMany) = counted.multipliedReportingOverflow(by: each)
    let (elements, overflow) = rowCount.multipliedReportingOverflow(by: columnCount)
    guard !isTooMany, !overflow, columnCount <= Int(Int32.max),
      Double(elements) * 4 <= Double(ProcessInfo.processInfo.physicalMemory)
    else {
      throw CommandFailure(
        "\(count == .queries ? "--queries" : "--negatives") \(counted) with --dimension "
          + "\(columnCount): the rows do not fit this machine's memory; give fewer")
    }
    return Matrix(rowCount: rowCount, columnCount: columnCount) { _, _ in
      Float(generator.nextNormal())
    }
  }

  private static func keyPath(_ count: RowCount) -> WritableKeyPath<Size, Int?> {
    switch count {
    case .queries: \.queries
    case .negatives: \.negatives
    }
  }
}
