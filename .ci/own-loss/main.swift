// A loss written outside of the library, that of `Snippets/WriteYourOwnLoss.swift`, by what the library shows to any
// package: its gradients against central differences, and its values and gradients against another library's.

import Foundation

guard CommandLine.arguments.count == 2 else {
  print("usage: OwnLoss info-nce-smoothed.json")
  exit(64)
}
var comparison = Comparison()
try comparison.compareDifferences()
let differenceCount = comparison.count
try comparison.compareAnswers(readFrom: CommandLine.arguments[1])
let answerCount = comparison.count - differenceCount
for failure in comparison.failures { print(failure) }
print(
  "\(differenceCount) gradients and \(answerCount) answers compared,",
  "\(comparison.failures.count) wrong")
exit(comparison.failures.isEmpty && differenceCount > 0 && answerCount > 0 ? 0 : 1)
