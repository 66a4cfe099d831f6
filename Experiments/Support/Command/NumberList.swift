import ArgumentParser

/// One argument of numbers with commas between them: `7`, or `-0.5,0.25,1`.
///
/// As an option's value it may begin with a minus sign only behind an equals sign
/// (`--values=-0.5,0.25`), where ArgumentParser does not take it for another option.
struct NumberList: ExpressibleByArgument, CustomStringConvertible {
  let numbers: [Double]

  init(_ numbers: [Double]) { self.numbers = numbers }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Double($0) }
    guard numbers.count == words.count else { return nil }
    self.numbers = numbers
  }

  var description: String { numbers.map(\.description).joined(separator: ",") }
}
