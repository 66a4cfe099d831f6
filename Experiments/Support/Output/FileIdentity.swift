import Foundation

/// Which file a path leads to, however it is spelt: with `..`, through links symbolic or hard, or in
/// letters that a file system does not tell apart.
struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  /// Looks up a path; nil if nothing is there.
  init?(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Looks up an open file.
  init?(_ handle: FileHandle) {
    var status = stat()
    guard unsafe fstat(handle.fileDescriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The place that a path leads to, as the system walks it: `link/..` is where the link's target lies.
  ///
  /// Of what does not exist yet, the folders that do are followed, and the rest is taken as it is.
  static func place(of path: String) -> URL {
    // Not by `URL`, which takes `..` back as it is spelt.
    var existing = path
    while existing.count > 1, existing.last == "/" { existing.removeLast() }
    var rest: [String] = []
    while FileIdentity(existing) == nil, let slash = existing.lastIndex(of: "/"), existing != "/" {
      rest.insert(String(existing[existing.index(after: slash)...]), at: 0)
      existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
    }
    if let real = unsafe realpath(existing, nil) {
      existing = unsafe String(cString: real)
      unsafe free(real)
    }
    return rest.reduce(URL(filePath: existing)) { $0.appending(path: $1) }.standardizedFileURL
  }

  private init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
  }
}
