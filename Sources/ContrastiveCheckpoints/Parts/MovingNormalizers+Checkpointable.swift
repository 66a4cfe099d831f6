import ContrastiveEmbeddings
public import ContrastiveLosses

/// log u of every sample, and which have been visited. There must be as many samples as there were.
extension MovingNormalizers: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    part.store(normalizers: images, as: "images")
    part.store(normalizers: texts, as: "texts")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    images = try part.takeNormalizers("images", count: sampleCount)
    texts = try part.takeNormalizers("texts", count: sampleCount)
  }
}

/// τ of every sample and the average of its slopes, and the constants of the rule. There must be as many samples as there
/// were.
extension IndividualTemperatures: Checkpointable {
  public func store(in part: inout CheckpointPart) {
    part.store(numbers: images, as: "images")
    part.store(numbers: texts, as: "texts")
    part.store(numbers: imageSlopes, as: "imageSlopes")
    part.store(numbers: textSlopes, as: "textSlopes")
    part.store(numbers: [range.lowerBound, range.upperBound], as: "range")
    part.store(learningRate, as: "learningRate")
    part.store(beta, as: "beta")
  }

  public mutating func restore(from part: inout CheckpointPart) throws(CheckpointError) {
    let bounds = try part.takeNumbers("range", count: 2)
    guard bounds[0] <= bounds[1] else {
      throw part.invalid(
        "range", found: "\(bounds[0]), \(bounds[1])", expected: "the smaller bound first")
    }
    let images = try part.takeNumbers("images", count: sampleCount)
    let texts = try part.takeNumbers("texts", count: sampleCount)
    for (name, values) in [("images", images), ("texts", texts)] {
      if let outside = values.first(where: { !(bounds[0]...bounds[1]).contains($0) }) {
        throw part.invalid(
          name, found: "\(outside)", expected: "numbers from \(bounds[0]) to \(bounds[1])")
      }
    }
    let (imageSlopes, textSlopes) = (
      try part.takeNumbers("imageSlopes", count: sampleCount),
      try part.takeNumbers("textSlopes", count: sampleCount)
    )
    let learningRate = try part.takeNumber("learningRate", in: CheckpointPart.magnitudes)
    let beta = try part.takeNumber("beta", in: Double.leastNonzeroMagnitude...1)
    do {
      self = try IndividualTemperatures(
        images: images, texts: texts, imageSlopes: imageSlopes, textSlopes: textSlopes,
        range: bounds[0]...bounds[1], learningRate: learningRate, beta: beta)
    } catch {
      throw part.invalid("range", found: error.description, expected: "a range of temperatures")
    }
  }
}

extension CheckpointPart {
  fileprivate mutating func store(numbers: [Double], as name: String) {
    store(Matrix<Double>(rowCount: 1, columnCount: numbers.count) { numbers[$1] }, as: name)
  }

  fileprivate mutating func takeNumbers(
    _ name: String, count: Int
  ) throws(CheckpointError) -> [Double] {
    try takeMatrix(name, as: Double.self, rowCount: 1, columnCount: count).elements
  }

  /// Stores logarithms that may be −∞, which no matrix of a checkpoint may hold.
  fileprivate mutating func store(normalizers: [Double], as name: String) {
    store(numbers: normalizers.map { $0 == -.infinity ? 0 : $0 }, as: name)
    store(normalizers.map { $0 == -.infinity ? 0 : 1 }, as: "\(name)Visited")
  }

  fileprivate mutating func takeNormalizers(
    _ name: String, count: Int
  ) throws(CheckpointError) -> [Double] {
    let visited = try takeIntegers("\(name)Visited", count: count, in: 0...1)
    let numbers = try takeNumbers(name, count: count)
    if let sample = numbers.indices.first(where: { visited[$0] == 0 && numbers[$0] != 0 }) {
      throw invalid(
        name, found: "\(numbers[sample]) of sample \(sample)",
        expected: "0 of samples that have not been visited")
    }
    return zip(numbers, visited).map { $1 == 1 ? $0 : -.infinity }
  }
}
