/// The ends of the temperature scale, which no `Temperature` reaches.
public enum TemperatureLimit: Hashable, Sendable, CaseIterable {
  /// τ → 0: only the largest similarity counts, ties share equally.
  case zero

  /// τ → ∞: all similarities count the same.
  case infinity
}
