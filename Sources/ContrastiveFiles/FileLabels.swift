/// Labels of rows, of which only matters which are equal: whole numbers, or texts that are numbered.
///
/// ```swift
/// let labels = try FileLabels(reading: ["labels.txt"])
/// labels.numbers[0]      // [0, 1, 0] for cat, dog, cat
/// ```
/// Texts are numbered from 0 in the order in which they first appear, through all files that are read together,
/// so that ids of two files can be compared; they are equal if their bytes of UTF-8 are. If one of the files holds texts, or
/// a number that does not fit `Int`, the others' numbers are texts too. In text and JSON whole numbers may have any length,
/// and `nan` and `inf` be names.
public struct FileLabels: Sendable {
  /// A number for each row, of each file.
  public let numbers: [[Int]]

  /// The texts in the order of their numbers; nil if the files hold whole numbers that fit `Int`.
  public let names: [String]?

  /// What is to be said of each file's first line, if anything is.
  package let headingRemarks: [HeadingRemark?]

  /// Reads the labels of one or several files, named as for `FileArray(reading:)`; of a table with several columns, that
  /// of the labels has to be named.
  ///
  /// - Throws: ``ArrayFileError``; `.ambiguousMember` for a table of which no column is named, `.notIntegers` for numbers
  ///   that are not whole, `.wrongRank` for arrays that are no vector.
  public init(reading specifications: [String]) throws(ArrayFileError) {
    try self.init(reading: specifications, by: .mapping)
  }

  /// Reads the labels of one or several files, as `init(reading:)` does.
  ///
  /// - Parameter use: Labels, or texts, which a line of a `.txt` file is whatever it looks like.
  package init(
    reading specifications: [String], for use: TableUse = .labels, by access: FileAccess
  ) throws(ArrayFileError) {
    var files: [FileValues] = []
    for specification in specifications {
      files.append(try FileValues(reading: specification, for: use, by: access))
    }
    headingRemarks = files.map {
      switch $0 {
      case .numbers(let array): array.headingRemark
      case .texts(_, _, let remark): remark
      }
    }
    var integers: [[Int]] = []
    var areTruths: [Bool] = []
    var texts: [[String]] = []
    var hasTexts = false
    for file in files {
      switch file {
      case .numbers(let array):
        let array = try array.withRank(1)
        areTruths.append(array.elementType == .bool)
        do {
          integers.append(try array.integers())
          texts.append([])
        } catch .integerOutOfRange {
          integers.append([])
          texts.append(array.unsignedIntegers().map(String.init))
          hasTexts = true
        } catch .notIntegers where use == .labels {
          // Whole numbers of a floating-point type are as exact up to there.
          integers.append(
            try array.converted(to: Double.self).map { number throws(ArrayFileError) -> Int in
              guard number.magnitude <= 0x1p53, let integer = Int(exactly: number) else {
                throw .notIntegers(source: array.source, elementType: array.elementType)
              }
              return integer
            })
          texts.append([])
        } catch .notIntegers where use == .texts {
          integers.append([])
          texts.append(array.converted(to: Double.self).map { "\($0)" })
          hasTexts = true
        }
      case .texts(let lines, _, _):
        areTruths.append(false)
        integers.append([])
        texts.append(lines)
        hasTexts = true
      }
    }
    guard hasTexts else {
      (numbers, names) = (integers, nil)
      return
    }
    var names: [String] = []
    // Texts are equal to Swift if they look the same, and programs that wrote them know better.
    var known: [[UInt8]: Int] = [:]
    // Truth values beside texts are called as these are.
    let truths =
      areTruths.contains(true)
      ? ["false", "true"].map { truth in
        texts.joined().first { $0.lowercased() == truth } ?? truth
      } : []
    numbers = zip(zip(integers, areTruths), texts).map { integers, texts in
      let own = integers.0.map { integers.1 ? truths[$0] : String($0) }
      return (texts.isEmpty ? own : texts).map { text in
        let bytes = Array(text.utf8)
        if let number = known[bytes] { return number }
        known[bytes] = names.count
        names.append(text)
        return names.count - 1
      }
    }
    self.names = names
  }
}
