import RealModule

/// What a loss is, given what a row's softmax needs of all its negatives.
///
/// The engine streams the negatives' logits zⱼ of a row and keeps only
/// ```
/// ℓₐ = log Σⱼ exp(a·zⱼ + bⱼ)
/// ```
/// for one or two exponents a; the positives' logits zₚ are held apart. A loss is a function φ(ℓ, {zₚ}) of one or
/// several terms, and its gradient by a negative's logit follows from the derivative by ℓ:
/// ```
/// dφ/dzⱼ = Σₐ ∂φ/∂ℓₐ · a · exp(a·zⱼ + bⱼ − ℓₐ) + ∂φ/∂Σz
/// ```
/// Never forming a probability, and never mixing the positive into ℓ, is what keeps a loss of 4e-10 and its gradient
/// at full relative precision.
///
/// A loss of one's own is a type of a few lines, run by `OneWayLoss`, `BothWaysLoss` or `BatchLoss` at the
/// speed of those here:
/// ```swift
/// struct Margin: RowFunction {
///   let margin: Double
///
///   func evaluate(_ rows: inout RowTerms) {
///     for row in rows.indices {
///       let difference =
///         rows.logSumExp[0][row] - rows.positives[row]
///         + rows.scales[row] * margin
///       rows.values[row] = softplus(difference)
///       let slope = rows.weights[row] * logistic(difference)
///       rows.logSumExpSlopes[0][row] = slope
///       rows.positiveSlopes[row] = -slope
///       rows.logScaleSlopes[row] = slope * rows.scales[row] * margin
///     }
///   }
/// }
/// ```
/// It is called once for a few dozen rows, by several threads at the same time, and sees no row twice.
public protocol RowFunction: Sendable {
  /// The exponents a: one or two, none negative.
  var exponents: [Double] { get }

  /// da·zⱼ/dzⱼ, per exponent, as the gradient is to take it: a itself, or less where a part of the
  /// logit is held constant (a stopped gradient).
  var slopeFactors: [Double] { get }

  /// Whether a row has a term per positive, or one whatever its positives.
  var hasTermPerPositive: Bool { get }

  /// Whether Σⱼ zⱼ is asked for.
  ///
  /// Its slope is one number on every column: a gradient of rank one, which leaves sparse gradients sparse.
  var usesTotals: Bool { get }

  /// Whether terms can be below 0, so that no share of them is floor.
  var canBeNegative: Bool { get }

  /// Sets the values of the rows' terms, and the slopes of their weighted sum.
  func evaluate(_ rows: inout RowTerms)

  /// What a term is when all embeddings are equal; `nil` where that is not defined.
  func chance(of candidates: CandidateCounts, scale: Double) -> Double?
}

/// How many candidates a row has.
public struct CandidateCounts: Hashable, Sendable {
  /// Those that ℓ is of.
  public let negatives: Int
  /// Its positives.
  public let positives: Int
  /// Negatives that are held apart with the positives.
  public let heldApart: Int

  package init(negatives: Int, positives: Int, heldApart: Int = 0) {
    self.negatives = negatives
    self.positives = positives
    self.heldApart = heldApart
  }
}

extension RowFunction {
  public var exponents: [Double] { [1] }
  public var slopeFactors: [Double] { exponents }
  public var hasTermPerPositive: Bool { false }
  public var usesTotals: Bool { false }
  public var canBeNegative: Bool { false }

  /// log(K + 1), of one positive among K negatives.
  public func chance(of candidates: CandidateCounts, scale: Double) -> Double? {
    .log(onePlus: Double(candidates.negatives))
  }
}
