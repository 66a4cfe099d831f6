import Foundation

typealias Rows = [[Double]]

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

/// The mean over queries of log(1 + Σ exp((s − s₊)/τ)), from rows and a plain loop.
func meanLoss(
  queries: Rows, positives: Rows, temperature: Double, negatives: (Int) -> Rows
) -> Double {
  let terms = queries.indices.map { row in
    let own = dot(queries[row], positives[row])
    return log1p(
      negatives(row).reduce(0) { $0 + exp((dot(queries[row], $1) - own) / temperature) })
  }
  return terms.reduce(0, +) / Double(terms.count)
}

func inBatchLoss(_ queries: Rows, _ keys: Rows, temperature: Double) -> Double {
  meanLoss(queries: queries, positives: keys, temperature: temperature) { row in
    keys.indices.filter { $0 != row }.map { keys[$0] }
  }
}

func twoViewLoss(_ a: Rows, _ b: Rows, temperature: Double) -> Double {
  let all = a + b
  return meanLoss(queries: all, positives: b + a, temperature: temperature) { row in
    all.indices.filter { $0 % a.count != row % a.count }.map { all[$0] }
  }
}

/// The regular simplex of n points in Rⁿ⁻¹: the Cholesky factor of its Gram matrix.
func regularSimplex(_ count: Int) -> Rows {
  var rows = Rows(repeating: [Double](repeating: 0, count: count - 1), count: count)
  for row in 0..<count {
    for column in 0..<min(row, count - 1) {
      let known = dot(Array(rows[row][..<column]), Array(rows[column][..<column]))
      rows[row][column] = (-1 / Double(count - 1) - known) / rows[column][column]
    }
    if row < count - 1 {
      rows[row][row] = (1 - dot(rows[row], rows[row])).squareRoot()
    }
  }
  return rows
}

func randomUnitRows(
  _ count: Int, dimension: Int, using generator: inout some RandomNumberGenerator
) -> Rows {
  (0..<count).map { _ in
    let row = (0..<dimension).map { _ in Double.random(in: -1...1, using: &generator) }
    let length = dot(row, row).squareRoot()
    return row.map { $0 / length }
  }
}
