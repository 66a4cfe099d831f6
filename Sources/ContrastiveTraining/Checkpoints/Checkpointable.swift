public import ContrastiveEmbeddings
public import ContrastiveFiles

/// A part of a training run that a checkpoint keeps.
///
/// Parts of your own are made of parts that are here: numbers, generators, parameters.
public protocol Checkpointable: Sendable {
  /// Stores all that the part needs to go on, under names that begin with the given one and a dot.
  func store(in checkpoint: inout Checkpoint, as name: String)

  /// Takes over what was stored.
  ///
  /// - Throws: `ArrayFileError` if it is not there, or does not fit.
  mutating func restore(from checkpoint: Checkpoint, as name: String) throws(ArrayFileError)
}

extension Checkpoint {
  /// What a count may be that goes on: half of the numbers there are leaves room for that.
  static var counts: ClosedRange<Int> { 0...Int.max / 2 }

  mutating func set(_ entry: Entry, as name: String) {
    precondition(entries[name] == nil, "two parts of a checkpoint named \(name)")
    entries[name] = entry
  }

  /// A whole number in a range.
  func integer(
    _ name: String, in range: ClosedRange<Int> = .min ... .max
  ) throws(ArrayFileError) -> Int {
    guard case .integer(let value) = try entry(name) else {
      throw .unreadable(path: "\(path):\(name)", reason: "expected a whole number")
    }
    guard range.contains(value) else {
      throw .unreadable(
        path: "\(path):\(name)",
        reason: "it is \(value), expected "
          + (range.lowerBound == range.upperBound
            ? "\(range.lowerBound)"
            : "a number from \(range.lowerBound) to \(range.upperBound)"))
    }
    return value
  }

  /// A matrix of a type.
  func matrix<Scalar: EmbeddingScalar>(
    _ name: String, as scalar: Scalar.Type
  ) throws(ArrayFileError) -> Matrix<Scalar> {
    let found: Any? =
      switch try entry(name) {
      case .float(let matrix): matrix
      case .double(let matrix): matrix
      case .integer: nil
      }
    guard let matrix = found as? Matrix<Scalar> else {
      throw .unreadable(path: "\(path):\(name)", reason: "expected a matrix of \(Scalar.self)")
    }
    return matrix
  }

  /// A matrix of a parameter's type and shape.
  func matrix<Scalar: EmbeddingScalar>(
    _ name: String, like other: Matrix<Scalar>
  ) throws(ArrayFileError) -> Matrix<Scalar> {
    let matrix = try matrix(name, as: Scalar.self)
    guard matrix.rowCount == other.rowCount, matrix.columnCount == other.columnCount else {
      throw .invalidShape(
        source: "\(path):\(name)", shape: [matrix.rowCount, matrix.columnCount],
        reason: "expected \(other.rowCount) × \(other.columnCount)")
    }
    return matrix
  }

  /// All matrices whose names begin with a prefix, by the rest of their names.
  func matrices<Scalar: EmbeddingScalar>(
    _ prefix: String, as scalar: Scalar.Type
  ) throws(ArrayFileError) -> [String: Matrix<Scalar>] {
    var result: [String: Matrix<Scalar>] = [:]
    for name in entries.keys where name.hasPrefix(prefix) {
      result[String(name.dropFirst(prefix.count))] = try matrix(name, as: scalar)
    }
    return result
  }

  private func entry(_ name: String) throws(ArrayFileError) -> Entry {
    guard let entry = entries[name] else {
      throw .memberNotFound(
        path: path, kind: .tensor, name: name, available: entries.keys.sorted())
    }
    return entry
  }
}

extension Int: Checkpointable {
  public func store(in checkpoint: inout Checkpoint, as name: String) {
    checkpoint.set(.integer(self), as: name)
  }

  public mutating func restore(
    from checkpoint: Checkpoint, as name: String
  ) throws(ArrayFileError) {
    self = try checkpoint.integer(name)
  }
}

extension SeededGenerator: Checkpointable {
  public func store(in checkpoint: inout Checkpoint, as name: String) {
    checkpoint.set(.integer(Int(truncatingIfNeeded: state)), as: "\(name).state")
  }

  public mutating func restore(
    from checkpoint: Checkpoint, as name: String
  ) throws(ArrayFileError) {
    self = SeededGenerator(
      seed: UInt64(truncatingIfNeeded: try checkpoint.integer("\(name).state")))
  }
}
