import ContrastiveEmbeddings
package import ContrastiveKernels

/// Memory that a rank sends, or receives into.
@safe public struct RankMessage: @unchecked Sendable {
  /// The bytes, which stay where they are as long as the message does. Nobody writes them while they are on their way.
  @unsafe public let bytes: UnsafeMutableRawBufferPointer

  private let owner: AnyObject

  /// The elements of a block without gaps.
  package init<Scalar: EmbeddingScalar>(_ block: Block<Scalar>) {
    unsafe bytes = block.bytes
    owner = block.memory
  }

  /// How long it is.
  public var byteCount: Int { unsafe bytes.count }

  /// A copy of the bytes.
  var copy: [UInt8] { unsafe Array(bytes) }

  /// Sets the bytes, and returns whether there are as many.
  func set(_ other: [UInt8]) -> Bool {
    guard other.count == byteCount else { return false }
    unsafe bytes.copyBytes(from: other)
    return true
  }
}

extension Block<Double> {
  /// Numbers, to be sent.
  package init(numbers: [Double]) {
    self.init(rowCount: 1, columnCount: numbers.count, zeroed: false)
    for (column, number) in numbers.enumerated() { self[0, column] = number }
  }
}
