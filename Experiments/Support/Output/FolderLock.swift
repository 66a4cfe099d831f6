import Foundation
import Synchronization

/// Keeps other processes out of a folder while this one puts results into it.
///
/// The lock is on a hidden file, which says whose it is. The system takes the lock back from a process
/// that ends, however it does; the next one then takes the file over. Within a process a folder may be
/// locked several times, for results of two kinds.
final class FolderLock: Sendable {
  /// What locks of one folder share.
  private struct Claim {
    let handle: FileHandle
    /// What removes the file, and the folders that were made for it.
    let leftover: Int
    var count = 1
  }

  private static let fileName = ".experiments-lock"

  /// How often it is tried again where others make and remove the folder at the same time.
  private static let attemptCount = 100

  private static let claims = Mutex<[FileIdentity: Claim]>([:])

  private let identity: FileIdentity

  /// Makes the folder where there is none, and locks it.
  ///
  /// - Parameter command: Who says so to others.
  /// - Throws: `CommandFailure` if another process is at work there, or the folder cannot be written.
  init(_ folder: URL, for command: String) throws(CommandFailure) {
    identity = try Self.claims.withLock { claims throws(CommandFailure) in
      try Leftovers.withLock { leftovers throws(CommandFailure) in
        try Self.claim(folder, for: command, among: &claims, &leftovers)
      }
    }
  }

  private static func claim(
    _ folder: URL, for command: String, among claims: inout [FileIdentity: Claim],
    _ leftovers: inout Leftovers
  ) throws(CommandFailure) -> FileIdentity {
    if let identity = FileIdentity(folder.filePath), claims[identity] != nil {
      claims[identity]?.count += 1
      return identity
    }
    var created: [URL] = []
    for attempt in 1...attemptCount {
      created += try create(folder)
      let file = folder.appending(path: fileName).filePath
      let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      // Another process made the folder too, and removed it when it failed.
      if descriptor < 0, errno == ENOENT, attempt < attemptCount { continue }
      guard descriptor >= 0 else {
        let reason = unsafe String(cString: strerror(errno))
        remove(created)
        throw CommandFailure(
          "\(folder.filePath): cannot be written: \(reason); give another folder",
          status: .cannotCreate)
      }
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      // Where a file system has no locks there is no one to keep out.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        let holder = ((try? handle.readToEnd()) ?? nil).map { String(decoding: $0, as: UTF8.self) }
        remove(created)
        throw CommandFailure(
          "\(folder.filePath): \(holder ?? "another command") is at work there; "
            + "wait for it, or give another folder", status: .cannotCreate)
      }
      // Whoever held it may have removed the file between our opening and locking it.
      guard let opened = FileIdentity(handle), opened == FileIdentity(file),
        let identity = FileIdentity(folder.filePath)
      else { continue }
      // Only for others to read: what cannot be written here is found out by what follows.
      try? handle.truncate(atOffset: 0)
      try? handle.write(
        contentsOf: Data("\(command) (process \(ProcessInfo.processInfo.processIdentifier))".utf8))
      let leftover = leftovers.add { [created] in
        // Before it is unlocked: whoever waits for it looks whether the file is still there.
        unsafe unlink(file)
        remove(created)
      }
      claims[identity] = Claim(handle: handle, leftover: leftover)
      return identity
    }
    throw CommandFailure(
      "\(folder.filePath): others make and remove it all the time; give another folder",
      status: .cannotCreate)
  }

  /// Makes a folder and those it is in; returns those there were not, the innermost first.
  private static func create(_ folder: URL) throws(CommandFailure) -> [URL] {
    var missing: [URL] = []
    var next = folder
    while FileIdentity(next.filePath) == nil, next.pathComponents.count > 1 {
      missing.append(next)
      next.deleteLastPathComponent()
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return missing
    } catch {
      remove(missing)
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder.filePath)
      throw CommandFailure(
        target.map {
          "\(folder.filePath): is a link to '\($0)', where there is no folder; make that, or give another folder"
        } ?? "\(folder.filePath): cannot be made: \(error.systemReason)", status: .cannotCreate)
    }
  }

  /// Removes those folders in which there is nothing.
  private static func remove(_ folders: [URL]) {
    for folder in folders { unsafe rmdir(folder.filePath) }
  }

  deinit {
    Self.claims.withLock { claims in
      claims[identity]?.count -= 1
      guard let claim = claims[identity], claim.count == 0 else { return }
      Leftovers.remove(claim.leftover)
      claims[identity] = nil
    }
  }
}

extension URL {
  /// The path as the system takes it, without a slash at its end, behind which it would look for a
  /// folder only.
  var filePath: String {
    let path = path(percentEncoded: false)
    return path.count > 1 && path.last == "/" ? String(path.dropLast()) : path
  }
}
