extension FileKind {
  /// The first of `stem.npy`, `stem-2.npy`, `stem-3.npy` and so on under which there is nothing, for a line that tells
  /// somebody to write a file.
  ///
  /// - Parameters:
  ///   - stem: A path without its suffix.
  ///   - suffix: With its point.
  /// - Returns: The name, its stem shortened as in errors.
  static func freeName(_ stem: String, suffix: String) -> String {
    let ending =
      (1...).lazy.map { $0 == 1 ? suffix : "-\($0)\(suffix)" }
      .first { FileKind(at: stem + $0) == nil } ?? suffix
    return stem + ending
  }
}
