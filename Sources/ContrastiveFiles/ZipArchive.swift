/// The zip archive that an `.npz` file is: NumPy's arrays, each a `.npy` file, stored or deflated.
///
/// The directory at the archive's end is what counts, with zip64's sizes where they are.
///
/// - Source: [APPNOTE 6.3](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT)
struct ZipArchive {
  struct Member {
    let method: UInt16
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    let offset: Int
    let isEncrypted: Bool
  }

  private let file: FileRegion
  private var members: [String: Member] = [:]

  /// The members' names as they are in the archive.
  private var names: [String] = []

  init(_ file: FileRegion) throws(ArrayFileError) {
    self.file = file
    let lowercased = file.source.lowercased()
    // PyTorch's are told by their name already, or by the pickle inside.
    if lowercased.hasSuffix(".pt") || lowercased.hasSuffix(".pth") {
      throw ForeignFormat.pyTorch.error(path: file.source)
    }
    let directory = try ZipDirectory(file)
    for (name, member) in directory.members {
      guard members.updateValue(member, forKey: name) == nil else {
        throw directory.malformed("the member '\(ArrayFileError.excerpt(name))' is there twice")
      }
      names.append(name)
    }
    if names.contains(where: { $0.hasSuffix("data.pkl") }) {
      throw ForeignFormat.pyTorch.error(path: file.source)
    }
    if names.contains("[Content_Types].xml") {
      throw ForeignFormat.excel.error(path: file.source)
    }
  }

  /// The `.npy` file of a member, named with or without that suffix; a lone one need not be named.
  ///
  /// Stored members stay where they are; others are inflated into memory. Sums are checked.
  func array(_ name: String?) throws(ArrayFileError) -> FileRegion {
    let arrays = names.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
    guard let name else {
      guard let lone = arrays.first, arrays.count == 1 else {
        throw .ambiguousMember(path: file.source, kind: .array, available: arrays)
      }
      return try contents(
        of: lone + ".npy", source: "\(file.source):\(ArrayFileError.excerpt(lone))")
    }
    let full = members[name] == nil ? name + ".npy" : name
    guard members[full] != nil else {
      throw .memberNotFound(path: file.source, kind: .array, name: name, available: arrays)
    }
    return try contents(of: full, source: "\(file.source):\(ArrayFileError.excerpt(name))")
  }

  private func contents(of name: String, source: String) throws(ArrayFileError) -> FileRegion {
    guard let member = members[name] else {
      throw .memberNotFound(path: file.source, kind: .array, name: name, available: names)
    }
    guard !member.isEncrypted else {
      throw .unreadable(path: source, reason: "it is encrypted")
    }
    let stored = try region(of: member, source: source)
    let contents: FileRegion
    switch member.method {
    case 0:
      guard member.size == member.compressedSize else {
        throw .damaged(source: source, reason: "its two sizes differ, and it is not compressed")
      }
      contents = stored
    case 8:
      contents = FileRegion(
        try Inflation.member(stored, byteCount: member.size), source: source)
    default:
      throw .unreadable(
        path: source,
        reason: "it is compressed by method \(member.method), expected stored or deflated members, "
          + "as of numpy.savez_compressed")
    }
    guard Checksum(of: contents).value == member.checksum else {
      throw .damaged(source: source, reason: "its checksum differs from the archive's")
    }
    return contents
  }

  /// The bytes of a member as they are in the archive, behind the header that stands before them.
  private func region(
    of member: Member, source: String
  ) throws(ArrayFileError) -> FileRegion {
    let bytes = file.span
    guard member.offset <= bytes.count - 30,
      bytes.hasBytes(FileFormat.zipMagic + [3, 4], at: member.offset)
    else { throw .damaged(source: source, reason: "it is not where the archive says") }
    let start =
      member.offset + 30 + Int(bytes.number(UInt16.self, at: member.offset + 26))
      + Int(bytes.number(UInt16.self, at: member.offset + 28))
    guard start <= bytes.count, member.compressedSize <= bytes.count - start else {
      throw .truncated(
        path: source,
        expectedByteCount: start.addingReportingOverflow(member.compressedSize).overflow
          ? .max : start + member.compressedSize,
        actualByteCount: bytes.count)
    }
    let lower = file.range.lowerBound + start
    return FileRegion(file.bytes, lower..<lower + member.compressedSize, source: source)
  }
}
