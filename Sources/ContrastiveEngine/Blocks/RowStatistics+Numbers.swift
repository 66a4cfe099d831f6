import ContrastiveKernels

extension RowStatistics {
  /// How many numbers tell a row's statistics, of one exponent and without biases.
  package static let numberCount = 5

  /// Of every row its shift, both sums, and the ranks' two counts.
  package var numbers: [Double] {
    indices.flatMap { row in
      [
        shifts[0][row], sums[0].sum[row], sums[0].weighted[row],
        Double(ranks?.above[row] ?? 0), Double(ranks?.notBelow[row] ?? 0),
      ]
    }
  }

  /// Takes in the statistics of other candidates of the same rows, as numbers.
  package mutating func merge(numbers: [Double]) {
    var other = self
    for row in indices {
      let first = row * Self.numberCount
      other.counts[row] = 0
      other.totals[row] = 0
      other.shifts[0][row] = numbers[first]
      other.sums[0].sum[row] = numbers[first + 1]
      other.sums[0].weighted[row] = numbers[first + 2]
      other.ranks?.above[row] = Int64(numbers[first + 3])
      other.ranks?.notBelow[row] = Int64(numbers[first + 4])
    }
    merge(matching: other)
  }
}

extension RowObservations {
  /// The sums, in an order that adds up element by element.
  package var numbers: [Double] {
    [
      Double(rowCount), Double(negativeCount), Double(top1), Double(top5), chance,
      Double(chanceCount), positiveSimilarity, negativeSimilarity, entropy, effectiveNegatives,
      Double(rowsWithNegatives), Double(weightCount), Double(pairCount),
    ]
  }

  package init(numbers: [Double]) {
    self.init()
    (rowCount, negativeCount) = (Int(numbers[0]), Int(numbers[1]))
    (top1, top5) = (Int(numbers[2]), Int(numbers[3]))
    (chance, chanceCount) = (numbers[4], Int(numbers[5]))
    (positiveSimilarity, negativeSimilarity) = (numbers[6], numbers[7])
    (entropy, effectiveNegatives) = (numbers[8], numbers[9])
    (rowsWithNegatives, weightCount) = (Int(numbers[10]), Int(numbers[11]))
    pairCount = Int(numbers[12])
  }
}
