import CZlib

/// The cyclic redundancy check CRC-32 of bytes that come piece by piece, as zip and gzip keep it.
///
/// Every change that lies within 32 neighbouring bits changes it, a flipped bit among them, and any other but
/// one in 2³². It protects against accidents, not against forgers.
package struct Checksum: Hashable, Sendable {
  /// The sum of the bytes so far.
  package private(set) var value: UInt32 = 0

  /// The sum of no bytes.
  package init() {}

  /// The sum of a file's bytes, or of a member's.
  init(of file: FileRegion) {
    let bytes = file.span
    append(bytes)
  }

  /// Adds elements as they lie in memory.
  package mutating func append<Element: BitwiseCopyable>(_ elements: Span<Element>) {
    unsafe elements.withUnsafeBytes { bytes in
      // Of a null pointer zlib makes the sum to begin with.
      guard let start = bytes.baseAddress else { return }
      value = UInt32(
        truncatingIfNeeded: unsafe crc32_z(
          UInt(value), start.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
  }

  /// Adds a number.
  package mutating func append(_ number: Int) { append([Int64(number)].span) }

  /// Adds a text and its length, so that two texts never give the sum of others that are cut elsewhere.
  package mutating func append(_ text: String) {
    append(text.utf8.count)
    append(Array(text.utf8).span)
  }

  /// The sum in eight hexadecimal digits.
  package var digits: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
