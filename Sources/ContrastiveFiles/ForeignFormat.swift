/// A kind of file that people keep arrays in and that is not read here: told by its contents, and named with what
/// converts it.
enum ForeignFormat: CaseIterable {
  case parquet, arrow, arrowStream, feather, hdf5, matlab5, matlab73, faiss
  case pyTorch, pickle, numPyObjects
  case sqlite, gguf, avro, orc, idx
  case excel, zstandard, bzip2, xz, lz4
  case tar, sevenZip, utf16, gitLFS
  case numbers

  init?(_ bytes: Span<UInt8>, named name: String) {
    if let match = Self.beginnings.first(where: { bytes.hasBytes($0.bytes) }) {
      self = match.format
    } else if let match = Self.words.first(where: { bytes.hasBytes(Array($0.word.utf8)) }),
      (0..<min(bytes.count, FileFormat.recognisedByteCount)).contains(where: { bytes[$0] == 0 })
    {
      self = match.format
    } else if Self.beginsIDX(bytes) {
      self = .idx
    } else if bytes.hasBytes(Array("ustar".utf8), at: 257) {
      self = .tar
    } else if bytes.hasBytes([0xFF, 0xFF, 0xFF, 0xFF]), bytes.count > 7, bytes[7] == 0 {
      // A message of a stream, whose length follows: Hugging Face stores data sets so.
      self = .arrowStream
    } else if bytes.count > 1, bytes[0] == 0x80, 2...5 ~= bytes[1] {
      let isNamed = [".pt", ".pth", ".ckpt", ".bin"].contains { name.lowercased().hasSuffix($0) }
      // The number that PyTorch's older files begin with.
      let number: [UInt8] = [
        0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
      ]
      self = isNamed || bytes.hasBytes(number, at: 2) ? .pyTorch : .pickle
    } else {
      return nil
    }
  }

  private static let beginnings: [(bytes: [UInt8], format: ForeignFormat)] = [
    (Array("PAR1".utf8), .parquet), (Array("ARROW1".utf8), .arrow), (Array("FEA1".utf8), .feather),
    (Array("IxF".utf8), .faiss),
    ([0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A], .hdf5),
    (Array("MATLAB 5.0 MAT-file".utf8), .matlab5), (Array("MATLAB 7.3 MAT-file".utf8), .matlab73),
    ([0x28, 0xB5, 0x2F, 0xFD], .zstandard), (Array("BZh".utf8), .bzip2),
    ([0xFD] + Array("7zXZ".utf8) + [0], .xz), ([0xFF, 0xFE], .utf16), ([0xFE, 0xFF], .utf16),
    (Array("version https://git-lfs".utf8), .gitLFS),
    (Array("SQLite format 3".utf8) + [0], .sqlite), (Array("Obj".utf8) + [1], .avro),
    (Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], .sevenZip), ([0x04, 0x22, 0x4D, 0x18], .lz4),
  ]

  /// What a text may begin with as well, in which there is no zero byte.
  private static let words: [(word: String, format: ForeignFormat)] = [
    ("ORC", .orc), ("GGUF", .gguf),
  ]

  /// Whether two zeros come, a type, how many dimensions there are, and these, of which none is 0: as in MNIST's files.
  private static func beginsIDX(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.hasBytes([0, 0]), bytes.count > 3,
      [0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E].contains(bytes[2]), 1...4 ~= bytes[3],
      bytes.count >= 4 + 4 * Int(bytes[3])
    else { return false }
    return (0..<Int(bytes[3])).allSatisfy { bytes.number(UInt32.self, at: 4 + 4 * $0) != 0 }
  }

  /// What it is called.
  private var name: String {
    switch self {
    case .parquet: "a Parquet file"
    case .arrow: "an Arrow (Feather) file"
    case .arrowStream: "an Arrow stream"
    case .faiss: "a Faiss index"
    case .feather: "a Feather file"
    case .hdf5: "an HDF5 file"
    case .matlab5: "a MATLAB file"
    case .matlab73: "a MATLAB 7.3 file"
    case .pyTorch: "a PyTorch file"
    case .pickle: "a Python pickle"
    case .numPyObjects: "a NumPy array of Python objects"
    case .sqlite: "an SQLite database"
    case .gguf: "a GGUF file"
    case .avro: "an Avro file"
    case .orc: "an ORC file"
    case .idx: "an IDX file, as MNIST's are"
    case .excel: "an Excel file"
    case .zstandard: "compressed by zstd"
    case .bzip2: "compressed by bzip2"
    case .xz: "compressed by xz"
    case .lz4: "compressed by lz4"
    case .sevenZip: "a 7z archive"
    case .tar: "a tar archive"
    case .utf16: "text in UTF-16"
    case .gitLFS: "a pointer of Git LFS, not the file itself"
    case .numbers: "a binary file without a header that is known"
    }
  }

  /// The two lines that convert it, into a file that is not there yet.
  private func remedy(_ path: String) -> String {
    // Whole, as these are commands to be run.
    let file = path.insideShellQuotes
    // Python's readers are given what is in it.
    let isCompressed = path.lowercased().hasSuffix(".gz")
    let inner = isCompressed ? String(path.dropLast(3)) : path
    func inPython(_ path: String) -> String {
      path.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    }
    let name = inPython(inner)
    func python(_ module: String?, _ array: String) -> String {
      let dot = inner.lastIndex(of: ".").flatMap { inner[$0...].contains("/") ? nil : $0 }
      let stem = String(inner[..<(dot ?? inner.endIndex)])
      let target = inPython(
        FileKind.freeName(self == .numPyObjects ? "\(stem)-rows" : stem, suffix: ".npy"))
      return (isCompressed ? "decompress it with gunzip -k '\(file)' and " : "")
        + "convert it in Python: import numpy\(module.map { ", \($0)" } ?? ""); numpy.save('\(target)', \(array))"
    }
    let ownName = " (with its own name for 'embeddings')"
    return switch self {
    case .parquet:
      python("pandas", "numpy.stack(pandas.read_parquet('\(name)')['embeddings'])") + ownName
    case .arrow, .feather:
      python("pandas", "numpy.stack(pandas.read_feather('\(name)')['embeddings'])") + ownName
    case .arrowStream:
      python(
        "pyarrow", "numpy.stack(pyarrow.ipc.open_stream('\(name)').read_pandas()['embeddings'])")
        + ownName
    case .faiss: python("faiss", "faiss.read_index('\(name)').reconstruct_n()")
    case .hdf5, .matlab73: python("h5py", "h5py.File('\(name)')['embeddings'][:]") + ownName
    case .matlab5: python("scipy.io", "scipy.io.loadmat('\(name)')['embeddings']") + ownName
    case .pyTorch: python("torch", "torch.load('\(name)', map_location='cpu').float().numpy()")
    case .pickle: python("pickle", "numpy.asarray(pickle.load(open('\(name)', 'rb')))")
    case .numPyObjects: python(nil, "numpy.stack(numpy.load('\(name)', allow_pickle=True))")
    case .sqlite:
      python(
        "sqlite3",
        "numpy.stack([numpy.frombuffer(r, 'float32') for r, in sqlite3.connect('\(name)')"
          + ".execute('SELECT embeddings FROM rows')])")
        + " (with its own names for 'embeddings' and 'rows')"
    case .gguf:
      python(
        "gguf.quants",
        "[gguf.quants.dequantize(t.data, t.tensor_type) for t in gguf.GGUFReader('\(name)').tensors "
          + "if t.name == 'embeddings'][0]") + ownName
    case .avro:
      python(
        "fastavro",
        "numpy.stack([r['embeddings'] for r in fastavro.reader(open('\(name)', 'rb'))])") + ownName
    case .orc: python("pandas", "numpy.stack(pandas.read_orc('\(name)')['embeddings'])") + ownName
    case .idx:
      python("idx2numpy", "(a := idx2numpy.convert_from_file('\(name)')).reshape(len(a), -1)")
    case .excel: python("pandas", "pandas.read_excel('\(name)').to_numpy()")
    case .zstandard: "decompress it first: zstd -d '\(file)'"
    case .bzip2: "decompress it first: bunzip2 '\(file)'"
    case .xz: "decompress it first: unxz '\(file)'"
    case .lz4: "decompress it first: lz4 -d '\(file)'"
    case .sevenZip: "unpack it first: 7z x '\(file)'"
    case .tar: "unpack it first: tar -xf '\(file)'"
    case .utf16: "save it as UTF-8: iconv -f utf-16 -t utf-8 '\(file)'"
    case .gitLFS: "fetch it first: git lfs pull"
    case .numbers:
      "if it holds nothing but numbers, "
        + python(nil, "numpy.fromfile('\(name)', 'float32').reshape(-1, 128)")
        + " (with its own type and width), or give it the name of its format, one of \(FileFormat.suffixList)"
    }
  }

  /// The error for a file of this kind.
  func error(path: String) -> ArrayFileError {
    .unreadFormat(path: path, name: name, remedy: remedy(path))
  }
}
