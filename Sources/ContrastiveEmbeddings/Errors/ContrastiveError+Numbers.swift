extension ContrastiveError {
  /// The numbers that an argument may be.
  public struct Numbers: Hashable, Sendable {
    /// What a range ends with.
    public enum Bound: Hashable, Sendable {
      case including(Double)
      case excluding(Double)
    }

    /// The lower end; `nil` where there is none but that numbers are finite.
    public var lower: Bound?

    /// The upper end; `nil` where there is none but that numbers are finite.
    public var upper: Bound?

    /// What the bounds are of, or where they come from: `in radians`.
    public var remark: String?

    public init(lower: Bound?, upper: Bound?, remark: String? = nil) {
      self.lower = lower
      self.upper = upper
      self.remark = remark
    }

    public static var finite: Numbers { Numbers(lower: nil, upper: nil) }

    public static var positive: Numbers { .positive() }

    public static func positive(_ remark: String? = nil) -> Numbers {
      Numbers(lower: .excluding(0), upper: nil, remark: remark)
    }

    public static var notNegative: Numbers { Numbers(lower: .including(0), upper: nil) }

    /// Both ends included.
    public static func from(_ lower: Double, to upper: Double, _ remark: String? = nil) -> Numbers {
      Numbers(lower: .including(lower), upper: .including(upper), remark: remark)
    }

    /// The upper end left out.
    public static func from(_ lower: Double, upTo upper: Double) -> Numbers {
      Numbers(lower: .including(lower), upper: .excluding(upper))
    }

    /// Both ends left out.
    public static func between(
      _ lower: Double, _ upper: Double, _ remark: String? = nil
    ) -> Numbers {
      Numbers(lower: .excluding(lower), upper: .excluding(upper), remark: remark)
    }

    public static func atMost(_ upper: Double, _ remark: String? = nil) -> Numbers {
      Numbers(lower: nil, upper: .including(upper), remark: remark)
    }
  }
}

extension ContrastiveError.Numbers: CustomStringConvertible {
  public var description: String {
    let text =
      switch (lower, upper) {
      case (nil, nil): "a finite number"
      case (.excluding(0), nil): "a positive finite number"
      case (.including(let low), nil): "a finite number, \(Self.text(low)) or more"
      case (.excluding(let low), nil): "a finite number above \(Self.text(low))"
      case (nil, .including(let high)): "a number up to \(Self.text(high))"
      case (nil, .excluding(let high)): "a number below \(Self.text(high))"
      case (.including(let low), .including(let high)):
        "a number from \(Self.text(low)) to \(Self.text(high))"
      case (.including(let low), .excluding(let high)):
        "a number from \(Self.text(low)) up to \(Self.text(high)), without it"
      case (.excluding(let low), .including(let high)):
        "a number above \(Self.text(low)) and up to \(Self.text(high))"
      case (.excluding(let low), .excluding(let high)):
        "a number above \(Self.text(low)) and below \(Self.text(high))"
      }
    guard let remark else { return text }
    // A preposition goes on where a clause begins anew.
    return text + (remark.hasPrefix("in ") || remark.hasPrefix("where ") ? " " : ", ") + remark
  }

  private static func text(_ bound: Double) -> String {
    switch bound {
    case Double.pi / 2: "π/2"
    case 0x1p53: "2⁵³"
    default: Int(exactly: bound).flatMap { abs($0) < 1_000_000 ? "\($0)" : nil } ?? "\(bound)"
    }
  }
}
