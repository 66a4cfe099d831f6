import ArgumentParser
import Contrastive
import Foundation

/// Hinton's high-temperature limit of distillation, and why its gradients are multiplied by T².
struct DistillationReproduction: Reproduction {
  static let configuration = CommandConfiguration(
    commandName: "distillation",
    abstract: "Hinton's T² limit: at high temperature distillation matches logits.",
    discussion: """
      Examples:
        Experiments reproduce distillation --output results/distillation
        Experiments reproduce distillation --student 1,5,7,10 --teacher 2,4,9,9 --json
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The student's logits z.", valueName: "numbers"))
  var student = [NumberList<Double>([1, 5, 7, 10])]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The teacher's logits v, as many.", valueName: "numbers"))
  var teacher = [NumberList<Double>([2, 4, 9, 9])]

  @OptionGroup var outputOptions: OutputOptions

  /// Powers of ten, from where the softmax is nearly hard to where it is nearly uniform.
  static let temperatures = (0.1...10_000).logarithmicGrid(count: 51)

  func validate() throws {
    guard student.numbers.count == teacher.numbers.count, student.numbers.count > 1 else {
      throw ValidationError(
        "--student and --teacher: expected as many logits each, two at least, found "
          + "\(student.numbers.count) and \(teacher.numbers.count).")
    }
    guard (student.numbers + teacher.numbers).allSatisfy(\.isFinite) else {
      throw ValidationError("--student and --teacher: every logit must be finite.")
    }
    guard zip(limitSlopes, limitSlopes.dropFirst()).contains(where: { $0 != $1 }) else {
      throw ValidationError(
        "--student and --teacher: expected logits that differ by more than a constant.")
    }
  }

  func reproduce(progress: ProgressLine) throws -> Report {
    var table = Table(
      "distillation",
      columns: [
        Column("temperature", heading: "T"),
        Column("loss", heading: "T²·KL", unit: "nats", format: .significant(7)),
        Column("gradient", heading: "‖dKL/dz‖"),
        Column("scaledGradient", heading: "T²·‖dKL/dz‖", format: .significant(7)),
        Column("distance", heading: "from the limit"),
      ])
    for temperature in Self.temperatures {
      let (loss, slopes) = try scaledLossAndSlopes(at: Temperature(temperature))
      table.append(
        temperature, loss, norm(slopes) / (temperature * temperature), norm(slopes),
        norm(zip(slopes, limitSlopes).map { $0 - $1 }) / norm(limitSlopes))
    }
    var report = Report(
      title: "Distillation at high temperature",
      explanation: "Student logits z and teacher logits v, softened by T: the gradient of "
        + "KL(p ‖ q) vanishes as 1/T², and T² times it tends to the gradient of half the mean "
        + "square difference of the centred logits.",
      tables: [table])
    report.illustrations = try illustrations(on: table)
    report.finding = Self.finding(on: table)
    report.plots = plots(of: table)
    report.result = [
      "student": student.numbers, "teacher": teacher.numbers, "limitLoss": limitLoss,
      "limitGradient": limitSlopes, "rows": table,
    ]
    return report
  }

  /// How far the limit is at temperatures that are used, and at the last one, which is not.
  private static func finding(on table: Table) -> String {
    let distances = zip(temperatures, table.numbers(in: "distance").map { $0 ?? .nan })
    func distance(near temperature: Double) -> String {
      let nearest = distances.min {
        abs(log($0.0 / temperature)) < abs(log($1.0 / temperature))
      }
      return (100 * (nearest?.1 ?? .nan)).text(digits: 2) + " %"
    }
    return
      "With the logits given, one student's and one teacher's, a distillation's gradient is off that of matching logits by \(distance(near: 1)) of its size "
      + "at T = 1, \(distance(near: 10)) at 10 and \(distance(near: 100)) at 100; the limit is seen at "
      + "T = 10000, where \(distance(near: 10_000)) are left."
  }

  /// T²·KL(p ‖ q) and its gradient by z: what the library's `Distillation` is.
  private func scaledLossAndSlopes(at temperature: Temperature) throws -> (Double, [Double]) {
    let step = try Distillation(temperature: temperature).valueWithGradient(
      studentLogits: Matrix(rows: [student.numbers]),
      teacherLogits: Matrix(rows: [teacher.numbers]),
      of: .studentLogits)
    return (step.value, step.gradient.studentLogits?.elements ?? [])
  }

  // MARK: The limit

  /// ((z − z̄) − (v − v̄))/N, the limit of T²·dKL/dz.
  var limitSlopes: [Double] {
    let differences = zip(student.numbers, teacher.numbers).map { $0 - $1 }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    return differences.map { ($0 - mean) / count }
  }

  /// The limit of T²·KL: half the mean square of the centred difference.
  var limitLoss: Double {
    limitSlopes.reduce(0) { $0 + $1 * $1 } * Double(limitSlopes.count) / 2
  }

  private func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  // MARK: The illustrations

  private func illustrations(on table: Table) throws -> [Illustration] {
    let gradients = table.numbers(in: "gradient").compactMap(\.self)
    let distances = table.numbers(in: "distance").compactMap(\.self)
    let temperatures = Self.temperatures
    // Over the grid's last decade, ten steps.
    func order(_ values: [Double], from start: Int = temperatures.count - 11) -> Double {
      log(values[start + 10] / values[start]) / log(temperatures[start + 10] / temperatures[start])
    }
    let used = temperatures.firstIndex { $0 > 0.99 } ?? 0
    let (far, unscaled, approach) = (distances.last ?? .nan, order(gradients), order(distances))
    // The next term of the expansion is the largest logit over T.
    let spread = (student.numbers + teacher.numbers).map(abs).max() ?? 0
    let last = temperatures.last ?? 1
    let (loss, _) = try scaledLossAndSlopes(at: Temperature(last))
    return [
      Illustration(
        "At high temperature dC/dz is (z − v)/(N·T²), of zero-mean logits: distillation matches "
          + "logits.",
        paper: .distillation, "§2.1, eq. 4", kind: .example,
        computed: "at T = \(last.text(digits: 6)) the gradient is "
          + "\(far.text(digits: 2)) of its size from that, and nears it as T^\(approach.text(digits: 3))",
        check: "off by at most twice the largest logit over T, as the next term of the expansion "
          + "is, and nearing as T^−1, or faster where that term is 0, to 0.05 in the exponent over the last decade",
        isRight: far <= 2 * spread / last && approach < -0.95),
      Illustration(
        "The magnitudes of the gradients by soft targets scale as 1/T², hence the factor T².",
        paper: .distillation, "§2", kind: .example,
        computed:
          "over the last decade of T, to \(last.text(digits: 6)), they fall as T^\(unscaled.text(digits: 4)); "
          + "from T = 1 to 10, which is used, as T^\(order(gradients, from: used).text(digits: 3))",
        check: "an exponent of −2 to 0.01 in the last decade: it is a limit",
        isRight: abs(unscaled + 2) < 0.01),
      Illustration(
        "T² times the loss tends to half the mean square difference of the centred logits.",
        paper: nil, "the integral of Hinton's eq. 4", kind: .example,
        computed: "\(loss.text(digits: 7)) at T = \(last.text(digits: 6)), the limit is "
          + "\(limitLoss.text(digits: 7))",
        check: "off by at most twice the largest logit over T, relatively",
        isRight: abs(loss - limitLoss) <= 2 * spread / last * limitLoss),
    ]
  }

  private var subject: String { "z = \(student.description), v = \(teacher.description)" }

  private func plots(of table: Table) -> [Plot] {
    var size = Plot(
      name: "distillation-gradient", title: "The gradient by the student's logits",
      subject: subject,
      x: Axis("temperature T", isLogarithmic: true), y: Axis("size", isLogarithmic: true))
    size.series = [
      Series("‖dKL/dz‖", of: table, x: "temperature", y: "gradient"),
      Series("T²·‖dKL/dz‖", of: table, x: "temperature", y: "scaledGradient"),
    ]
    size.referenceLines = [.horizontal(at: norm(limitSlopes), label: "matching logits")]
    var loss = Plot(
      name: "distillation-loss", title: "The loss times T²", subject: subject,
      x: Axis("temperature T", isLogarithmic: true), y: Axis("T²·KL (nats)"))
    loss.series = [Series("T²·KL(teacher ‖ student)", of: table, x: "temperature", y: "loss")]
    loss.referenceLines = [
      .horizontal(at: limitLoss, label: "its limit, half the mean square")
    ]
    return [size, loss]
  }
}
