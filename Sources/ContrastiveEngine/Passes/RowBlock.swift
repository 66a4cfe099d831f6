import ContrastiveEmbeddings
import ContrastiveKernels
import ContrastiveSimilarity
import RealModule

/// A block of rows, prepared for its tiles.
///
/// A row's scale is multiplied into its query: with q̃ = s·q̂ the logits of a tile are z = q̃·k̂ of whatever
/// scales the rows have, and
/// ```
/// dL/dk̂ⱼ = Σᵢ Gᵢⱼ·q̃ᵢ,    dL/dq̂ᵢ = sᵢ·Σⱼ Gᵢⱼ·k̂ⱼ,    Gᵢⱼ = dL/dzᵢⱼ
/// ```
struct RowBlock<Scalar: EmbeddingScalar>: Sendable {
  let context: OneWayContext<Scalar>
  let range: Range<Int>

  /// s·q̂.
  let queries: Block<Scalar>

  /// p̂, where every row has one positive.
  let positives: Block<Scalar>?

  /// s·p̂, where keys are compared with it.
  private let positiveAnchors: Block<Scalar>?

  /// The logits of single positives, by inner products of their own.
  let positiveLogits: PositiveLogits?

  /// dz/dc of them, where a map leads from cosine to logit.
  private let positiveMapSlopes: [Double]?

  /// Room for the logits of several, found in the tiles.
  let table: PositiveTable<Scalar>?

  /// By panel, room for its part of the gradient by what its keys are compared with.
  private let anchorParts: [Block<Scalar>?]

  /// The anchors as factors of logits.
  private let queryFactors: ProductRows<Scalar>
  private let positiveFactors: ProductRows<Scalar>?

  /// The anchors in 8 bits, where tiles are screened.
  private let queryCodes: Codes<Scalar>?
  private let positiveCodes: Codes<Scalar>?

  /// Statistics of no candidates yet.
  var noStatistics: RowStatistics

  var problem: OneWayProblem<Scalar> { context.problem }
  var count: Int { range.count }
  var isFirst: Bool { range.lowerBound == 0 }

  init(
    _ range: Range<Int>, of context: OneWayContext<Scalar>, buffers: RowBuffers<Scalar>,
    encodes: Bool
  ) {
    let problem = context.problem
    let scales = problem.scales[range]
    self.context = context
    self.range = range
    queryCodes = encodes ? buffers.queryCodes : nil
    positiveCodes = encodes ? buffers.positiveCodes : nil
    table = buffers.table
    anchorParts = buffers.anchorParts
    queries = context.unit(
      problem.queries, at: .range(range), into: buffers.queries, times: scales,
      encoding: queryCodes)
    let place: (rows: AnyEmbeddings<Scalar>, list: RowList)? =
      switch problem.candidates.positives {
      case .array(let rows, _, _): (rows, .range(range))
      case .column:
        (
          problem.keys[0].rows,
          RowList(range.map { problem.keys[0].roles.positiveColumn(ofRow: $0) ?? 0 })
        )
      case .none, .columns: nil
      }
    positives = place.map {
      context.unit($0.rows, at: $0.list, into: buffers.positives, times: .one(1), encoding: nil)
    }
    positiveAnchors = buffers.positiveAnchors.flatMap { target in
      place.map {
        context.unit(
          $0.rows, at: $0.list, into: target, times: scales,
          encoding: encodes ? buffers.positiveCodes : nil)
      }
    }
    queryFactors = context.products.rows(queries)
    positiveFactors = positiveAnchors.map { context.products.rows($0) }
    let products = positives?.dots(with: queries, on: context.isa)
    let logits = products.map { $0.map { problem.map.value(at: $0) } }
    let mapSlopes =
      problem.map == .identity ? nil : products.map { $0.map { problem.map.slope(at: $0) } }
    positiveMapSlopes = mapSlopes
    let biases: [Double]? =
      switch problem.candidates.positives {
      case .array(_, _, let biases): biases.map { Array($0[range]) }
      case .column:
        problem.keys[0].biases.map { biases in
          range.map { Double(biases[problem.keys[0].roles.positiveColumn(ofRow: $0) ?? 0]) }
        }
      case .none, .columns: nil
      }
    positiveLogits = logits.map { logits in
      PositiveLogits(biases.map { zip(logits, $0).map(+) } ?? logits, biases: biases)
    }
    // Of the products that tiles have, so that equal rows tie.
    let rounded =
      problem.observes
      ? positives.flatMap { [queries] in context.products.rankProducts(queries, $0) } : nil
    let ranked = rounded.map { $0.map { problem.map.value(at: $0) } }
    let ranks: RankCounts? =
      problem.observes
      ? (ranked ?? logits).map { logits in
        let margin =
          Scalar.dotRounding(dimension: context.dimension) + context.products.mixedRounding
        // Products are rounded by their size: at most s, of rows of length 1.
        let slopes =
          mapSlopes
          ?? zip(scales.list(count: logits.count), logits).map { max(abs($0), abs($1)) }
        return RankCounts(around: logits, margins: slopes.map { margin * abs($0) })
      } : nil
    noStatistics = RowStatistics(
      rowCount: range.count, exponents: context.exponents, shift: context.shift[range],
      isBiased: problem.candidates.areBiased, ranks: ranks, detail: problem.detail)
  }

  /// What a panel's keys are compared with, times the scale.
  func anchors(of panel: Panel) -> Block<Scalar> { anchors(problem.keys[panel.array].anchor) }

  func anchors(_ anchor: Candidates<Scalar>.Anchor) -> Block<Scalar> {
    switch anchor {
    case .queries: queries
    case .positives: positiveAnchors ?? queries
    }
  }

  /// As `anchors(of:)`, as factors of logits.
  func anchorFactors(of panel: Panel) -> ProductRows<Scalar> {
    switch problem.keys[panel.array].anchor {
    case .queries: queryFactors
    case .positives: positiveFactors ?? queryFactors
    }
  }

  /// Room for a panel's part of the gradient by these; `nil` where that is not wanted.
  func anchorPart(of panel: Panel) -> Block<Scalar>? {
    anchorParts[panel.index]?.rows(0..<count)
  }

  /// As `anchors(of:)`, in 8 bits.
  func anchorCodes(of panel: Panel) -> Codes<Scalar>? {
    switch problem.keys[panel.array].anchor {
    case .queries: queryCodes
    case .positives: positiveCodes ?? queryCodes
    }
  }

  /// A panel's part before its first tile.
  func emptyPart() -> PanelPart {
    PanelPart(
      statistics: noStatistics,
      sumsKeysOf: isFirst && context.needsTotals ? context.dimension : nil)
  }

  // MARK: Positives

  /// The positives' logits of some of the rows.
  func positiveLogits(_ rows: Range<Int>) -> PositiveLogits {
    if let table {
      let all = range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound
      var result = table.logits(ofAnchors: all)
      if let biases = columnBiases(ofAnchors: all) {
        result.logits = zip(result.logits, biases).map(+)
        result.biases = biases
      }
      return result
    }
    guard let own = positiveLogits else { return PositiveLogits() }
    var result = PositiveLogits(
      Array(own.logits[rows]), biases: own.biases.map { Array($0[rows]) })
    result.first = range.lowerBound + rows.lowerBound
    return result
  }

  /// b of the columns that are some rows' positives, row by row.
  private func columnBiases(ofAnchors anchors: Range<Int>) -> [Double]? {
    let keys = problem.keys[0]
    return keys.biases.map { biases in
      var result: [Double] = []
      for anchor in anchors {
        keys.roles.forEachException(ofRow: anchor, in: 0..<biases.count) { column, isPositive in
          if isPositive { result.append(Double(biases[column])) }
        }
      }
      return result
    }
  }

  /// dL/d⟨q̃, p̂⟩ of a single positive.
  func slopeByProduct(_ row: Int, _ slopes: RowSlopes) -> Double {
    slopes.positives[row] * (positiveMapSlopes?[row] ?? 1)
  }
}
