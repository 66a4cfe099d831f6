/// What a specification names: numbers, or texts, one a row.
enum FileValues {
  case numbers(FileArray)

  /// The error is that of a reader who needs numbers; `headingRemark` is as `FileArray` has it.
  case texts([String], ArrayFileError, headingRemark: HeadingRemark? = nil)

  init(
    reading specification: String, for use: TableUse = .rows, by access: FileAccess
  ) throws(ArrayFileError) {
    guard !specification.isEmpty else {
      throw .unreadable(path: specification, reason: "the name of the file is empty")
    }
    let specification = ArraySpecification(specification)
    try self.init(
      FileRegion(specification.path, by: access), named: specification.path,
      member: specification.member, for: use, by: access)
  }

  /// - Parameter name: A file's name, which may tell the format.
  init(
    _ file: FileRegion, named name: String, member: String?, for use: TableUse,
    by access: FileAccess
  ) throws(ArrayFileError) {
    if file.span.hasBytes(FileFormat.gzipMagic) {
      let isNamed = name.lowercased().hasSuffix(".gz")
      let innerName = isNamed ? String(name.dropLast(3)) : name
      let inner = try FileRegion(Inflation.gzip(file, named: innerName), source: file.source)
      guard !inner.span.hasBytes(FileFormat.gzipMagic) else {
        throw .unreadable(path: file.source, reason: "it is compressed twice; decompress it once")
      }
      try self.init(inner, named: innerName, member: member, for: use, by: access)
      return
    }
    let format = try FileFormat(
      of: file.span, source: file.source, named: name, for: member == nil ? use : .rows)
    if let member, format.memberKind == nil, format != .text {
      throw .unreadable(
        path: file.source,
        reason:
          "it holds one array, which has no name; leave out ':\(ArrayFileError.excerpt(member))'")
    }
    switch format {
    case .numPy: self = try NumPyFile.values(file)
    case .numPyArchive:
      let archive = try ZipArchive(file)
      self = try NumPyFile.values(archive.array(member))
    case .safetensors:
      let tensors = try SafetensorsFile(file)
      let tensor = if let member { try tensors.tensor(member) } else { try tensors.onlyTensor() }
      self = .numbers(tensor)
    case .safetensorsIndex:
      self = .numbers(try SafetensorsIndex(file).tensor(member, by: access))
    case .vectors: self = .numbers(try VectorFile.rows(file, named: name))
    case .points: self = .numbers(try VectorFile.points(file, named: name))
    case .text where use == .texts && member == nil:
      self = .texts(
        try TextLines.texts(of: file, for: use),
        .malformedHeader(path: file.source, reason: "it holds texts"))
    case .table, .text:
      let table: TextTable
      do {
        table = try TextTable(
          file, isTable: format == .table || member != nil, named: name, for: use)
      } catch {
        // Lines of labels may have commas, and quotation marks as they please.
        guard case .malformedText = error, use == .labels, member == nil,
          FileFormat(named: name) == .text
        else { throw error }
        self = .texts(try TextLines.texts(of: file, for: use), error)
        return
      }
      self = try table.values(column: member, for: use)
    case .json:
      self =
        SafetensorsIndex.isIndex(file)
        ? .numbers(try SafetensorsIndex(file).tensor(member, by: access))
        : try JSONRows(file, named: name).values(key: member, for: use)
    }
  }

  /// The same with the remark that a function makes of them, if it does.
  func withHeadingRemark(
    _ remark: (FileValues) throws(ArrayFileError) -> HeadingRemark?
  ) throws(ArrayFileError) -> FileValues {
    guard let remark = try remark(self) else { return self }
    switch self {
    case .numbers(var array):
      array.headingRemark = remark
      return .numbers(array)
    case .texts(let texts, let error, _):
      return .texts(texts, error, headingRemark: remark)
    }
  }
}
