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
    "--a": "q", "--b": "k", "--scores": "w", "--documents": "p", "--proxies": "c",
    "--ids": "ids", "--query-ids": "ids", "--key-ids": "ids",
    "--teacher-images": "g", "--teacher-texts": "g", "--teacher-scores": "mask",
  ]

  /// What says which rows are positives, where that is a choice.
  private static let chosen = [
    "supcon": "--labels @y.npy", "triplet-margin": "--embeddings @q.npy --labels @y.npy",
    "matryoshka": "--dims 2,3",
    "info-nce-groups": "--query-ids @y.npy --key-ids @ids.npy",
    "clip-groups": "--query-ids @y.npy --key-ids @ids.npy",
    "siglip-groups": "--query-ids @y.npy --key-ids @ids.npy",
  ]

  /// A loss and what it cannot do without.
  static func required(by loss: String) -> String {
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
      let file =
        takes("--class-weights") ? "@tc.npy" : loss == "clip-groups" ? "@tt.npy" : "@t.npy"
      result.append(
        Invocation("\(required) --temperatures \(file) --precision float --reduction per-query"))
    }
    if takes("--log-weights"), loss != "info-nce" {
      let ofClasses = takes("--class-weights") || takes("--proxies")
      let ofSides = takes("--view-a") || takes("--images") || loss == "maxsim-clip"
      result += (ofClasses ? ["tc"] : ofSides ? ["w", "pw"] : ["w"]).map {
        Invocation("\(required) --log-weights @\($0).npy --reduction sum --json")
      }
    }
    if takes("--shards") { result.append(Invocation("\(required) --shards 4 --json")) }
    for options in [
      "--query-lengths @ql.npy --document-lengths @dl.npy", "--teacher-temperature 2",
    ] where takes(String(options.prefix { $0 != " " })) {
      result.append(Invocation("\(required) \(options) --json"))
    }
    if takes("--ids") {
      result.append(Invocation("\(required) --ids @ids.npy --reduction sum --json"))
    }
    return result
  }

  private static let choices =
    [
      ("info-nce", "--candidates in-batch --hardness 1"),
      ("info-nce", "--negatives @p.npy --candidates paired"),
      (
        "info-nce",
        "--negatives @p.npy --candidates paired --log-weights @w.npy --negative-log-weights @pw.npy"
      ),
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
      ("matryoshka", "--weights 0.5,1"),
      ("supcon", "--ignore-label -1"), ("npid-nce", "--z 3"),
      ("triplet-margin", "--distance euclidean --normalized false"),
      ("triplet-margin", "--triplets all --margin 4"),
      ("triplet-margin", "--triplets semi-hard --margin 4"),
      ("triplet-margin", "--triplets hard --margin 4"),
      ("contrastive", "--distance cosine --pos-margin 0.9 --neg-margin 0.1 --squared true"),
      ("triplet-margin", "--distance cosine --reduction mean-over-non-zero"),
    ].map { loss, options in Invocation("\(required(by: loss)) \(options) --json") } + [
      Invocation("loss supcon --embeddings @q.npy --mask @mask.npy --json"),
      Invocation("loss supcon --embeddings @q.npy --mask @mask.npy --log-weights @w.npy --json"),
      Invocation(
        "loss info-nce-groups --queries @q.npy --keys @k.npy --soft-targets @mask.npy "
          + "--form each-against-negatives"),
      Invocation(
        "loss info-nce-groups --queries @q.npy --keys @n.npy --query-ids @y.npy --key-ids @nids.npy "
          + "--excluded-query-ids @ids.npy --excluded-key-ids @nids.npy --form sum-inside --json"),
      Invocation("loss info-nce-groups --queries @q.npy --keys @k.npy --mask @mask.npy"),
      Invocation("loss clip-groups --images @q.npy --texts @k.npy --mask @mask.npy"),
      Invocation(
        "loss clip-groups --images @q.npy --texts @k.npy --soft-targets @mask.npy "
          + "--excluded-query-ids @y.npy --excluded-key-ids @ids.npy"),
      Invocation(
        "loss siglip-groups --images @q.npy --texts @k.npy --mask @mask.npy "
          + "--excluded-query-ids @y.npy --excluded-key-ids @ids.npy"),
      Invocation(
        "loss triplet-margin --anchors @q.npy --positives @k.npy --negatives @l.npy --json"),
    ]
}
