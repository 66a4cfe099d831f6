import Contrastive

/// What a loss came to, in the names of the command line's JSON.
struct LossOutcome<Scalar: FileScalar> {
  /// An array that a gradient is written for.
  struct ArrayGradient {
    /// The file's name: the array's, in camel case.
    let name: String
    let matrix: Matrix<Scalar>
    let shape: [Int]
  }

  var loss: Scalar

  /// The terms; `nil` for a loss that is one value for all rows.
  var terms: [Scalar]?

  var byTemperature = TemperatureGradient<Scalar>()

  /// The derivative by the bias, for a loss that has one.
  var byBias: Scalar?

  /// log Z, for a loss that is given one or estimates it.
  var logNormalization: Double?

  var gradients: [ArrayGradient] = []
  var diagnostics: Diagnostics?

  /// How many terms there are to take a mean over. Rows that have no term may stand among `terms` as 0.
  var allTermCount: Int

  /// Whether anything was to be told from what belongs together.
  var hasNegatives: Bool

  /// What a reader has to know of the input.
  var remarks: [String] = []

  /// - Parameter hasTerms: Whether there are terms to list, and not one value for all rows.
  init<Gradient>(
    _ step: LossStep<Scalar, Gradient>,
    byTemperature: TemperatureGradient<Scalar> = TemperatureGradient(), hasTerms: Bool = true
  ) {
    loss = step.value
    self.byTemperature = byTemperature
    terms = hasTerms ? step.terms : nil
    diagnostics = step.diagnostics
    allTermCount = hasTerms ? step.terms.count : 1
    hasNegatives =
      step.diagnostics?.meanNegativeSimilarity != nil || (step.diagnostics?.chance ?? 0) > 0
  }

  /// What a loss came to, with all its derivatives.
  ///
  /// - Parameter arrays: The gradient's, in its order; those that are not here are constants.
  init<Gradient: LossGradient>(
    _ step: LossStep<Scalar, Gradient>, of arrays: InputArray<Scalar>..., hasTerms: Bool = true
  ) where Gradient.Scalar == Scalar {
    self.init(step, byTemperature: step.gradient.byTemperature, hasTerms: hasTerms)
    byBias = step.gradient.bias
    for (own, array) in zip(step.gradient.byArrays, arrays) {
      add(own.name, own.gradient, of: array)
    }
  }

  /// Adds what accuracies mean where candidates of a query's id are left out.
  mutating func addRemarkOfIDs() {
    remarks.append(
      "top1Accuracy and top5Accuracy are of the own key among those of other ids, where sweep takes any key of the id"
    )
  }

  /// How many terms a reduction takes into the value.
  func termCount(of reduction: ReductionName) -> Int {
    // A loss of one value has no terms to leave out.
    guard reduction == .meanOverNonZero, let terms else { return allTermCount }
    return terms.count { $0 > 0 }
  }

  /// Adds a gradient, of the shape of its array, and a remark if rows of that have no direction.
  mutating func add(_ name: String, _ gradient: Matrix<Scalar>?, of array: InputArray<Scalar>) {
    if !name.lowercased().hasSuffix("logits") {
      remarks += [array.zeroRows(name)].compactMap(\.self)
    }
    guard let gradient else { return }
    gradients.append(ArrayGradient(name: name, matrix: gradient, shape: array.fileShape))
  }

  /// The gradient by the temperatures of rows, where they have their own.
  var temperatureGradients: ArrayGradient? {
    get throws {
      guard let slopes = byTemperature.temperatures else { return nil }
      return ArrayGradient(
        name: "temperatures",
        matrix: try Matrix(slopes, rowCount: slopes.count, columnCount: 1), shape: [slopes.count])
    }
  }
}

extension JSONObject {
  /// The command's contract: the loss, its terms, scalar gradients and diagnostics.
  init<Scalar>(
    _ outcome: LossOutcome<Scalar>, note: LossNote?, options: LossOptions, temperature: Temperature?
  ) {
    self.init()
    if options.reduction != .perQuery || outcome.terms == nil {
      add("loss", Double(outcome.loss))
    }
    add("terms", outcome.termCount(of: options.reduction))
    add("note", note?.text)
    add("perQuery", outcome.terms.map { $0.map { Double($0) } })
    add("temperatureGradient", outcome.byTemperature.temperature.map { Double($0) })
    add("scaleGradient", outcome.byTemperature.scale.map { Double($0) })
    add("logitScaleGradient", outcome.byTemperature.logScale.map { Double($0) })
    add("biasGradient", outcome.byBias.map { Double($0) })
    if let temperature {
      add("temperature", temperature.value)
      add("scale", temperature.scale)
    }
    add("logZ", outcome.logNormalization)
    guard let diagnostics = outcome.diagnostics else { return }
    add("top1Accuracy", diagnostics.top1Accuracy)
    add("top5Accuracy", diagnostics.top5Accuracy)
    add("meanPositiveSimilarity", diagnostics.meanPositiveSimilarity)
    add("meanNegativeSimilarity", diagnostics.meanNegativeSimilarity)
    add("gradientEntropy", diagnostics.gradientEntropy)
    add("effectiveNegatives", diagnostics.effectiveNegatives)
    add("gradientDensity", diagnostics.gradientDensity)
    add("logitError", diagnostics.logitError?.expected)
    add("logitErrorBound", diagnostics.logitError?.bound)
    add("chance", diagnostics.chance)
    add("floor", diagnostics.floor)
    add("floorAttainable", diagnostics.floorAttainable)
    add("floorShare", diagnostics.floorShare)
  }
}
