extension [String] {
  /// The arguments with values that begin with a minus sign attached to the option they stand behind:
  /// numbers, and an array on standard input.
  ///
  /// ArgumentParser takes a word with a minus sign for an option, unless the option before it takes
  /// whatever follows (`.unconditional`), which would make a value of `--json` too, and which lists
  /// cannot do. Behind an equals sign it takes everything: `--margin -0.1` becomes `--margin=-0.1`, and
  /// `--values 1 -2 3` becomes `--values=1,-2,3`. No option is named like a number, so that this
  /// is right for all of them, and an option without a value stays one. Nor is one named like `-:image`.
  var attachingDashedValues: [String] {
    var result: [String] = []
    var rest = self[...]
    while let word = rest.popFirst() {
      // Behind a terminator there are no options.
      guard word != "--" else { return result + [word] + rest }
      guard word.hasPrefix("--") else {
        result.append(word)
        continue
      }
      if let name = rest.first, name.hasPrefix("-:"), !word.contains("=") {
        rest.removeFirst()
        result.append("\(word)=\(name)")
        continue
      }
      let numbers = rest.prefix { $0.isNegativeNumber || NumberList<Double>(argument: $0) != nil }
      guard numbers.contains(where: \.isNegativeNumber) else {
        result.append(word)
        continue
      }
      rest = rest.dropFirst(numbers.count)
      result.append(
        word + (word.contains("=") ? "," : "=")
          + numbers.map { $0.hasSuffix(",") ? String($0.dropLast()) : $0 }
          .joined(separator: ","))
    }
    return result
  }
}

extension String {
  /// Whether it is a negative number, a list that begins with one, or meant to be: `-0.1x` is an option's
  /// bad value, not another option.
  fileprivate var isNegativeNumber: Bool {
    guard first == "-", let second = dropFirst().first else { return false }
    return second.isNumber || second == "." || NumberList<Double>(argument: self) != nil
  }
}
