import Contrastive

extension Temperature {
  /// - Throws: `ContrastiveError` that names the option which the number is of.
  init(_ value: Double, named option: String) throws(ContrastiveError) {
    do {
      try self.init(value)
    } catch {
      throw error.of(option)
    }
  }
}
