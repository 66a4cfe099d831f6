/// Losses that the library does not have, and why.
struct LossOmission: Hashable, Sendable {
  let losses: [String]
  let reason: String

  var text: String { "\(losses.joined(separator: ", ")) (\(reason))" }

  static let all = [
    LossOmission(
      losses: ["VICReg", "Barlow Twins"],
      reason: "of D × D covariances of dimensions; they compare no pairs"),
    LossOmission(
      losses: ["SphereFace", "SoftTriple", "lifted structure"], reason: "no demand was seen"),
    LossOmission(
      losses: ["captioning losses", "SPLADE"],
      reason: "another kind: of a decoder's words, and of sparse weights of a vocabulary"),
  ]

  static let line = "Left out: " + all.map(\.text).joined(separator: "; ") + "."
}
