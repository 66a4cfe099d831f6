import ArgumentParser
import Foundation

/// One argument of numbers with commas or blanks between them: `7`, or `-0.5,0.25,1`.
///
/// An option of numbers is an array of these with `parsing: .upToNextOption`, so that spaces do as well
/// as commas, and the option may be repeated: `--seeds 1,2`, `--seeds "1, 2"`, `--seeds 1, 2`, `--seeds 1 2` and
/// `--seeds 1 --seeds 2` are the same.
struct NumberList<Number: LosslessStringConvertible & Sendable>: ExpressibleByArgument {
  let numbers: [Number]

  init(_ numbers: [Number]) { self.numbers = numbers }

  init?(argument: String) {
    // Behind the last comma another argument may go on.
    let list = argument.hasSuffix(",") ? argument.dropLast() : argument[...]
    let items = list.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.split(whereSeparator: \.isWhitespace) }
    let words = items.joined()
    let numbers = words.compactMap { Number(String($0)) }
    guard numbers.count == words.count, !items.contains([]) else { return nil }
    self.numbers = numbers
  }
}

extension NumberList: CustomStringConvertible {
  var description: String { numbers.map(\.description).joined(separator: ",") }
}

extension NumberList: JSONRepresentable where Number: JSONRepresentable {
  var json: JSON { numbers.json }
}

extension [NumberList<Double>] {
  /// All numbers of an option, in order.
  var numbers: [Double] { flatMap(\.numbers) }
}

extension [NumberList<Int>] {
  /// All numbers of an option, in order.
  var numbers: [Int] { flatMap(\.numbers) }
}
