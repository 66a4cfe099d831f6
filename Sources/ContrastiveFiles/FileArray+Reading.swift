extension FileArray {
  /// The array that a command line names.
  ///
  /// | Specification | Array |
  /// | --- | --- |
  /// | `rows.npy` | the file's array |
  /// | `arrays.npz:member`, `model.safetensors:tensor` | one of several, which a lone one need not be |
  /// | `rows.csv`, `rows.csv:column`, `rows.csv:first-last` | a table's columns of numbers, one, or a range |
  /// | `rows.npy.gz` | what is compressed |
  /// | `-`, `/dev/stdin:member` | what standard input brings, of any of these formats |
  ///
  /// ``FileFormat`` has all formats. Files are recognised by what is in them, and by their names where that leaves
  /// it open. Pipes are files too.
  ///
  /// Of a table whose columns of numbers are neighbours, other columns are left out: those of texts, and those that
  /// by their headings name or label the rows, such as `id`. ``leftOutColumns`` has them.
  ///
  /// Numbers in text are whole numbers if all of them are, else `Double`. Rows of text are the rows of an `N × d`
  /// array; ``withRank(_:)`` makes a column a vector.
  ///
  /// - Throws: ``ArrayFileError``: `.unreadFormat` for what cannot be read, `.ambiguousMember` if
  ///   one of several arrays had to be named, `.separatedColumns` if a range of columns had, and what reading throws.
  public init(reading specification: String) throws(ArrayFileError) {
    try self.init(reading: specification, by: .mapping)
  }

  /// The array that a command line names, as `init(reading:)` has it.
  package init(reading specification: String, by access: FileAccess) throws(ArrayFileError) {
    switch try FileValues(reading: specification, by: access) {
    case .numbers(let array): self = array
    case .texts(_, let error, _): throw error
    }
  }
}
