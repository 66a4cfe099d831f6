/// A kind of file that people keep arrays in and that is not read here: told by its contents, and named with what
/// converts it.
enum ForeignFormat: CaseIterable {
  case parquet, arrow, arrowStream, feather, hdf5, matlab5, matlab73, faiss
  case pyTorch, pickle, numPyObjects
  case excel, zstandard, bzip2, xz
  case tar, utf16, gitLFS
  case numbers

  init?(_ bytes: Span<UInt8>, named name: String) {
    if let match = Self.beginnings.first(where: { bytes.hasBytes($0.bytes) }) {
      self = match.format
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
  ]

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
    case .excel: "an Excel file"
    case .zstandard: "compressed by zstd"
    case .bzip2: "compressed by bzip2"
    case .xz: "compressed by xz"
    case .tar: "a tar archive"
    case .utf16: "text in UTF-16"
    case .gitLFS: "a pointer of Git LFS, not the file itself"
    case .numbers: "a binary file without a header that is known"
    }
  }

  /// The two lines that convert it.
  private func remedy(_ path: String) -> String {
    let name = ArrayFileError.excerpt(path)
    let dot = name.lastIndex(of: ".").flatMap { name[$0...].contains("/") ? nil : $0 }
    let stem = String(name[..<(dot ?? name.endIndex)])
    func python(_ module: String?, _ array: String) -> String {
      let target = self == .numPyObjects ? "\(stem)-rows.npy" : "\(stem).npy"
      return
        "convert it in Python: import numpy\(module.map { ", \($0)" } ?? ""); numpy.save('\(target)', \(array))"
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
    case .excel: python("pandas", "pandas.read_excel('\(name)').to_numpy()")
    case .zstandard: "decompress it first: zstd -d '\(name)'"
    case .bzip2: "decompress it first: bunzip2 '\(name)'"
    case .xz: "decompress it first: unxz '\(name)'"
    case .tar: "unpack it first: tar -xf '\(name)'"
    case .utf16: "save it as UTF-8: iconv -f utf-16 -t utf-8 '\(name)'"
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
