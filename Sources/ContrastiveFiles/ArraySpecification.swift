/// Where an array is: a file, and which of the several arrays in it.
package struct ArraySpecification {
  package let path: String
  package let member: String?

  /// Splits `file.npz:member`.
  ///
  /// A name that is a file's as a whole is one, whatever is in it. Else the file ends at the first colon at which
  /// there is one: members' names are arbitrary. If there is none at all, it ends where a known suffix does.
  package init(_ specification: String) {
    let colons = specification.indices.filter { specification[$0] == ":" }
    func isFile(_ path: String) -> Bool {
      path == "-" || FileKind(at: path).map { $0 != .directory } ?? false
    }
    func hasSuffix(_ path: Substring) -> Bool { FileFormat(named: String(path)) != nil }
    let isWhole = colons.isEmpty || isFile(specification)
    let end =
      isWhole
      ? nil
      : colons.first { isFile(String(specification[..<$0])) }
        ?? colons.first { hasSuffix(specification[..<$0]) }
    path = end.map { String(specification[..<$0]) } ?? specification
    member = end.map { String(specification[specification.index(after: $0)...]) }
  }
}
