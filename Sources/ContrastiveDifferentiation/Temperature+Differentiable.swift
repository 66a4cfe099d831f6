#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  public import _Differentiation

  /// A temperature moves along log s, the parameter CLIP learns, which keeps it positive.
  extension Temperature: Differentiable {
    /// A derivative by, or a step of, log s.
    public struct TangentVector: AdditiveArithmetic, Differentiable, Hashable, Sendable {
      public typealias TangentVector = Self

      /// dL/d(log s), or what to add to log s.
      public var logScale: Double

      /// Creates a derivative or a step.
      public init(logScale: Double) { self.logScale = logScale }

      public static var zero: Self { Self(logScale: 0) }

      public static func + (a: Self, b: Self) -> Self { Self(logScale: a.logScale + b.logScale) }

      public static func - (a: Self, b: Self) -> Self { Self(logScale: a.logScale - b.logScale) }
    }

    /// Adds to log s.
    ///
    /// A step that leaves no positive finite scale stops the program, or makes `throwingFailures` throw;
    /// the temperature stays as it was.
    public mutating func move(by offset: TangentVector) {
      let logScale = logScale + offset.logScale
      if let moved = attempt({ () throws(ContrastiveError) in try Temperature(logScale: logScale) })
      {
        self = moved
      }
    }
  }

  /// A loss whose only learned number is its temperature.
  ///
  /// It moves, and is differentiated, along log s: a model that holds a loss learns the temperature with
  /// its other parameters.
  public protocol TemperatureDifferentiable: Differentiable
  where TangentVector == Temperature.TangentVector {
    var temperature: Temperature { get set }
  }

  extension TemperatureDifferentiable {
    /// Adds to log s: see `Temperature.move(by:)`.
    public mutating func move(by offset: Temperature.TangentVector) {
      temperature.move(by: offset)
    }
  }
#endif
