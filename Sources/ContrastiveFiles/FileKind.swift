#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What lies under a path, as messages call it.
package enum FileKind: String {
  case file = "a regular file"
  case directory = "a directory"
  case pipe = "a pipe"
  case socket = "a socket"
  case device = "a device"
  case link = "a symbolic link"

  init(_ mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .directory
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    case S_IFLNK: self = .link
    default: self = .device
    }
  }

  /// What is at a path, behind links; nil if nothing is, or it cannot be known.
  package init?(at path: String) {
    var status = stat()
    guard !path.utf8.contains(0), unsafe stat(path, &status) == 0 else { return nil }
    self.init(status.st_mode)
  }
}
