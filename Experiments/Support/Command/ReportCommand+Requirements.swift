import ArgumentParser
import ContrastiveFiles

extension ReportCommand {
  /// Standard input can be read once: the second option that names it would find nothing.
  ///
  /// - Throws: A `ValidationError` that names the options.
  func requireOneReaderOfStandardInput() throws {
    let readers = JSONObject(optionsOf: self).members.flatMap { member -> [String] in
      let values = if case .array(let values) = member.value { values } else { [member.value] }
      return values.filter { value in
        if case .string(let text) = value { text.isStandardInput } else { false }
      }.map { _ in member.key }
    }
    guard readers.count > 1 else { return }
    let options = readers.map { "--\($0.kebabCased)" }.joined(separator: ", ")
    throw ValidationError("\(options): only one of them can read standard input (-).")
  }

  /// Where nothing is written there is nothing to replace.
  func requireUseOfForce() throws {
    let options = JSONObject(optionsOf: self)
    let outputs = ["output", "gradients", "negativesOutput"]
    if options["force"] != nil, outputs.allSatisfy({ options[$0] == nil }) {
      throw ValidationError("--force: needs --output, whose results it lets replace others.")
    }
  }
}

extension String {
  /// Whether a value of an option means standard input, or a member of what is there.
  var isStandardInput: Bool {
    ["-", "/dev/stdin"].contains { self == $0 || hasPrefix("\($0):") }
  }

  /// Whether what an option names is in a file that can be read again.
  var isOfRegularFile: Bool { FileKind(at: ArraySpecification(self).path) == .file }

  /// `viewA` as options spell it, `view-a`.
  var kebabCased: String {
    reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
  }
}
