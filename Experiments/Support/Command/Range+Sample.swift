extension Range<Int> {
  /// Some of the numbers, in order, every set of that many with the same chance.
  ///
  /// - Precondition: There are as many.
  /// - Source: Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S: each with the chance that what
  ///   is left to draw has among what is left.
  func sample(_ wanted: Int, using generator: inout some RandomNumberGenerator) -> [Int] {
    precondition(wanted <= count, "more wanted than there are")
    var left = wanted
    return filter { number in
      guard Int.random(in: 0..<upperBound - number, using: &generator) < left else { return false }
      left -= 1
      return true
    }
  }
}
