import ArgumentParser
import Testing

@testable import Experiments

@Suite("Negative numbers on the command line")
struct NegativeNumberTests {
  /// An invocation, one of its options that takes numbers, and the words before and behind its values.
  struct NumericOption: CustomStringConvertible, Sendable {
    let name: String
    let before: [String]
    let after: [String]

    var description: String { (before + ["…"] + after).joined(separator: " ") }

    func parse(_ values: String...) throws -> any ParsableCommand {
      try ExperimentsCommand.parseAsRoot(before + values + after)
    }

    func message(_ values: String...) -> String? {
      do {
        _ = try ExperimentsCommand.parseAsRoot(before + values + after)
        return nil
      } catch {
        return ExperimentsCommand.message(for: error)
      }
    }
  }

  /// Every option whose value in some invocation is a number, once, and one of every command: commands share what parses
  /// them, which takes a third of a second a line where it is not optimised.
  static let options = {
    var (names, commands): (Set<String>, Set<[String]>) = ([], [])
    var result: [NumericOption] = []
    for invocation in Invocation.all {
      for (index, option) in invocation.options.enumerated() {
        guard !option.values.isEmpty,
          option.values.allSatisfy({ NumberList<Double>(argument: $0) != nil })
        else { continue }
        let isNewName = names.insert(option.name).inserted
        guard commands.insert(invocation.command).inserted || isNewName else { continue }
        func words(_ options: some Sequence<(name: String, values: [String])>) -> [String] {
          options.flatMap { ($0.name.isEmpty ? [] : [$0.name]) + $0.values }
        }
        result.append(
          NumericOption(
            name: option.name,
            before: invocation.command + words(invocation.options[..<index]) + [option.name],
            after: words(invocation.options[(index + 1)...])))
      }
    }
    return result
  }()

  // Every way of writing is tried of one of each name.
  @Test("are the value of every option that takes a number", arguments: options)
  func values(_ option: NumericOption) throws {
    let isFirst = Self.options.first { $0.name == option.name }?.before == option.before
    for value in isFirst ? ["-1", "-0.5", "-.5", "-1e-3", "-inf"] : ["-.5"] {
      // What is wrong with it, if anything, is the number and not that there is none.
      if let message = option.message(value) {
        #expect(!message.contains("Missing value") && !message.contains("Unknown option"))
        #expect(message.contains(option.name))
      }
    }
  }

  @Test("do not hide that a value is missing", arguments: options)
  func missing(_ option: NumericOption) {
    #expect(option.message("--json")?.contains("Missing value for '\(option.name)") == true)
  }

  @Test(
    "are what everybody types",
    arguments: [
      ("supcon --embeddings q --labels y --ignore-label -1", "ignoreLabel", JSON.string("-1")),
      ("supcon --embeddings q --labels y --ignore-label -100", "ignoreLabel", .string("-100")),
      ("siglip --images q --texts k --bias -10", "bias", .number(-10)),
      ("info-nce --queries q --positives k --margin -0.1", "margin", .number(-0.1)),
      ("info-nce --queries q --positives k --logit-scale -1", "logitScale", .number(-1)),
      ("info-nce --queries q --positives k --hardness -1", "hardness", .number(-1)),
    ])
  func typed(line: String, option: String, value: JSON) throws {
    let command = try ExperimentsCommand.parseAsRoot(
      ["loss"] + line.split(separator: " ").map { String($0) })
    let loss = try #require(command as? any LossReporting)
    #expect(JSONObject(optionsOf: loss)[option] == value)
  }

  @Test("are in a list wherever they stand, and however it is divided")
  func lists() throws {
    func values(_ words: String...) throws -> JSON? {
      let command = try ExperimentsCommand.parseAsRoot(["softmax-temperature"] + words)
      return JSONObject(optionsOf: try #require(command as? SoftmaxTemperature))["values"]
    }
    let expected = JSON.array([.number(1), .number(-2), .number(3)])
    #expect(try values("--values", "1", "-2", "3") == expected)
    #expect(try values("--values", "1,-2,3") == expected)
    #expect(try values("--values", "1", "--values", "-2", "3") == expected)
    #expect(try values("--values=1", "-2", "--values=3", "--json") == expected)
    #expect(try values("--values", "1", "-2,3", "--scale", "2") == expected)
    #expect(try values("--values", "-1e-3") == .array([.number(-0.001)]))
  }

  @Test("are lists with blanks and commas, of which none is empty")
  func separators() {
    for text in ["1,2", "1, 2", "1 2", " 1 ,2 ", "1,2,"] {
      #expect(NumberList<Int>(argument: text)?.numbers == [1, 2], "\(text)")
    }
    for text in ["", ",", "1,,2", ",1", "1, ,2", "1;2", "[1,2]"] {
      #expect(NumberList<Int>(argument: text) == nil, "\(text)")
    }
  }

  @Test("are their own error where one number is expected")
  func two() {
    let message = Self.options.first { $0.name == "--temperature" }?.message("0.2", "-0.1")
    #expect(message == "The value '0.2,-0.1' is invalid for '--temperature <tau>'")
  }

  @Test("stay as they are behind a terminator, and where no option is before them")
  func untouched() {
    let words = ["a", "-1", "--x", "y", "-2", "--", "--z", "-3"]
    #expect(words.attachingDashedValues == words)
    #expect(["--x", "1", "2"].attachingDashedValues == ["--x", "1", "2"])
    #expect(["--x", "-0.1x"].attachingDashedValues == ["--x=-0.1x"])
    #expect(["--x", "-y"].attachingDashedValues == ["--x", "-y"])
    #expect(["--x", "-1,", "2,", "-3"].attachingDashedValues == ["--x=-1,2,-3"])
  }
}
