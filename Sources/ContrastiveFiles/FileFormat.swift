/// A kind of file that arrays are read from.
///
/// This is the one list of them: what an error says that would do, the help of commands and the article
/// <doc:FilesYouHave> follow from it.
public enum FileFormat: CaseIterable, Hashable, Sendable {
  case numPy, numPyArchive
  case safetensors, safetensorsIndex
  case table, text, json
  case vectors, points

  /// The ends of the files' names, in lower case. Upper case is the same.
  public var suffixes: [String] {
    switch self {
    case .numPy: [".npy"]
    case .numPyArchive: [".npz"]
    case .safetensors: [".safetensors"]
    case .safetensorsIndex: [".safetensors.index.json"]
    case .table: [".csv", ".tsv"]
    case .text: [".txt"]
    case .json: [".jsonl", ".json"]
    case .vectors: [".fvecs", ".ivecs", ".bvecs"]
    case .points: [".fbin", ".ibin", ".u8bin", ".i8bin"]
    }
  }

  /// What stands behind the colon in `file.npz:member`, where a file can hold several arrays.
  public var memberKind: MemberKind? {
    switch self {
    case .numPyArchive: .array
    case .safetensors, .safetensorsIndex: .tensor
    case .table: .column
    case .json: .key
    case .numPy, .text, .vectors, .points: nil
    }
  }

  /// What such a file is and holds, in a few words.
  public var summary: String {
    switch self {
    case .numPy:
      "an array of `numpy.save`, in row or Fortran order, little- or big-endian"
    case .numPyArchive:
      "arrays of `numpy.savez` or `savez_compressed`; a lone one needs no name"
    case .safetensors: "tensors; a lone one needs no name"
    case .safetensorsIndex: "tensors in several files, named by the index beside them"
    case .table:
      "a table with or without a header, its fields between commas, semicolons, tabs or bars, or what a first line as `sep=;` says: its columns of numbers, one column, or a range as `file.csv:first-last`"
    case .text:
      "a row of numbers a line, between blanks or commas, behind a word as GloVe and word2vec write them; an array as NumPy prints it; or one label a line"
    case .json:
      "a JSON array a line, or an object with one under a key, as deep as it lies, `file.jsonl:_source.embedding`, which a lone one need not be named by; or all of them in one array, which may be under a key itself, as web services answer: `file.json:data.embedding`; or one object of ids with an array each"
    case .vectors: "rows that each begin with their length, as for TEXMEX and Faiss"
    case .points: "rows after a header of two counts, as for the Big ANN benchmarks"
    }
  }

  /// What a member is called: a tensor's name stands behind the colon in `file.safetensors:tensor`.
  public enum MemberKind: String, Hashable, Sendable {
    case tensor, array, column, key

    var plural: String { rawValue + "s" }
  }

  /// All suffixes, in a list for a line of help or of an error.
  public static var suffixList: String {
    allCases.flatMap(\.suffixes).joined(separator: ", ")
  }

  /// A Markdown table of the formats, as documented.
  public static var markdownTable: String {
    var lines = ["| Name | What it holds | One of several |", "| --- | --- | --- |"]
    for format in allCases {
      let names = format.suffixes.map { "`\($0)`" }.joined(separator: ", ")
      let example = format.memberKind.map { "`file\(format.suffixes[0]):\($0.rawValue)`" } ?? ""
      lines.append("| \(names) | \(format.summary) | \(example) |")
    }
    return lines.joined(separator: "\n")
  }

  /// The format that a file's name promises.
  init?(named path: String) {
    let name = path.lowercased()
    // The longest: an index's name also ends in .json.
    let matches = Self.allCases.flatMap { format in format.suffixes.map { (format, $0) } }
      .filter { name.hasSuffix($0.1) }
    guard let match = matches.max(by: { $0.1.utf8.count < $1.1.utf8.count }) else { return nil }
    self = match.0
  }
}
