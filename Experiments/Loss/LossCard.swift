/// What a loss is, in the terms in which libraries of one name differ.
struct LossCard: Hashable, Sendable {
  /// The library's type, for links.
  let type: String

  /// A term of the loss, of unit rows with cosines c.
  let formula: String

  /// What a row is compared with.
  let candidates: String

  /// Which of these are to be found.
  let positives: String

  /// What the value is, of the terms.
  let reduction: String

  /// What the cosines are multiplied by, and what the terms are.
  let scale: String

  /// Which library or paper it equals: several with semicolons between, each with its version, the commit of the
  /// authors' code or the paper's number, as in the tests' `Versions.txt`.
  let equals: String

  /// What else it is called, for whoever types that.
  var otherNames: [String] = []
}
