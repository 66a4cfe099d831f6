import Contrastive
import Synchronization

/// What was seen of the first lines of texts while they were read, for an error that may follow: a pipe is not there to be
/// read again.
enum HeadingRemarks {
  private static let remarks = Mutex<[String: String]>([:])

  /// Keeps a remark, and says it if it is worth a note.
  static func note(_ remark: HeadingRemark?, in specification: String) {
    let before = remarks.withLock { remarks in
      defer { remarks[specification] = remark?.text }
      return remarks[specification]
    }
    // A file may be read twice.
    if let remark, remark.isNote, remark.text != before {
      StandardError.writeLine("note", remark.text)
    }
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
