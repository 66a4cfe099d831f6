extension ArraySpecification {
  /// What may be wrong with a text that has one row more than is wanted: its first line may be a heading.
  ///
  /// Reads the file again, which is for the way to an error only; nil for a pipe, and for what is no text.
  package var headingRemark: String? {
    guard member == nil, FileKind(at: path) == .file, let file = try? FileRegion(path),
      let format = try? FileFormat(of: file, named: path), format == .table || format == .text,
      let table = try? TextTable(file, isTable: format == .table, named: path),
      let heading = try? table.possibleHeading()
    else { return nil }
    return
      "line \(heading.line) of \(path) may be a heading ('\(heading.text)'): leave it out, or name the column as in "
      + "file.csv:column"
  }
}
