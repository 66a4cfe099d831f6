import ArgumentParser

/// How long an adapter is trained, and how fast.
struct TrainingCourse: Hashable, Sendable {
  /// How often the training rows are gone through.
  var epochs = 10

  /// Adam's.
  var learningRate = 5e-4
}

/// A command that trains adapters.
protocol AdapterCommand {
  /// The course without options.
  static var usualCourse: TrainingCourse { get }

  var adapterOptions: AdapterOptions { get }
  var courseOptions: CourseOptions<Self> { get }
}

extension AdapterCommand {
  static var usualCourse: TrainingCourse { TrainingCourse() }

  /// What is trained, and for how long.
  var adapter: AdapterOptions {
    var adapter = adapterOptions
    adapter.course = TrainingCourse(
      epochs: courseOptions.epochs, learningRate: courseOptions.learningRate)
    return adapter
  }
}

/// The course of a training, in options whose help tells the command's own defaults.
struct CourseOptions<Command: AdapterCommand>: ParsableArguments {
  @Option(help: ArgumentHelp("How often the training rows are gone through.", valueName: "n"))
  var epochs = Command.usualCourse.epochs
  @Option(help: ArgumentHelp("Adam's learning rate.", valueName: "η"))
  var learningRate = Command.usualCourse.learningRate

  func validate() throws {
    // As many as no training has, and as can be counted in steps.
    guard 1...1_000_000_000 ~= epochs else {
      throw ValidationError(
        "--epochs: expected \(epochs < 1 ? "at least 1" : "at most 1000000000"), found \(epochs).")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate: expected a positive number, found \(learningRate).")
    }
  }
}
