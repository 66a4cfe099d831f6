import ContrastiveEmbeddings
import ContrastiveFiles
import ContrastiveKernels
import ContrastiveMatrixFiles

/// A matrix or numbers of a checkpoint.
enum CheckpointEntry: Sendable {
  case float(Matrix<Float>)
  case double(Matrix<Double>)
  case integers([Int])
  case integer(Int)
  case number(Double)

  init<Scalar: EmbeddingScalar>(_ matrix: Matrix<Scalar>) {
    if let matrix = matrix as? Matrix<Float> {
      self = .float(matrix)
    } else if let matrix = matrix as? Matrix<Double> {
      self = .double(matrix)
    } else {
      preconditionFailure("embeddings are made of Float or Double")
    }
  }

  /// Reads an array into memory of its own: the file may go, and what was checked cannot change.
  init(_ array: FileArray) throws(ArrayFileError) {
    switch (array.elementType, array.shape.count) {
    case (.float32, 2): self = .float(try Self.copy(array))
    case (.float64, 2): self = .double(try Self.copy(array))
    case (.int64, 1): self = .integers(try array.integers())
    case (.int64, 0): self = .integer(try array.integers()[0])
    case (.float64, 0): self = .number(array.converted()[0])
    default:
      throw .unreadable(
        path: array.source,
        reason: "\(array.elementType) of shape \(array.shape) is no part of a checkpoint")
    }
  }

  private static func copy<Scalar: EmbeddingScalar & ArrayElement>(
    _ array: FileArray
  ) throws(ArrayFileError) -> Matrix<Scalar> {
    var matrix = try Matrix<Scalar>(array)
    matrix.makeUnique()
    return matrix
  }

  func matrix<Scalar: EmbeddingScalar>(as scalar: Scalar.Type) -> Matrix<Scalar>? {
    switch self {
    case .float(let matrix): matrix as? Matrix<Scalar>
    case .double(let matrix): matrix as? Matrix<Scalar>
    case .integers, .integer, .number: nil
    }
  }

  var writable: WritableArray {
    switch self {
    case .float(let matrix): WritableArray(matrix)
    case .double(let matrix): WritableArray(matrix)
    case .integers(let integers): WritableArray(integers, shape: [integers.count])
    case .integer(let integer): WritableArray([integer], shape: [])
    case .number(let number): WritableArray([number], shape: [])
    }
  }

  /// Adds type, shape and elements to a sum.
  func append(to checksum: inout Checksum) {
    func append<Scalar>(_ matrix: Matrix<Scalar>) {
      checksum.append(matrix.rowCount)
      checksum.append(matrix.columnCount)
      for r in 0..<matrix.rowCount { checksum.append(matrix.row(r)) }
    }
    checksum.append(description)
    switch self {
    case .float(let matrix): append(matrix)
    case .double(let matrix): append(matrix)
    case .integers(let integers):
      checksum.append(integers.count)
      checksum.append(integers.span)
    case .integer(let integer): checksum.append(integer)
    case .number(let number): checksum.append([number].span)
    }
  }
}

extension CheckpointEntry: CustomStringConvertible {
  /// What it is, without its size.
  var description: String {
    switch self {
    case .float: "a matrix of Float"
    case .double: "a matrix of Double"
    case .integers: "whole numbers"
    case .integer: "a whole number"
    case .number: "a number"
    }
  }
}
