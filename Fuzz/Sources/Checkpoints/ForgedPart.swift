import Contrastive
import ContrastiveCheckpoints
import ContrastiveFiles

/// Arrays that are written as a part of any kind: what they say of themselves, checksums too, is right, and what they
/// hold need not be.
struct ForgedPart: Checkpointable {
  enum Value {
    case float(Matrix<Float>)
    case double(Matrix<Double>)
    case integers([Int])
    case integer(Int)
    case number(Double)

    init(_ array: FileArray) throws {
      switch (array.elementType, array.shape.count) {
      case (.float32, 2): self = .float(try Matrix(array))
      case (.float64, 2): self = .double(try Matrix(array))
      case (.int64, 1): self = .integers(try array.integers())
      case (.int64, _): self = .integer(try array.integers()[0])
      default: self = .number(array.converted(to: Double.self)[0])
      }
    }
  }

  /// The kind of the part that is written next.
  nonisolated(unsafe) static var checkpointKind = ""

  var values: [String: Value] = [:]

  func store(in part: inout CheckpointPart) {
    for (name, value) in values {
      switch value {
      case .float(let matrix): part.store(matrix, as: name)
      case .double(let matrix): part.store(matrix, as: name)
      case .integers(let integers): part.store(integers, as: name)
      case .integer(let integer): part.store(integer, as: name)
      case .number(let number): part.store(number, as: name)
      }
    }
  }

  /// Takes all, so that it can be written.
  mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    for (name, value) in values {
      switch value {
      case .float: _ = try part.takeMatrix(name, as: Float.self)
      case .double: _ = try part.takeMatrix(name, as: Double.self)
      case .integers(let integers): _ = try part.takeIntegers(name, count: integers.count)
      case .integer: _ = try part.takeInteger(name)
      case .number: _ = try part.takeNumber(name, in: -.infinity...(.infinity))
      }
    }
  }
}

extension ForgedPart.Value {
  /// Another value, chosen by bytes.
  mutating func change(by bytes: inout Choices) {
    switch self {
    case .float(let matrix):
      self = Self.changed(matrix, by: &bytes).map { .float($0) } ?? .number(1)
    case .double(let matrix):
      self = Self.changed(matrix, by: &bytes).map { .double($0) } ?? .number(1)
    case .integers(var integers):
      switch bytes.next(4) {
      case 0: integers.append(bytes.integer())
      case 1: _ = integers.popLast()
      case 2: integers.swapAt(0, bytes.next(max(1, integers.count)))
      default:
        if !integers.isEmpty { integers[bytes.next(integers.count)] = bytes.integer() }
      }
      self = .integers(integers)
    case .integer:
      self = bytes.next(9) == 0 ? .integers([bytes.integer()]) : .integer(bytes.integer())
    case .number: self = bytes.next(9) == 0 ? .integer(bytes.integer()) : .number(bytes.number())
    }
  }

  private static func changed<Scalar>(
    _ matrix: Matrix<Scalar>, by bytes: inout Choices
  ) -> Matrix<Scalar>? {
    var (rows, columns) = (matrix.rowCount, matrix.columnCount)
    switch bytes.next(10) {
    case 0: rows = bytes.next(9)
    case 1: columns = bytes.next(9)
    case 2: return nil
    default:
      guard rows * columns > 0 else { return matrix }
      var copy = matrix
      copy[bytes.next(rows), bytes.next(columns)] = Scalar(bytes.number())
      return copy
    }
    return Matrix(rowCount: rows, columnCount: columns) {
      $0 < matrix.rowCount && $1 < matrix.columnCount ? matrix[$0, $1] : 0
    }
  }
}

/// Bytes as choices; after the last come zeros.
struct Choices {
  private var bytes: UnsafeBufferPointer<UInt8>.SubSequence

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes[...] }

  var isEmpty: Bool { bytes.isEmpty }

  mutating func next(_ count: Int) -> Int { Int(bytes.popFirst() ?? 0) % count }

  mutating func integer() -> Int {
    switch next(8) {
    case 0: .max
    case 1: .min
    case 2: .max / 2
    case 3: -1
    case 4: 1 << next(63)
    default: next(16)
    }
  }

  mutating func number() -> Double {
    switch next(8) {
    case 0: 0
    case 1: -1
    case 2: 1e-45
    case 3: 3e38
    case 4: -3e38
    case 5: 1e300
    case 6: .nan
    default: Double(next(256)) / 16 - 8
    }
  }
}
