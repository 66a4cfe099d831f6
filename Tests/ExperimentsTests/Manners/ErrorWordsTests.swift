import ArgumentParser
import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Errors name what is on the command line: options and files, and never the library's arguments.
@Suite("Errors of commands")
struct ErrorWordsTests {
  /// The line that a command line ends with, or nil if it succeeds.
  private static func error(of arguments: [String]) -> String? {
    var command: (any ReportCommand)?
    do {
      command = try ExperimentsCommand.parseAsRoot(arguments) as? any ReportCommand
      _ = try command?.report(progress: ProgressLine(write: nil))
      return nil
    } catch {
      let error = command?.named(error) ?? error
      return (error as? any ReportedError)?.description ?? ExperimentsCommand.message(for: error)
    }
  }

  /// What is wrong with a line, or nil.
  private static func complaint(_ line: String, path: String) -> String? {
    // Of a result there is no option: its name is the one that the command prints.
    if line.contains("the result is out of ") { return nil }
    let words = line.replacing(path, with: "/").replacing("NaN", with: "nan")
    if !words.contains(/--[a-z]/), !words.contains("/") { return "names no option and no file" }
    if words.contains(/[a-z][A-Z]/) { return "says a name of the library" }
    if words.contains(/\s\.[a-z]/) { return "says a case of the library" }
    if words.contains(/(?: as| of) (?!epochs)[a-z]+, found/) { return "says an argument's name" }
    return nil
  }

  /// Invocations without folders for results, which would be in each other's way.
  private static func invocations(besides commands: Set<String>) -> [Invocation] {
    Invocation.all.filter { !commands.contains($0.words[0]) }.map { invocation in
      var words = invocation.words
      for option in ["--gradients", "--output"] {
        if let index = words.firstIndex(of: option) { words.removeSubrange(index...index + 1) }
      }
      return Invocation(words.filter { $0 != "--force" }.joined(separator: " "))
    }
  }

  /// Command lines each with a number in the place of an option's: every option's of every command, once.
  private static let linesOfNumbers: [[String]] = {
    var known: Set<[String]> = []
    var lines: [[String]] = []
    // These take long where a number is right; their own tests have wrong ones.
    for invocation in invocations(besides: ["reproduce", "benchmark"]) {
      let words = invocation.words
      for index in words.indices.dropLast() {
        let end =
          words[(index + 1)...].firstIndex { NumberList<Double>(argument: $0) == nil }
          ?? words.endIndex
        // The temperature of all losses is one's.
        let isShared = ["--temperature", "--scale", "--logit-scale"].contains(words[index])
        let command = isShared ? [words[0]] : invocation.command
        guard words[index].hasPrefix("--"), end > index + 1,
          known.insert(command + [words[index]]).inserted
        else { continue }
        for value in ["-1", "0", "nan", "1e300", "1e-30"] {
          lines.append(words[...index] + [value] + words[end...])
        }
      }
    }
    return lines
  }()

  /// Command lines each with an array that does not fit in the place of one that does.
  private static let linesOfArrays: [[String]] = {
    var known: Set<[String]> = []
    var lines: [[String]] = []
    for invocation in invocations(besides: ["reproduce", "benchmark", "train"]) {
      for (index, word) in invocation.words.enumerated() where word.hasSuffix(".npy") {
        guard known.insert(invocation.command + [invocation.words[index - 1], word]).inserted else {
          continue
        }
        for variant in ["row", "column", "other", "none"] {
          var words = invocation.words
          words[index] = "\(word.dropLast(4))-\(variant).npy"
          lines.append(words)
        }
      }
    }
    return lines
  }()

  /// The lines that command lines end with must have no complaint.
  ///
  /// - Returns: How many there are.
  private func expectNames(of lines: [[String]], path: String) -> Int {
    let errors = lines.compactMap { words in
      let arguments = words.map { $0.hasPrefix("@") ? path + $0.dropFirst() : $0 }
      return Self.error(of: arguments).map { (words.joined(separator: " "), $0) }
    }
    for (words, line) in errors {
      let complaint = Self.complaint(line, path: path)
      #expect(complaint == nil, "\(words): \(line)")
    }
    return errors.count
  }

  @Test("name the option of a number that it cannot have")
  func numbers() throws {
    let folder = try TemporaryFolder()
    try Invocation.writeInputs(to: folder)
    #expect(expectNames(of: Self.linesOfNumbers, path: folder.path("")) > 100)
    #expect(try !folder.names().isEmpty)
  }

  @Test("name the file of an array that does not fit")
  func arrays() throws {
    let folder = try TemporaryFolder()
    try Invocation.writeInputs(to: folder)
    for name in try folder.names() where name.hasSuffix(".npy") {
      try Self.writeVariants(of: folder.path(String(name.dropLast(4))))
    }
    #expect(expectNames(of: Self.linesOfArrays, path: folder.path("")) > 100)
    #expect(try !folder.names().isEmpty)
  }

  /// Writes an array with a row more, a column more, no rows, and with a number that is out of range.
  private static func writeVariants(of name: String) throws {
    let array = try FileArray(reading: "\(name).npy")
    let numbers = array.converted(to: Double.self)
    let isInteger = array.elementType == .int64
    func write(_ numbers: [Double], _ shape: [Int], _ variant: String) throws {
      let path = "\(name)-\(variant).npy"
      if isInteger {
        try writeElements(numbers.map { Int($0) }, shape, to: path)
      } else {
        try writeElements(numbers, shape, to: path)
      }
    }
    var shape = array.shape
    let width = shape.dropFirst().reduce(1, *)
    try write([], [0] + shape.dropFirst(), "none")
    try write(numbers + numbers.prefix(width), [shape[0] + 1] + shape.dropFirst(), "row")
    try write([isInteger ? 999 : .nan] + numbers.dropFirst(), shape, "other")
    let last = shape[shape.count - 1]
    if shape.count > 1 {
      shape[shape.count - 1] += 1
      let rows = numbers.indices.filter { $0.isMultiple(of: last) }
      try write(
        rows.flatMap { Array(numbers[$0..<$0 + last]) + [numbers[$0]] }, shape, "column")
    } else {
      try write(numbers + numbers, [shape[0], 2], "column")
    }
  }

  private static func writeElements(
    _ elements: [some ArrayElement], _ shape: [Int], to path: String
  ) throws {
    try NumPyFile.write(elements.span, shape: shape, to: path)
  }
}
