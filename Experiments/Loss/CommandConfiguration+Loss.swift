import ArgumentParser

extension CommandConfiguration {
  /// A loss's command.
  ///
  /// - Parameters:
  ///   - notes: What to know of arrays, terms and defaults, a line each.
  ///   - examples: Arguments, as they are typed.
  init(loss name: String, abstract: String, notes: [String] = [], examples: String...) {
    let calls = examples.map { "  Experiments loss \(name) \($0)" }
    let heading = examples.count == 1 ? "Example:" : "Examples:"
    self.init(
      commandName: name, abstract: abstract,
      discussion: (notes + (notes.isEmpty ? [] : [""]) + [heading] + calls)
        .joined(separator: "\n"))
  }
}

extension LossReporting {
  static var noteOfOneValue: String {
    "One value for all pairs: it has no terms, and --reduction changes nothing."
  }
}

extension TemperedLossReporting {
  static var noteOfTemperature: String {
    "Without an option τ is \(defaultTemperature.text(digits: 3))."
  }
}

extension TwoViewLossReporting {
  static var noteOfViews: String {
    "perQuery lists the rows of the first view, then those of the second."
  }
}

extension ClassWeightLossReporting {
  static var noteOfFloor: String { "The floor is given where every class has equally many rows." }
}
