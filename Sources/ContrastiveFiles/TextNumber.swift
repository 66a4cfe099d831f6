/// A number as texts spell it: in decimal, or one of the words for what has no digits.
struct TextNumber {
  let value: Double

  /// The number as a whole one, if it is: `3`, but also `3.0` and `3e0`, as programs write labels that once were
  /// beside missing ones.
  let integer: Int64?

  /// The number as a whole one if it is beyond `Int64`, as ids may be.
  private(set) var largeInteger: UInt64?

  private init(_ value: Double, integer: Int64?) {
    self.value = value
    self.integer = integer
  }

  /// 1 or 0 for `true` or `false`, in capitals or not.
  init?(truth bytes: Span<UInt8>) {
    guard 4...5 ~= bytes.count else { return nil }
    switch Self.lowercased(bytes, from: 0) {
    case "true": self.init(1, integer: 1)
    case "false": self.init(0, integer: 0)
    default: return nil
    }
  }

  /// A whole number, or one with a fraction or an exponent, as `strtod` reads it but for hexadecimal digits.
  ///
  /// - Parameter decimalPoint: A comma in files that separate fields by semicolons.
  init?(_ bytes: Span<UInt8>, decimalPoint: Unicode.Scalar = ".") {
    var position = 0
    var isNegative = false
    if let first = bytes.count > 0 ? bytes[0] : nil,
      first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
    {
      isNegative = first == UInt8(ascii: "-")
      position = 1
    }
    var digits: UInt64 = 0
    var (digitCount, pointAt, isExact) = (0, nil as Int?, true)
    while position < bytes.count {
      let byte = bytes[position]
      if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
        let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
        if overflow || carry { isExact = false } else { digits = sum }
        digitCount += 1
      } else if pointAt == nil, byte == UInt8(ascii: decimalPoint) {
        pointAt = digitCount
      } else {
        break
      }
      position += 1
    }
    guard digitCount > 0 else {
      guard let word = Self.word(bytes, from: position) else { return nil }
      self.init(isNegative ? -word : word, integer: nil)
      return
    }
    guard let exponent = Self.exponent(bytes, from: position) else { return nil }
    let scale = exponent - (digitCount - (pointAt ?? digitCount))
    if isExact, pointAt == nil, position == bytes.count,
      let integer = Int64(digits, isNegative: isNegative)
    {
      self.init(isNegative && digits == 0 ? -0.0 : Double(integer), integer: integer)
      return
    }
    let value =
      isExact ? Self.scaled(digits, by: scale, isNegative: isNegative) : nil
    self.init(value ?? Self.rounded(bytes, decimalPoint: decimalPoint))
    if isExact, !isNegative, pointAt == nil, position == bytes.count { largeInteger = digits }
  }

  private init(_ value: Double) {
    let isWhole = value.rounded() == value && value.magnitude <= 0x1p53
    self.init(value, integer: isWhole ? Int64(value) : nil)
  }

  /// `digits · 10^scale` where one rounding gives it: both factors are exact (Clinger 1990).
  private static func scaled(_ digits: UInt64, by scale: Int, isNegative: Bool) -> Double? {
    guard digits <= 1 << 53, -22...22 ~= scale else { return nil }
    let magnitude =
      scale < 0 ? Double(digits) / powersOfTen[-scale] : Double(digits) * powersOfTen[scale]
    return isNegative ? -magnitude : magnitude
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The number that the standard library makes of a spelling that is known to be one.
  private static func rounded(_ bytes: Span<UInt8>, decimalPoint: Unicode.Scalar) -> Double {
    let text = String(
      decoding: (0..<bytes.count).map {
        bytes[$0] == UInt8(ascii: decimalPoint) ? UInt8(ascii: ".") : bytes[$0]
      }, as: UTF8.self)
    return Double(text) ?? .nan
  }

  /// The exponent that the number ends with, 0 without one; nil if it ends otherwise.
  private static func exponent(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    guard start < bytes.count else { return 0 }
    guard bytes[start] | 0x20 == UInt8(ascii: "e") else { return nil }
    var position = start + 1
    var isNegative = false
    if position < bytes.count,
      bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+")
    {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    guard position < bytes.count else { return nil }
    var value = 0
    while position < bytes.count {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] else { return nil }
      // Beyond any number's exponent, how far does not matter.
      value = min(value * 10 + Int(bytes[position] - UInt8(ascii: "0")), 1_000_000)
      position += 1
    }
    return isNegative ? -value : value
  }

  private static func word(_ bytes: Span<UInt8>, from start: Int) -> Double? {
    guard 3...8 ~= bytes.count - start else { return nil }
    return switch lowercased(bytes, from: start) {
    case "nan": .nan
    case "inf", "infinity": .infinity
    default: nil
    }
  }

  /// A word of ASCII letters; what is none becomes no such word.
  private static func lowercased(_ bytes: Span<UInt8>, from start: Int) -> String {
    var word = ""
    for position in start..<bytes.count {
      word.unicodeScalars.append(Unicode.Scalar(bytes[position] | 0x20))
    }
    return word
  }
}

extension Int64 {
  /// A number of some magnitude; nil beyond the type's range, which goes one farther down than up.
  fileprivate init?(_ magnitude: UInt64, isNegative: Bool) {
    if isNegative, magnitude == Int64.min.magnitude {
      self = .min
    } else if let number = Int64(exactly: magnitude) {
      self = isNegative ? -number : number
    } else {
      return nil
    }
  }
}
