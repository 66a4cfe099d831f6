import RealModule

/// A small random number generator that gives the same numbers for the same seed, everywhere.
///
/// For initial values, prefills and tests; not for secrets.
///
/// - Source: SplitMix64, [Steele et al. 2014](https://doi.org/10.1145/2660193.2660195).
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  /// What the next number comes from: `SeededGenerator(seed: state)` goes on where this one is.
  public private(set) var state: UInt64

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Starts the sequence of a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The generator as it is after some more numbers.
  ///
  /// - Complexity: O(1)
  package func skipping(_ count: Int) -> SeededGenerator {
    SeededGenerator(seed: state &+ UInt64(truncatingIfNeeded: count) &* Self.increment)
  }
}

extension RandomNumberGenerator {
  /// A standard normal number, by Box and Muller.
  package mutating func nextNormal() -> Double {
    // 1 − u lies in (0, 1], so that the logarithm is finite.
    let radius = (-2 * Double.log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
    return radius * .cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}

extension UnitRows {
  /// Rows drawn independently and uniformly from the unit sphere.
  public static func random<Generator: RandomNumberGenerator>(
    rowCount: Int, columnCount: Int, using generator: inout Generator
  ) -> UnitRows {
    let matrix = Matrix<Scalar>(rowCount: rowCount, columnCount: columnCount) { _, _ in
      Scalar(generator.nextNormal())
    }
    return UnitRows(trusting: matrix.unitCopy())
  }
}
