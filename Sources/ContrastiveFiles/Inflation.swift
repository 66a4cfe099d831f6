import CZlib

/// What zlib makes of compressed bytes.
enum Inflation {
  /// The contents of a gzip file: of all its members, one after the other. Their sums are checked.
  ///
  /// Zeros may follow, as on tapes and in blocks of archives: `gzip` and Python pass over them.
  ///
  /// - Parameter name: The name of what is compressed, which may tell its format.
  static func gzip(_ file: FileRegion, named name: String) throws(ArrayFileError) -> FileBytes {
    // 15 is the largest window, and 16 says that there is a gzip header.
    try inflate(
      file, windowBits: 15 + 16, isRepeated: true, bound: ExpectedSize(inflating: file, named: name)
    )
  }

  /// The contents of a zip archive's member.
  ///
  /// - Parameter byteCount: How many bytes it says there are. More are an error as soon as they come.
  static func member(
    _ file: FileRegion, byteCount: Int
  ) throws(ArrayFileError) -> FileBytes {
    // A negative window means that there is no header.
    let bytes = try inflate(
      file, windowBits: -15, isRepeated: false,
      bound: ExpectedSize(inflating: file, named: "", entry: byteCount))
    guard bytes.count == byteCount else {
      throw .damaged(
        source: file.source, reason: "it inflates to \(bytes.count) bytes, expected \(byteCount)")
    }
    return bytes
  }

  private static func inflate(
    _ file: FileRegion, windowBits: Int32, isRepeated: Bool, bound: ExpectedSize
  ) throws(ArrayFileError) -> FileBytes {
    let span = file.span
    return try unsafe span.withUnsafeBufferPointer { input throws(ArrayFileError) in
      var stream = unsafe z_stream()
      guard unsafe czlib_inflate_init(&stream, windowBits) == Z_OK else {
        throw .unreadable(path: file.source, reason: "zlib cannot be used")
      }
      defer { unsafe inflateEnd(&stream) }
      var output = GrowingBytes(path: file.source)
      var bound = bound
      var consumed = 0
      while true {
        // zlib counts in 32 bits.
        let rest = unsafe UnsafeBufferPointer(rebasing: input[consumed...].prefix(1 << 30))
        unsafe stream.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
        unsafe stream.avail_in = UInt32(rest.count)
        var status = Z_OK
        let written = try unsafe output.append(atMost: 1 << 18) { room throws(ArrayFileError) in
          unsafe stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
          unsafe stream.avail_out = UInt32(room.count)
          status = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
          return unsafe room.count - Int(stream.avail_out)
        }
        let read = unsafe rest.count - Int(stream.avail_in)
        consumed += read
        try bound.check(output.span)
        switch status {
        case Z_STREAM_END:
          guard consumed < input.count else { return output.finish() }
          guard isRepeated else {
            throw .damaged(source: file.source, reason: "its compressed bytes end too early")
          }
          let rest = span.extracting(consumed..<span.count)
          if rest.isZero { return output.finish() }
          guard rest.hasBytes(FileFormat.gzipMagic) else {
            throw .damaged(
              source: file.source,
              reason: "\(rest.count) bytes follow what is compressed, from byte \(consumed) on")
          }
          unsafe inflateReset(&stream)
        case Z_OK where read > 0 || written > 0: break
        case Z_OK, Z_BUF_ERROR:
          throw .damaged(source: file.source, reason: "what is compressed was cut short")
        default:
          let message = unsafe stream.msg.map { unsafe String(cString: $0) }
          throw .damaged(
            source: file.source, reason: "it cannot be inflated (\(message ?? "error \(status)"))")
        }
      }
    }
  }
}

extension Span<UInt8> {
  /// Whether every byte is zero.
  fileprivate var isZero: Bool { indices.allSatisfy { self[$0] == 0 } }
}
