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

  /// Whether this rank's rows have temperatures of their own.
  var hasRowTemperatures = false

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

  mutating func require(
    _ name: String, _ number: Int,
    text: @escaping @Sendable (Int) -> String = { "\($0)" }
  ) {
    require(name, Double(number)) { text(Int($0)) }
  }

  mutating func require<Scalar: EmbeddingScalar>(scalar: Scalar.Type) {
    require("scalar", MemoryLayout<Scalar>.size == 4 ? 0 : 1) { $0 == 0 ? "Float" : "Double" }
  }

  /// The options that every loss has.
  mutating func require<Scalar: EmbeddingScalar, Variables: OptionSet>(
    scalar: Scalar.Type, variables: Variables, reduction: Reduction, diagnostics: DiagnosticsLevel
  ) where Variables.RawValue == Int {
    require(scalar: scalar)
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

  /// - Parameters:
  ///   - rowCount: How many rows this rank has that might have temperatures of their own.
  ///   - sides: How many sides may share them.
  mutating func require(_ temperature: Temperature, rowCount: Int, sides: Int) {
    let count = temperature.rowScales?.count
    hasRowTemperatures = count != nil
    let kind = count.map { $0 == rowCount ? 1.0 : 2 } ?? (rowCount == 0 ? Self.indifferent : 0)
    require("temperatures", sides == 1 ? min(kind, 1) : kind) {
      ["one for all rows", "one for each row", "one for each row of each side"][Int($0)]
    }
    require("temperature", temperature.isIndividual ? Self.indifferent : temperature.value)
  }

  /// Of a rank to which it makes no difference: none has a number like it.
  private static let indifferent = Double.nan

  // MARK: As numbers

  /// How long a record is, whatever the loss: room for a name of 24 characters, 4 counts and 16 fields.
  private static let (nameLength, countLength, fieldLength) = (24, 4, 16)

  /// What a record begins with, and no other message: of a rank that is at another call.
  private static let mark = -0x1.c057a5711ep+101

  func numbers(errorLength: Int) -> [Double] {
    func padded(_ numbers: [Double], to length: Int) -> [Double] {
      precondition(numbers.count <= length, "a call's record is too short")
      return numbers + Array(repeating: 0, count: length - numbers.count)
    }
    return [
      Self.mark, Double(errorLength), hasModerateWeights ? 1 : 0, hasRowTemperatures ? 1 : 0,
      Double(fields.count),
    ]
      + padded(loss.utf8.prefix(Self.nameLength).map { Double($0) }, to: Self.nameLength)
      + padded(rowCounts.map { Double($0) }, to: Self.countLength)
      + padded(fields.map(\.number), to: Self.fieldLength)
  }

  struct Told {
    let errorLength: Int
    let hasModerateWeights: Bool
    let hasRowTemperatures: Bool
    let loss: String
    let rowCounts: [Int]
    let fields: [Double]

    /// `nil` of what is no record.
    init?(_ numbers: [Double]) {
      guard numbers.first == CallRecord.mark else { return nil }
      errorLength = Int(numbers[1])
      hasModerateWeights = numbers[2] == 1
      hasRowTemperatures = numbers[3] == 1
      var rest = numbers.dropFirst(5)
      loss = String(
        decoding: rest.prefix(CallRecord.nameLength).map { UInt8($0) }.filter { $0 > 0 },
        as: UTF8.self)
      rest = rest.dropFirst(CallRecord.nameLength)
      rowCounts = rest.prefix(CallRecord.countLength).map { Int($0) }
      fields = Array(rest.dropFirst(CallRecord.countLength).prefix(Int(numbers[4])))
    }
  }

  /// What differs from the first rank's to which it makes a difference.
  func difference(among told: [Told]) -> ContrastiveError? {
    for (rank, other) in told.enumerated() where other.loss != told[0].loss {
      return .differs("loss", rank: rank, value: other.loss, first: told[0].loss)
    }
    for (index, field) in fields.enumerated() {
      let values = told.map { $0.fields[index] }
      guard let leader = values.firstIndex(where: { !$0.isNaN }) else { continue }
      let first = values[leader]
      for (rank, value) in values.enumerated() {
        guard !value.isNaN, value.bitPattern != first.bitPattern else { continue }
        return .differs(
          field.name, rank: rank, value: field.text(value), first: field.text(first), of: leader)
      }
    }
    return nil
  }
}
