/// A column of a table.
struct Column: Hashable, Sendable {
  /// How the numbers of a column are printed on the terminal. Files always hold them in full.
  enum NumberFormat: Hashable, Sendable {
    /// At most so many significant digits.
    case significant(Int)

    /// Exactly so many digits behind the point.
    case fixed(Int)

    /// The same of a number whose sign decides something: with more digits where it would be printed as 0.
    case signed(Int)

    /// The fewest digits that read back as the same `Double`.
    case full
  }

  /// The key in JSON and the heading in CSV, for example `gradientEntropy`.
  let name: String

  /// The heading on the terminal, by default the name.
  let heading: String

  /// The unit of its numbers, for example `nats`, or nothing if they have none.
  let unit: String

  let format: NumberFormat

  /// How many columns of the terminal a text takes at the most, the middle left out; nil for any. Files have all of it.
  let textWidth: Int?

  /// Creates a column.
  init(
    _ name: String, heading: String? = nil, unit: String = "",
    format: NumberFormat = .significant(4), textWidth: Int? = nil
  ) {
    self.name = name
    self.heading = heading ?? name
    self.unit = unit
    self.format = format
    self.textWidth = textWidth
  }

  /// A cell of this column as it appears on the terminal.
  func text(of cell: JSON?) -> String {
    switch cell {
    case nil: "–"
    case .string(let string): textWidth.map { string.folded.shortened(to: $0) } ?? string
    case .number(let value): text(of: value)
    case .some(let other): other.description
    }
  }

  private func text(of value: Double) -> String {
    switch format {
    case .significant(let digits): value.text(digits: digits)
    case .fixed(let digits): value.text(decimals: digits)
    case .signed(let digits): value.signedText(decimals: digits)
    case .full: value.unsignedZero.description
    }
  }
}
