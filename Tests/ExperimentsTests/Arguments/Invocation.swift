import ArgumentParser
import Contrastive
import Foundation
import TestSupport

@testable import Experiments

/// A command line that is run to its end, on small inputs.
struct Invocation: Hashable, Sendable, CustomStringConvertible {
  /// The arguments; `@x` stands for the file or folder x of the inputs' folder.
  let words: [String]

  /// What it may end with.
  let statuses: Set<Int32>

  init(_ line: String, statuses: Set<Int32> = [0]) {
    words = line.split(separator: " ").map { String($0) }
    self.statuses = statuses
  }

  var description: String { words.joined(separator: " ") }

  func arguments(in folder: borrowing TemporaryFolder) -> [String] {
    var result: [String] = []
    for word in words {
      result.append(word.hasPrefix("@") ? folder.path("\(word.dropFirst())") : word)
    }
    return result
  }

  /// The words that name the command.
  var command: [String] {
    var tree = Self.tree
    return words.prefix { word in
      guard let next = tree.subcommands?.first(where: { $0.commandName == word }) else {
        return false
      }
      tree = next
      return true
    }
  }

  /// Its options with the words behind each, up to the next one.
  var options: [(name: String, values: [String])] {
    var result: [(name: String, values: [String])] = []
    for word in words.dropFirst(command.count) {
      if word.hasPrefix("--") {
        result.append((word, []))
      } else if result.isEmpty {
        result.append(("", [word]))
      } else {
        result[result.count - 1].values.append(word)
      }
    }
    return result
  }

  static let tree: CommandTree = {
    guard let tree = try? CommandTree(of: ExperimentsCommand.self) else {
      preconditionFailure("ArgumentParser describes the commands in another way")
    }
    return tree
  }()

  /// Writes the arrays that the command lines name.
  static func writeInputs(to folder: borrowing TemporaryFolder) throws {
    let shapes: [(String, Int, Int)] = [
      ("q", 4, 3), ("k", 4, 3), ("n", 5, 3), ("p", 8, 3), ("l", 4, 3), ("c", 2, 3), ("g", 4, 2),
      ("gn", 5, 2), ("n4", 4, 3),
    ]
    for (index, (name, rows, columns)) in shapes.enumerated() {
      try Matrix<Float>.random(rowCount: rows, columnCount: columns, seed: UInt64(index + 1))
        .write(to: folder.path("\(name).npy"), shape: name == "p" ? [4, 2, 3] : nil)
    }
    try Matrix<Float>.random(rowCount: 5, columnCount: 3, seed: 9).normalized().matrix
      .write(to: folder.path("u.npy"))
    try Matrix<Float>(rowCount: 4, columnCount: 4) { ($0 + $1) % 2 == 0 ? 1 : 0 }
      .write(to: folder.path("mask.npy"))
    for (name, numbers) in [
      ("y", [0, 1, 0, 1]), ("ids", [0, 0, 1, 2]), ("nids", [0, 7, 8, 9, 9]),
      ("ql", [1, 0, 1, 1]), ("dl", [2, 1, 2, 2]),
    ] {
      try NumPyFile.write(numbers.span, shape: [numbers.count], to: folder.path("\(name).npy"))
    }
    try NumPyFile.write(
      [0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 0].span, shape: [4, 3], to: folder.path("i.npy"))
    for (name, numbers) in [
      ("w", [0.5, -1, 2, 0]), ("pw", [1, 0, -2, 0.5, 3, -1, 0, 2]), ("nw", [3, -0.25, 1, -2, 0]),
      ("t", [0.1, 0.2, 0.5, 1]),
      ("tc", [0.1, 0.2]), ("tt", [0.1, 0.2, 0.5, 1, 0.3, 0.7, 0.2, 0.1]),
    ] {
      try NumPyFile.write(numbers.span, shape: [numbers.count], to: folder.path("\(name).npy"))
    }
    try Data("one\ntwo, and a half\n3\n\"four\"\n".utf8).write(
      to: URL(filePath: folder.path("texts.txt")))
    let inputs = URL(filePath: folder.path("in"))
    try FileManager.default.createDirectory(at: inputs, withIntermediateDirectories: false)
    for (name, file) in [("queries", "q"), ("keys", "k")] {
      try FileManager.default.copyItem(
        atPath: folder.path("\(file).npy"), toPath: folder.path("in/\(name).npy"))
    }
  }
}
