import CContrastiveKernels

/// How a number is stored in 16 bits.
///
/// | | significand | largest | smallest normal | relative error |
/// | --- | --- | --- | --- | --- |
/// | `float16` | 11 bits | 65 504 | 6.1e-5 | ≤ 4.9e-4 |
/// | `bfloat16` | 8 bits | 3.4e38 | 1.2e-38 | ≤ 3.9e-3 |
///
/// For rows of length 1 `float16` is eight times as accurate, and nothing overflows. `bfloat16` has the range of
/// `Float`, for raw rows of any length.
public enum SixteenBitFormat: String, Hashable, Sendable, CaseIterable {
  /// IEEE 754's binary16.
  case float16

  /// The upper half of a `Float`.
  case bfloat16

  /// The largest number.
  package var largest: Double {
    switch self {
    case .float16: 65_504
    case .bfloat16: 0x1.FEp127
    }
  }

  /// The stored bits of a number's significand.
  package var significandBitCount: Int {
    switch self {
    case .float16: 10
    case .bfloat16: 7
    }
  }

  var forC: contrastive_sixteen {
    switch self {
    case .float16: contrastive_sixteen_float
    case .bfloat16: contrastive_sixteen_bfloat
    }
  }

  /// Whether bits mean an infinity or a NaN.
  func isFinite(_ bits: UInt16) -> Bool {
    let exponent: UInt16 =
      switch self {
      case .float16: 0x7C00
      case .bfloat16: 0x7F80
      }
    return bits & exponent != exponent
  }
}
