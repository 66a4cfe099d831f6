/// A softmax with the digits that an article prints for it.
struct PrintedSoftmax: Hashable, Sendable {
  let article: String
  let logits: [Double]
  let temperature: Double
  let probabilities: [PrintedNumber]

  /// Every softmax printed in the two articles.
  ///
  /// - Source: “Softmax sensitivity to temperature” (2022-11-14), “The Use of Temperature in
  ///   Softmax” (2022-02-27).
  static let all: [PrintedSoftmax] =
    [
      (1, ["0.09003057", "0.24472847", "0.66524096"]),
      (10, ["0.30060961", "0.33222499", "0.3671654"]),
      (0.1, ["2.06106005e-09", "4.53978686e-05", "9.99954600e-01"]),
    ].map {
      PrintedSoftmax(
        article: "sensitivity", logits: [1, 2, 3], temperature: $0, probabilities: $1)
    }
    + [
      (
        0.1,
        [
          "8.194012623989748e-40", "1.928749847963737e-22", "9.357622968839298e-14",
          "0.9999999999999064",
        ]
      ),
      (
        1,
        [
          "0.00011679362893736733", "0.006376716075637758", "0.0471179128098403",
          "0.9463885774855847",
        ]
      ),
      (
        10,
        [
          "0.14763314666550595", "0.2202427743860977", "0.26900513210002774",
          "0.3631189468483686",
        ]
      ),
      (
        100,
        [
          "0.23827555570657363", "0.24799976560608047", "0.25300969319764466",
          "0.2607149854897012",
        ]
      ),
      (
        10000,
        [
          "0.2498812648459304", "0.2499812373450356", "0.2500312385924627", "0.2501062592165714",
        ]
      ),
    ].map {
      PrintedSoftmax(article: "use", logits: [1, 5, 7, 10], temperature: $0, probabilities: $1)
    }
}
