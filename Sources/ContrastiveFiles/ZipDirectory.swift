/// The directory at the end of a zip archive.
struct ZipDirectory {
  private let path: String
  private(set) var members: [(name: String, member: ZipArchive.Member)] = []

  init(_ file: FileRegion) throws(ArrayFileError) {
    path = file.source
    let bytes = file.span
    let end = try Self.end(bytes, path: path)
    // The directory's entries are counted below; a wrong count is a damaged archive.
    guard end.start <= end.limit, end.size == end.limit - end.start else {
      throw malformed("the archive's directory is not where its end says")
    }
    var position = end.start
    while position < end.limit {
      let entry = try self.entry(bytes, at: position, limit: end.limit)
      members.append((entry.name, entry.member))
      position = entry.end
    }
    guard members.count == end.count else {
      throw malformed("the archive says it has \(end.count) members, found \(members.count)")
    }
  }

  func malformed(_ reason: String) -> ArrayFileError {
    .malformedHeader(path: path, reason: reason)
  }

  /// What the record at the archive's end says of the directory: how many entries, where, and how large.
  private static func end(
    _ bytes: Span<UInt8>, path: String
  ) throws(ArrayFileError) -> (count: Int, start: Int, size: Int, limit: Int) {
    // A comment of at most 2¹⁶ − 1 bytes may follow, and behind it what NumPy passes over, too.
    let magic = FileFormat.zipMagic + [5, 6]
    let candidates = max(0, bytes.count - 22 - 0xFFFF)..<max(0, bytes.count - 21)
    guard
      let end = candidates.last(where: {
        bytes.hasBytes(magic, at: $0)
          && Int(bytes.number(UInt16.self, at: $0 + 20)) <= bytes.count - $0 - 22
      })
    else {
      throw .malformedHeader(
        path: path, reason: "the zip archive has no end; it was cut short: copy or save it again")
    }
    let count = Int(bytes.number(UInt16.self, at: end + 10))
    let size = Int(bytes.number(UInt32.self, at: end + 12))
    let start = Int(bytes.number(UInt32.self, at: end + 16))
    // Python and PyTorch write the 64-bit record also where 32 bits do.
    guard end >= 20, bytes.hasBytes(FileFormat.zipMagic + [6, 7], at: end - 20) else {
      return (count, start, size, end)
    }
    let record = Int(exactly: bytes.number(UInt64.self, at: end - 12)) ?? .max
    guard record <= end - 20 - 56, bytes.hasBytes(FileFormat.zipMagic + [6, 6], at: record) else {
      throw .malformedHeader(
        path: path, reason: "the archive's 64-bit end is not where it says")
    }
    return (
      Int(exactly: bytes.number(UInt64.self, at: record + 32)) ?? .max,
      Int(exactly: bytes.number(UInt64.self, at: record + 48)) ?? .max,
      Int(exactly: bytes.number(UInt64.self, at: record + 40)) ?? .max, record
    )
  }

  private func entry(
    _ bytes: Span<UInt8>, at position: Int, limit: Int
  ) throws(ArrayFileError) -> (name: String, member: ZipArchive.Member, end: Int) {
    guard limit - position >= 46, bytes.hasBytes(FileFormat.zipMagic + [1, 2], at: position) else {
      throw malformed("the archive's directory is damaged at byte \(position)")
    }
    let nameEnd = position + 46 + Int(bytes.number(UInt16.self, at: position + 28))
    let extraEnd = nameEnd + Int(bytes.number(UInt16.self, at: position + 30))
    let end = extraEnd + Int(bytes.number(UInt16.self, at: position + 32))
    guard end <= limit else {
      throw malformed("the archive's directory is damaged at byte \(position)")
    }
    let name = (position + 46..<nameEnd).map { bytes[$0] }
    guard let name = String(validating: name, as: UTF8.self) else {
      throw malformed("a member's name is not UTF-8")
    }
    // Sizes that do not fit 32 bits stand behind the name, in this order, and only those.
    var wide = try Self.wideSizes(bytes, in: nameEnd..<extraEnd)[...]
    func size(at offset: Int) throws(ArrayFileError) -> Int {
      let narrow = bytes.number(UInt32.self, at: position + offset)
      guard narrow == .max else { return Int(narrow) }
      guard let value = wide.popFirst(), let size = Int(exactly: value) else {
        throw malformed("the size of member '\(ArrayFileError.excerpt(name))' is missing")
      }
      return size
    }
    let (full, compressed, offset) = (try size(at: 24), try size(at: 20), try size(at: 42))
    return (
      name,
      ZipArchive.Member(
        method: bytes.number(UInt16.self, at: position + 10),
        checksum: bytes.number(UInt32.self, at: position + 16), compressedSize: compressed,
        size: full, offset: offset, isEncrypted: bytes[position + 8] & 1 == 1),
      end
    )
  }

  /// The 64-bit numbers among a member's further fields.
  private static func wideSizes(
    _ bytes: Span<UInt8>, in range: Range<Int>
  ) throws(ArrayFileError) -> [UInt64] {
    var position = range.lowerBound
    while range.upperBound - position >= 4 {
      let identifier = bytes.number(UInt16.self, at: position)
      let length = Int(bytes.number(UInt16.self, at: position + 2))
      let end = position + 4 + length
      guard end <= range.upperBound else { break }
      if identifier == 1 {
        return stride(from: position + 4, to: end - 7, by: 8).map {
          bytes.number(UInt64.self, at: $0)
        }
      }
      position = end
    }
    return []
  }
}
