extension Int {
  /// So many things: `1 pair`, `2 pairs`.
  func words(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
