import Synchronization

/// What was seen of the first lines of texts while they were read, for an error that may follow: a pipe is not there to be
/// read again.
enum HeadingRemarks {
  private static let remarks = Mutex<[String: String]>([:])

  static func note(_ remark: String?, in specification: String) {
    remarks.withLock { $0[specification] = remark }
  }

  /// That the first line of a file may be a heading, if it may.
  static func remark(on specification: String) -> String? {
    remarks.withLock { $0[specification] }
  }

  /// What to add to the error that there is one row too many, or too few beside another file.
  static func ofCounts(_ expected: Int, _ found: Int, in files: [String]) -> String? {
    guard expected.distance(to: found).magnitude == 1 else { return nil }
    return files.lazy.compactMap(remark).first
  }
}
