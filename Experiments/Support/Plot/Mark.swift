/// A place in a plot that has words of its own: where a curve is least, or best.
struct Mark: Hashable, Sendable {
  let x: Double
  let y: Double
  let label: String

  /// Whether the words stand below the place, as those of a minimum do.
  var isLow = false
}
