import ContrastiveFiles
import Synchronization

/// A disk whose power is cut after some operations, and which remembers for certain only what was synchronised.
///
/// Of everything else it may have kept nothing, all, or of bytes the first half; names and bytes independently, as
/// file systems write them in any order. `outcomes` are all that a program may then find.
final class ForgetfulDisk: FileOperations {
  /// Which promises it keeps.
  struct Promises: OptionSet {
    let rawValue: Int
    static let bytes = Promises(rawValue: 1)
    static let names = Promises(rawValue: 2)
  }

  private struct File {
    var written: [UInt8] = []
    var kept: [UInt8] = []
  }

  private struct State {
    var files: [Int32: File] = [:]
    var names: [String: Int32] = [:]
    var keptNames: [String: Int32] = [:]
    var operationCount = 0
  }

  private let state: Mutex<State>
  private let powerLasts: Int
  private let promises: Promises

  /// A disk with a file that was there long before.
  init(
    _ bytes: [UInt8], at path: String, powerLasts: Int = .max,
    promises: Promises = [.bytes, .names]
  ) {
    state = Mutex(
      State(
        files: [0: File(written: bytes, kept: bytes)], names: [path: 0], keptNames: [path: 0]))
    self.powerLasts = powerLasts
    self.promises = promises
  }

  /// How many operations were asked for.
  var operationCount: Int { state.withLock { $0.operationCount } }

  /// What may be found under a path when the power is back; `nil` for no file.
  func outcomes(at path: String) -> [[UInt8]?] {
    state.withLock { state in
      [state.keptNames, state.names].flatMap { names -> [[UInt8]?] in
        guard let file = names[path].flatMap({ state.files[$0] }) else { return [nil] }
        return [
          file.kept, file.written, Array(file.written.prefix(file.written.count / 2)),
        ].filter { $0.count >= file.kept.count }
      }
    }
  }

  private func perform<Result: Sendable>(
    _ body: (inout State) -> Result
  ) throws(FileOperationError) -> Result {
    let result: Result? = state.withLock { state in
      guard state.operationCount < powerLasts else { return nil }
      state.operationCount += 1
      return body(&state)
    }
    // 5 is "Input/output error".
    guard let result else { throw FileOperationError(code: 5) }
    return result
  }

  func create(_ path: String) throws(FileOperationError) -> Int32 {
    try perform { state in
      let descriptor = Int32(state.files.count)
      state.files[descriptor] = File()
      state.names[path] = descriptor
      return descriptor
    }
  }

  func write(_ bytes: RawSpan, to descriptor: Int32) throws(FileOperationError) {
    let bytes = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    try perform { $0.files[descriptor]?.written += bytes }
  }

  func synchronize(_ descriptor: Int32) throws(FileOperationError) {
    guard promises.contains(.bytes) else { return }
    try perform { state in
      state.files[descriptor].map { state.files[descriptor]?.kept = $0.written } ?? ()
    }
  }

  func close(_ descriptor: Int32) throws(FileOperationError) { try perform { _ in } }

  func rename(_ path: String, to newPath: String) throws(FileOperationError) {
    try perform { $0.names[newPath] = $0.names.removeValue(forKey: path) }
  }

  func synchronizeFolder(_ path: String) throws(FileOperationError) {
    guard promises.contains(.names) else { return }
    try perform { $0.keptNames = $0.names }
  }

  func remove(_ path: String) {
    try? perform { $0.names[path] = nil }
  }
}
