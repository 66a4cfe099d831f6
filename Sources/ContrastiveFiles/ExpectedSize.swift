/// How large what comes piece by piece may become: what is compressed, or what a pipe brings.
///
/// A few bytes inflate to a thousand times as many, a damaged or hostile file to any number, and a pipe need not end. What
/// says in its header how large it is may become that large. What does not say it, text and archives, may become 64 times
/// as large as it is compressed, which no numbers but constant ones are, or 256 MiB; of a pipe as large as memory.
struct ExpectedSize {
  private enum Limit {
    /// Not known before more of the beginning is.
    case unknown

    case declared(Int)
    case undeclared
  }

  private let name: String
  private let source: String

  /// What an archive's directory says.
  private let entry: Int?

  /// How large it may become without saying so; nil for any size.
  private let undeclared: Int?

  private var isPipe: Bool { undeclared == nil }
  private var limit = Limit.unknown

  /// - Parameters:
  ///   - name: The name of what is compressed, which may tell its format.
  ///   - entry: How large the directory of an archive says it is.
  init(inflating file: FileRegion, named name: String, entry: Int? = nil) {
    self.name = name
    self.entry = entry
    source = file.source
    undeclared = max(1 << 28, file.count > Int.max >> 6 ? .max : file.count << 6)
  }

  /// Of a pipe.
  init(ofPipe path: String) {
    (name, source, entry, undeclared) = (path, path, nil, nil)
  }

  /// Requires what has come up to here to be no more than it may be, and to begin as something that is read.
  mutating func check(_ bytes: Span<UInt8>) throws(ArrayFileError) {
    if let entry, bytes.count > entry {
      throw .damaged(source: source, reason: "it inflates to more than the \(entry) bytes it says")
    }
    if case .unknown = limit { limit = try readLimit(bytes) }
    if case .declared(let count) = limit {
      guard bytes.count <= count else {
        throw .damaged(
          source: source,
          reason:
            "it \(isPipe ? "brings" : "inflates to") more than the \(count) bytes that its header says"
        )
      }
    } else if entry == nil, let undeclared, bytes.count > undeclared {
      throw .unreadable(
        path: source,
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
        let (header, dataStart) = try NumPyFile.header(bytes, path: source)
        guard let size = try header.byteCount(source: source) else { return .undeclared }
        return .declared(Self.sum(dataStart, size))
      }
      if format == .points {
        let layout = try VectorFile.pointsLayout(bytes, source: source, named: name)
        return .declared(Self.sum(8, layout.byteCount))
      }
      if format != .vectors, SafetensorsHeader.mayBegin(bytes) {
        return .declared(try SafetensorsHeader(beginning: bytes, path: source).end)
      }
    } catch .truncated {
      return .unknown
    }
    guard isPipe, !bytes.hasBytes(FileFormat.gzipMagic) else {
      // The longest beginning that tells them apart.
      return bytes.count < 9 ? .unknown : .undeclared
    }
    // What would be refused at the end need not be waited for. So much is looked at, and a character behind it.
    guard bytes.count >= FileFormat.recognisedByteCount + 4 else { return .unknown }
    _ = try FileFormat(of: bytes, source: source, named: name)
    return .undeclared
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
