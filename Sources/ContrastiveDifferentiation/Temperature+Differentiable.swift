#if canImport(_Differentiation)
  public import ContrastiveEmbeddings
  import RealModule
  public import _Differentiation

  /// A temperature moves along log s, the parameter CLIP learns, which keeps it positive; temperatures of rows move
  /// along the log s of each.
  extension Temperature: Differentiable {
    /// A derivative by, or a step of, log s.
    public struct TangentVector: AdditiveArithmetic, Differentiable, Hashable, Sendable {
      public typealias TangentVector = Self

      /// dL/d(log s), or what to add to log s: of every row, where these have temperatures of their own.
      public var logScale: Double

      /// dL/d(log sᵢ), or what to add to each; empty for one temperature, and for a step of 0.
      public var rowLogScales: [Double]

      /// Creates a derivative or a step.
      public init(logScale: Double, rowLogScales: [Double] = []) {
        self.logScale = logScale
        self.rowLogScales = rowLogScales
      }

      public static var zero: Self { Self(logScale: 0) }

      public static func + (a: Self, b: Self) -> Self { a.combined(with: b, +) }

      public static func - (a: Self, b: Self) -> Self { a.combined(with: b, -) }

      private func combined(with other: Self, _ operation: (Double, Double) -> Double) -> Self {
        precondition(
          rowLogScales.isEmpty || other.rowLogScales.isEmpty
            || rowLogScales.count == other.rowLogScales.count,
          "steps of different numbers of temperatures")
        let zeros = Array(
          repeating: 0.0, count: max(rowLogScales.count, other.rowLogScales.count))
        func numbers(_ numbers: [Double]) -> [Double] { numbers.isEmpty ? zeros : numbers }
        return Self(
          logScale: operation(logScale, other.logScale),
          rowLogScales: zip(numbers(rowLogScales), numbers(other.rowLogScales)).map(operation))
      }
    }

    /// Adds to log s.
    ///
    /// A step that leaves no positive finite scale stops the program, or makes `throwingFailures` throw;
    /// the temperature stays as it was.
    public mutating func move(by offset: TangentVector) {
      let moved = attempt { () throws(ContrastiveError) -> Temperature in
        guard let rowScales else { return try Temperature(logScale: logScale + offset.logScale) }
        let steps =
          offset.rowLogScales.isEmpty
          ? Array(repeating: 0, count: rowScales.count) : offset.rowLogScales
        guard steps.count == rowScales.count else {
          throw .init(
            .temperatures,
            .count(
              found: steps.count, expected: .exactly(rowScales.count, .because("in a step too"))))
        }
        return try Temperature(
          rowLogScales: zip(rowScales, steps).map { .log($0) + $1 + offset.logScale })
      }
      if let moved { self = moved }
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

  extension Temperature {
    /// The temperature with log s held in a range, as CLIP holds it in 0…log 100: `model.temperature.clamped(toLogScale: 0...4.6)`.
    ///
    /// The derivative is that of a clamp: what goes beyond the range has none. (`LearnableTemperature` clamps after each step
    /// instead, as open_clip does, so that a parameter beyond the range comes back.)
    @differentiable(reverse,wrt: self)
    public func clamped(toLogScale range: ClosedRange<Double>) -> Temperature {
      func bounded(_ logScale: Double) -> Double {
        min(max(logScale, range.lowerBound), range.upperBound)
      }
      return attempt { () throws(ContrastiveError) -> Temperature in
        guard let rowScales else { return try Temperature(logScale: bounded(logScale)) }
        return try Temperature(rowLogScales: rowScales.map { bounded(.log($0)) })
      } ?? self
    }

    @derivative(of: clamped, wrt: self)
    @usableFromInline
    func derivativeOfClamped(
      toLogScale range: ClosedRange<Double>
    ) -> (value: Temperature, pullback: (TangentVector) -> TangentVector) {
      let isInside = range.contains(logScale)
      let areInside = rowScales.map { $0.map { range.contains(.log($0)) } }
      return (
        clamped(toLogScale: range),
        { slope in
          guard let areInside else {
            return TangentVector(logScale: isInside ? slope.logScale : 0)
          }
          return TangentVector(
            logScale: 0,
            rowLogScales: zip(slope.rowLogScales, areInside).map { $1 ? $0 : 0 })
        }
      )
    }
  }
#endif
