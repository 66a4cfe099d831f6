/// The system's operations by which a file is written beside its name and put under it.
///
/// A protocol, as what a power cut leaves of them can only be tried on a disk that forgets.
package protocol FileOperations: Sendable {
  /// Creates a file under a name that must be new, to be written to.
  ///
  /// - Returns: The file's descriptor.
  func create(_ path: String) throws(FileOperationError) -> Int32

  /// Writes bytes at the end of a file, all of them.
  func write(_ bytes: RawSpan, to descriptor: Int32) throws(FileOperationError)

  /// Waits until what was written to a file is on the disk.
  func synchronize(_ descriptor: Int32) throws(FileOperationError)

  /// Closes a file, whose descriptor is gone whatever the result.
  func close(_ descriptor: Int32) throws(FileOperationError)

  /// Gives a file another name, which it takes from the file that had it.
  func rename(_ path: String, to newPath: String) throws(FileOperationError)

  /// Waits until the names in a folder, empty for the present one, are on the disk.
  func synchronizeFolder(_ path: String) throws(FileOperationError)

  /// Removes a file, if it can be.
  func remove(_ path: String)
}

/// The number by which the system says why an operation failed.
package struct FileOperationError: Error, Hashable, Sendable {
  package let code: Int32

  package init(code: Int32) { self.code = code }

  /// What the system calls it.
  var message: String { systemMessage(code) }
}
