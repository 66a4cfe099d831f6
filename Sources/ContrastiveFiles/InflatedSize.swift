/// How large what is compressed may become.
///
/// A few bytes inflate to a thousand times as many, and a damaged or hostile file to any number. What says in its header
/// how large it is may become that large; what does not say it, text and archives, 64 times as large as it is compressed,
/// which no numbers but constant ones are, or 256 MiB.
struct InflatedSize {
  private enum Limit {
    /// Not known before more of the beginning is.
    case unknown

    case declared(Int)
    case undeclared
  }

  private let name: String
  private let file: FileRegion

  /// What an archive's directory says.
  private let entry: Int?

  private let undeclared: Int
  private var limit = Limit.unknown

  /// - Parameters:
  ///   - name: The name of what is compressed, which may tell its format.
  ///   - entry: How large the directory of an archive says it is.
  init(of file: FileRegion, named name: String, entry: Int? = nil) {
    self.file = file
    self.name = name
    self.entry = entry
    undeclared = max(1 << 28, file.count > Int.max >> 6 ? .max : file.count << 6)
  }

  /// Requires what was inflated up to here to be no more than it may be.
  mutating func check(_ bytes: Span<UInt8>) throws(ArrayFileError) {
    if let entry, bytes.count > entry {
      throw .damaged(
        source: file.source, reason: "it inflates to more than the \(entry) bytes it says")
    }
    if case .unknown = limit { limit = try readLimit(bytes) }
    if case .declared(let count) = limit {
      guard bytes.count <= count else {
        throw .damaged(
          source: file.source,
          reason: "it inflates to more than the \(count) bytes that its header says")
      }
    } else if entry == nil, bytes.count > undeclared {
      throw .unreadable(
        path: file.source,
        reason:
          "it inflates to more than \(undeclared) bytes, 64 times its size; if that is right, decompress it first, or "
          + "save it as .npy")
    }
  }

  /// What the beginning says.
  private func readLimit(_ bytes: Span<UInt8>) throws(ArrayFileError) -> Limit {
    let format = FileFormat(named: name)
    do {
      if bytes.hasBytes(NumPyFile.magic) {
        let (header, dataStart) = try NumPyFile.header(bytes, path: file.source)
        guard let size = try header.byteCount(source: file.source) else { return .undeclared }
        return .declared(Self.sum(dataStart, size))
      }
      if format == .points {
        let layout = try VectorFile.pointsLayout(bytes, source: file.source, named: name)
        return .declared(Self.sum(8, layout.byteCount))
      }
      if format != .vectors, SafetensorsHeader.mayBegin(bytes) {
        return .declared(try SafetensorsHeader(beginning: bytes, path: file.source).end)
      }
    } catch .truncated {
      return .unknown
    }
    // The longest beginning that tells them apart.
    return bytes.count < 9 ? .unknown : .undeclared
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
