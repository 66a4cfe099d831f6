extension Collection<String> {
  /// The name that somebody meant who wrote another, or nil if none is near.
  ///
  /// Case and what joins words do not count: `InfoNCE` is `info-nce`. Otherwise it is the one of fewest
  /// letters to insert, drop, change or swap, at most a third of them; or one that begins
  /// nearly like the word.
  func nearest(to word: String) -> String? {
    let letters = word.nameLetters
    guard !letters.isEmpty else { return nil }
    let distances = map { (name: $0, distance: letters.distance(to: $0.nameLetters)) }
    if let near = distances.min(by: { $0.distance < $1.distance }),
      near.distance <= letters.count / 3
    {
      return near.name
    }
    guard letters.count > 2 else { return nil }
    return first {
      letters.distance(to: Array($0.nameLetters.prefix(letters.count))) <= letters.count / 4
    }
  }
}

extension String {
  /// The letters and digits, in lower case.
  var nameLetters: [Character] { lowercased().filter { $0.isLetter || $0.isNumber } }
}

extension [Character] {
  /// How many letters are to be inserted, dropped, changed or swapped with the next to come to another
  /// word (the optimal string alignment distance).
  fileprivate func distance(to other: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = [Int](0...other.count)
    for i in indices {
      var next = [i + 1]
      for j in other.indices {
        var least = Swift.min(last[j + 1], next[j]) + 1
        least = Swift.min(least, last[j] + (self[i] == other[j] ? 0 : 1))
        if i > 0, j > 0, self[i] == other[j - 1], self[i - 1] == other[j] {
          least = Swift.min(least, beforeLast[j - 1] + 1)
        }
        next.append(least)
      }
      (beforeLast, last) = (last, next)
    }
    return last[other.count]
  }
}
