#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file that the inputs are written to: the variable `FUZZ_FILE`.
public let inputPath: String = {
  guard let path = getenv("FUZZ_FILE") else {
    fatalError("FUZZ_FILE: expected the path of the file to write inputs to")
  }
  return String(cString: path)
}()

/// Writes an input's bytes to a new file of the path.
///
/// Arrays may still be where the file before was mapped, which must not be shortened under them.
public func writeInput(_ bytes: UnsafeBufferPointer<UInt8>) {
  unlink(inputPath)
  let descriptor = open(inputPath, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  precondition(descriptor >= 0, "\(inputPath) cannot be written")
  var rest = UnsafeRawBufferPointer(bytes)
  while !rest.isEmpty {
    let count = write(descriptor, rest.baseAddress, rest.count)
    precondition(count > 0, "\(inputPath) cannot be written")
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
  close(descriptor)
}

/// The bytes of the file.
public func readInput() -> [UInt8] {
  let descriptor = open(inputPath, O_RDONLY)
  precondition(descriptor >= 0, "\(inputPath) cannot be read")
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = read(descriptor, &chunk, chunk.count), count > 0 {
    bytes += chunk[..<count]
  }
  return bytes
}

/// Whether a text is what an error may be: one line, and no longer than a screen.
public func isOneLine(_ text: String) -> Bool {
  !text.isEmpty && text.count < 2000
    && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
}

/// What must not fail, or there is nothing to test.
public func required<Result>(_ body: () throws -> Result) -> Result {
  do { return try body() } catch { fatalError("\(error)") }
}
