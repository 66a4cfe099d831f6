import ContrastiveEmbeddings
import ContrastiveEngine

/// What a rank is about to compute, as all ranks are told before the first block moves.
///
/// All is told by value, so that a rank which differs can be named; a smallest and a largest value could not.
struct CallRecord {
  /// Which loss: the name of its type.
  var loss: String

  /// What has to be the same on every rank, with the words for it.
  private(set) var fields: [Field] = []

  /// How many rows this rank has of each array that is shared out.
  var rowCounts: [Int] = []

  /// Whether this rank's weights allow one shift for all exponentials.
  var hasModerateWeights = true

  struct Field {
    let name: String
    let number: Double
    let text: @Sendable (Double) -> String
  }

  init(loss: String) { self.loss = loss }

  mutating func require(
    _ name: String, _ number: Double,
    text: @escaping @Sendable (Double) -> String = { "\($0)" }
  ) {
    fields.append(Field(name: name, number: number, text: text))
  }

  mutating func require(_ name: String, _ number: Int) {
    require(name, Double(number)) { "\(Int($0))" }
  }

  /// The options that every loss has.
  mutating func require<Scalar: EmbeddingScalar, Variables: OptionSet>(
    scalar: Scalar.Type, variables: Variables, reduction: Reduction, diagnostics: DiagnosticsLevel
  ) where Variables.RawValue == Int {
    require("scalar", MemoryLayout<Scalar>.size == 4 ? 0 : 1) { $0 == 0 ? "Float" : "Double" }
    require("variables", variables.rawValue)
    let kind =
      switch reduction {
      case .mean: 0
      case .meanOverNonZero: 1
      case .sum: 2
      case .weighted: 3
      }
    require("reduction", Double(kind)) {
      ["mean", "meanOverNonZero", "sum", "weighted"][Int($0)]
    }
    require("diagnostics", diagnostics == .all ? 1 : 0) { $0 == 1 ? "all" : "none" }
  }

  mutating func require(_ temperature: Temperature) {
    require("temperature", temperature.value)
  }

  // MARK: As numbers

  /// How long a record is, whatever the loss: room for a name of 24 characters, 4 counts and 16 fields.
  private static let (nameLength, countLength, fieldLength) = (24, 4, 16)

  func numbers(errorLength: Int) -> [Double] {
    func padded(_ numbers: [Double], to length: Int) -> [Double] {
      precondition(numbers.count <= length, "a call's record is too short")
      return numbers + Array(repeating: 0, count: length - numbers.count)
    }
    return [Double(errorLength), hasModerateWeights ? 1 : 0, Double(fields.count)]
      + padded(loss.utf8.prefix(Self.nameLength).map { Double($0) }, to: Self.nameLength)
      + padded(rowCounts.map { Double($0) }, to: Self.countLength)
      + padded(fields.map(\.number), to: Self.fieldLength)
  }

  struct Told {
    let errorLength: Int
    let hasModerateWeights: Bool
    let loss: String
    let rowCounts: [Int]
    let fields: [Double]

    init(_ numbers: [Double]) {
      errorLength = Int(numbers[0])
      hasModerateWeights = numbers[1] == 1
      var rest = numbers.dropFirst(3)
      loss = String(
        decoding: rest.prefix(CallRecord.nameLength).map { UInt8($0) }.filter { $0 > 0 },
        as: UTF8.self)
      rest = rest.dropFirst(CallRecord.nameLength)
      rowCounts = rest.prefix(CallRecord.countLength).map { Int($0) }
      fields = Array(rest.dropFirst(CallRecord.countLength).prefix(Int(numbers[2])))
    }
  }

  /// What differs from rank 0's.
  func difference(among told: [Told]) -> ContrastiveError? {
    for (rank, other) in told.enumerated() where other.loss != told[0].loss {
      return .differs("loss", rank: rank, value: other.loss, first: told[0].loss)
    }
    for (index, field) in fields.enumerated() {
      for (rank, other) in told.enumerated() {
        let (value, first) = (other.fields[index], told[0].fields[index])
        guard value.bitPattern != first.bitPattern else { continue }
        return .differs(
          field.name, rank: rank, value: field.text(value), first: field.text(first))
      }
    }
    return nil
  }
}
