extension ArraySpecification {
  /// The files that are read for it: its own and, where that is an index, those the index names.
  ///
  /// What cannot be looked into without taking something from it, as a pipe, counts as a lone file.
  package var files: [String] {
    guard FileKind(at: path) == .file, let file = try? FileRegion(path),
      FileFormat(named: path) == .safetensorsIndex || SafetensorsIndex.isIndex(file),
      let index = try? SafetensorsIndex(file)
    else { return [path] }
    return [path] + index.shards
  }
}
