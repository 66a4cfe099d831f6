/// How the bytes of files come to memory.
///
/// A mapped file costs no memory and no time before its elements are asked for, and is the caller's to keep as it is
/// meanwhile. Who does not know what others do with the files has small ones copied, and is told of all.
package struct FileAccess: Sendable {
  /// The size in bytes up to which files are copied.
  let largestCopy: Int

  /// Is told of each regular file when its bytes are there.
  let watch: (@Sendable (OpenedFile) -> Void)?

  /// Creates an access.
  package init(copyingUpTo largestCopy: Int, _ watch: @escaping @Sendable (OpenedFile) -> Void) {
    self.largestCopy = largestCopy
    self.watch = watch
  }

  private init() {
    largestCopy = -1
    watch = nil
  }

  /// All files are mapped.
  package static let mapping = FileAccess()
}
