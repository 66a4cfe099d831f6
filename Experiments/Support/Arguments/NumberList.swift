import ArgumentParser
import Foundation

/// One argument of numbers with commas between them: `7`, or `-0.5,0.25,1`.
///
/// An option of numbers is an array of these with `parsing: .upToNextOption`, so that spaces do as well
/// as commas, and the option may be repeated: `--seeds 1,2`, `--seeds "1, 2"`, `--seeds 1 2` and
/// `--seeds 1 --seeds 2` are the same.
struct NumberList<Number: LosslessStringConvertible & Sendable>: ExpressibleByArgument {
  let numbers: [Number]

  init(_ numbers: [Number]) { self.numbers = numbers }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Number($0.trimmingCharacters(in: .whitespaces)) }
    guard numbers.count == words.count else { return nil }
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
