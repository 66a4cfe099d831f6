extension Int {
  /// So many things: `1 pair`, `2 pairs`, `2 queries`.
  func words(_ noun: String) -> String {
    guard self != 1 else { return "1 \(noun)" }
    let isInY = noun.hasSuffix("y") && !"aeiou".contains(noun.dropLast().last ?? "a")
    return "\(self) " + (isInY ? "\(noun.dropLast())ies" : "\(noun)s")
  }
}
