@testable import Experiments

extension Invocation {
  /// Every loss with the options that all have, with each of its own at the value it has anyway, and
  /// with the arrays it can do without.
  static let losses = Losses.all.flatMap { common(to: $0.commandName) } + choices

  /// The file that stands for an array, by its option.
  private static let files = [
    "--queries": "q", "--positives": "k", "--keys": "k", "--queue": "u", "--images": "q",
    "--texts": "k", "--view-a": "q", "--view-b": "k", "--embeddings": "q", "--labels": "y",
    "--features": "q", "--class-weights": "c", "--memory": "u", "--targets": "y", "--indices": "i",
    "--logits": "l", "--student-logits": "l", "--teacher-logits": "q", "--x": "q", "--y": "k",
    "--ids": "ids",
  ]

  /// What says which rows are positives, where that is a choice.
  private static let chosen = [
    "supcon": "--labels @y.npy", "triplet-margin": "--embeddings @q.npy --labels @y.npy",
  ]

  /// A loss and what it cannot do without.
  private static func required(by loss: String) -> String {
    let arguments = tree.command(of: ["loss", loss]).arguments ?? []
    let arrays = arguments.filter { $0.isOptional == false }.compactMap { argument in
      files[argument.text].map { "\(argument.text) @\($0).npy" }
    }
    return (["loss \(loss)"] + arrays + [chosen[loss] ?? ""]).joined(separator: " ")
  }

  private static func common(to loss: String) -> [Invocation] {
    let required = required(by: loss)
    let arguments = tree.command(of: ["loss", loss]).arguments ?? []
    let defaults = arguments.filter { !["--precision", "--reduction"].contains($0.text) }
      .compactMap { argument in argument.defaultValue.map { "\(argument.text) \($0)" } }
      .joined(separator: " ")
    let output =
      "--precision double --reduction mean --gradients @gradients --json --output @out --force"
    func takes(_ option: String) -> Bool { arguments.contains { $0.text == option } }
    // log 2, three times.
    let readings = "--temperature 0.5 --scale 2 --logit-scale 0.6931471805599453"
    var result = [
      Invocation("\(required) \(defaults) \(output) \(takes("--temperature") ? readings : "")")
    ]
    if takes("--temperatures") {
      let file = takes("--class-weights") ? "@tc.npy" : "@t.npy"
      result.append(
        Invocation("\(required) --temperatures \(file) --precision float --reduction per-query"))
    }
    if takes("--shards") { result.append(Invocation("\(required) --shards 4 --json")) }
    if takes("--ids") {
      result.append(Invocation("\(required) --ids @ids.npy --reduction sum --json"))
    }
    return result
  }

  private static let choices =
    [
      ("info-nce", "--candidates in-batch --hardness 1"),
      ("info-nce", "--negatives @p.npy --candidates paired"),
      ("info-nce", "--negatives @n.npy --candidates shared"),
      (
        "info-nce",
        """
        --negatives @n.npy --candidates in-batch+shared --ids @ids.npy --negative-ids @nids.npy \
        --log-weights @w.npy --negative-log-weights @nw.npy
        """
      ),
      (
        "info-nce",
        """
        --batch-candidates queries+positives --batch-candidates columns --margin -0.1 --margin-kind \
        relative --guide-queries @g.npy --guide-positives @g.npy
        """
      ),
      (
        "info-nce",
        """
        --negatives @n.npy --margin 0.1 --margin-kind absolute --guide-queries @g.npy \
        --guide-positives @g.npy --guide-negatives @gn.npy
        """
      ),
      ("supcon", "--ignore-label -1"), ("npid-nce", "--z 3"),
      ("triplet-margin", "--distance euclidean --normalized false"),
      ("triplet-margin", "--distance cosine --reduction mean-over-non-zero"),
    ].map { loss, options in Invocation("\(required(by: loss)) \(options) --json") } + [
      Invocation("loss supcon --embeddings @q.npy --mask @mask.npy --json"),
      Invocation(
        "loss triplet-margin --anchors @q.npy --positives @k.npy --negatives @l.npy --json"),
    ]
}
