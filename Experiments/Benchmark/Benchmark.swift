import ArgumentParser
import Contrastive
import ContrastiveDistributed
import ContrastiveKernels
import Foundation

/// The time and the memory of one training step of a loss.
struct Benchmark: InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Time a step of a loss, beside a matrix product, and count its memory.",
    discussion: """
      A step is the loss and the gradients its users take, with default options: diagnostics and \
      the derivatives by the temperature are on, and raw rows are normalised inside the step (a \
      queue's rows are unit rows). Calls with and without diagnostics take turns.

      The rate counts the matrix products of a plain implementation; gemmCeiling is sgemm's rate, \
      2048³ by as many threads, best of 5 between the calls. peakMemoryMiB is what a step needs \
      beyond its inputs and the gradients it returns; peakMemoryWithGradientsMiB counts those too. \
      The error is that of the loss and of the gradients' elements against the same in Double, of \
      as many of the queries as take half a second.

      --inputs names a folder with queries.npy and what else the workload has: keys.npy, queue.npy \
      (rows of length 1), weights.npy (a row per class), labels.npy. Without it, rows are seeded \
      and normally distributed: 256 queries, 65536 negatives or classes, dimension 128 unless you \
      say otherwise; four queries share a label of supcon, multi-similarity and circle. An image of \
      clip-groups has four texts; a query of maxsim has 32 tokens and a document 180; cosent reads \
      or draws scores.npy; matryoshka is InfoNCE at d/16, d/8, d/4, d/2 and d.

      Under mpirun each rank takes its part of the queries, and of the negatives or classes; times \
      are the slowest rank's, memory the largest, and the ceiling the sum of the ranks'. Workloads: \
      \(Workload.acrossRanks.map(\.rawValue).joined(separator: ", ")).

      --scaling measures several sizes, each with twice the negatives, or queries where there are \
      none, of the one before; from 4096 negatives or 512 queries unless you say otherwise.

      Example:
        Experiments benchmark --workload moco --queries 1024 --threads 2
        Experiments benchmark --workload info-nce --scaling --output results/scaling
        Experiments benchmark --compare --output results/comparison
        mpirun -n 2 Experiments benchmark --workload clip --queries 4096 --threads 1
      """)

  @Option(
    name: .customLong("workload"),
    help: "Which loss: \(Workload.allCases.map(\.rawValue).joined(separator: ", ")).")
  var chosenWorkload: Workload?
  @Option(help: ArgumentHelp("N.", valueName: "n"))
  var queries: Int?
  @Option(
    help: ArgumentHelp(
      "K, negatives or classes, for workloads that have them.", valueName: "k"))
  var negatives: Int?
  @Option(help: ArgumentHelp("The rows' length d.", valueName: "d"))
  var dimension: Int?
  @Option(help: "How the numbers of a queue are stored, of moco and moco-forward; else as Float.")
  var storage: SixteenBitFormat?
  @Option(help: "Of what numbers products are: full, or sixteen-bit where the processor has them.")
  var products = ComputeOptions.Products.full
  @Option(
    help: ArgumentHelp(
      "The own kernels' instruction set; the best there is without it.", valueName: "name"))
  var isa: String?
  @OptionGroup var temperatureOptions: TemperatureOptions
  @Option(
    help: ArgumentHelp("Threads; all processors without it.", valueName: "n"))
  var threads: Int?
  @Option(
    help: ArgumentHelp(
      "Timed calls; without it at least 7, and for half a second.", valueName: "r"))
  var repeats: Int?
  @Option(help: "Which calls: all (with diagnostics), none (without), or both in turns.")
  var diagnostics = DiagnosticsChoice.both
  @Option(help: ArgumentHelp("Read the arrays from a folder of .npy files.", valueName: "dir"))
  var inputs: String?
  @Flag(help: "Measure growing sizes, and plot time and memory against work.")
  var scaling = false
  @Option(help: ArgumentHelp("Sizes of --scaling; 5 without it.", valueName: "n"))
  var points: Int?
  @Flag(
    help: "All workloads, or the one that is named, by full and by sixteen-bit products in turns.")
  var compare = false
  @OptionGroup var outputOptions: OutputOptions

  var takesRanks: Bool { true }

  /// The one to measure; there is one unless all are compared.
  var workload: Workload { chosenWorkload ?? .moco }

  /// How many sizes --scaling measures.
  var pointCount: Int { points ?? 5 }

  func validate() throws {
    guard compare || chosenWorkload != nil else {
      throw ValidationError("--workload: name one, or give --compare for all.")
    }
    if compare, scaling || inputs != nil || storage != nil || products != .full {
      throw ValidationError(
        "--compare draws its own arrays and takes both products; leave out --scaling, --inputs, "
          + "--storage and --products.")
    }
    if points != nil, !scaling {
      throw ValidationError("--points: needs --scaling, whose sizes it counts.")
    }
    if negatives != nil, chosenWorkload != nil, !workload.definition.usesNegatives {
      throw ValidationError(
        "--negatives: \(workload.rawValue) has none besides the batch; leave it out.")
    }
    if scaling, inputs != nil {
      throw ValidationError("--scaling draws its own arrays; leave out --inputs.")
    }
    if storage != nil, workload != .moco, workload != .mocoForward {
      throw ValidationError("--storage is of a queue, of moco and moco-forward; leave it out.")
    }
  }

  func report(progress: ProgressLine) throws -> Report {
    try requireRanges()
    Self.warnOfSlowness()
    if compare { return try comparisonReport(progress: progress) }
    if scaling { return try scalingReport(progress: progress) }
    let size = WorkloadInputs.Size(queries: queries, negatives: negatives, dimension: dimension)
    var round = 0
    let result = try result(for: size) {
      progress.update("benchmark", round, of: Measurement.roundCount, "rounds")
      round += 1
    }
    return Self.report(of: result)
  }

  /// Measures the workload at a size, or at the files' own.
  func result(
    for size: WorkloadInputs.Size, progress: () -> Void
  ) throws -> BenchmarkResult {
    try result(of: workload, for: size, products: products, progress: progress)
  }

  /// Measures a workload by some products.
  func result(
    of workload: Workload, for size: WorkloadInputs.Size, products: ComputeOptions.Products,
    progress: () -> Void
  ) throws -> BenchmarkResult {
    let temperature = try temperatureOptions.temperature(default: 0.07)
    let group = try Ranks.join().map { TimedGroup($0) }
    let plan = Measurement.Plan(
      diagnostics: diagnostics, threads: threads ?? Workers.available, repeats: repeats,
      group: group)
    let options = try options(plan.threads, products: products)
    var inputs = WorkloadInputs(folder: inputs, size: size)
    var arrays = try workload.definition.arrays(&inputs, storage)
    if let group { arrays = arrays.part(of: group) }
    let own = arrays
    let step: WorkloadStep = {
      guard let group else {
        return try workload.step(own, temperature: temperature, diagnostics: $0, options: options)
      }
      return try workload.step(
        own, temperature: temperature, diagnostics: $0, options: options, across: group)
    }
    let measurement = try Measurement(step, plan: plan, progress: progress)
    return BenchmarkResult(
      workload: workload, size: inputs.size, temperature: temperature.value, storage: storage,
      products: products, isa: options.isa, plan: plan, measurement: measurement,
      error: measurement.isWhole && group == nil
        ? try WorkloadError(
          workload, arrays, size: inputs.size, temperature: temperature, options: options)
        : nil)
  }

  private func options(
    _ threads: Int, products: ComputeOptions.Products
  ) throws(ContrastiveError) -> ComputeOptions {
    var options = ComputeOptions(threads: threads, products: products)
    guard let isa else { return options }
    guard let named = InstructionSet(rawValue: isa), InstructionSet.available.contains(named)
    else {
      throw ContrastiveError(
        .init("--isa"),
        .choice(
          found: isa,
          expected: "one that this processor has: "
            + InstructionSet.available.map(\.rawValue).joined(separator: ", ")))
    }
    options.isa = named
    return options
  }

  private func requireRanges() throws(ContrastiveError) {
    let counts = [
      ("--queries", queries), ("--negatives", negatives), ("--dimension", dimension),
      ("--repeats", repeats),
    ]
    for (name, value) in counts {
      if let value, value < 1 {
        throw .init(.init(name), .integer(found: value, expected: .positive))
      }
    }
    // Doubling beyond that outgrows any memory, and then Int.
    guard (1...40).contains(pointCount) else {
      throw .init(.init("--points"), .integer(found: pointCount, expected: .between(1, 40)))
    }
    if let threads, !(1...Workers.available).contains(threads) {
      throw .init(
        .init("--threads"), .integer(found: threads, expected: .between(1, Workers.available)))
    }
  }

  /// Says on standard error what makes this run slower than it has to be.
  private static func warnOfSlowness() {
    for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] {
      guard let value = ProcessInfo.processInfo.environment[name] else { continue }
      StandardError.writeLine(
        "note",
        "\(name)=\(value) is set, and OpenBLAS runs its kernels for \(BLAS.coreName): that "
          + "can halve the speed; unset it unless it is meant")
    }
    if RunRecord.build == "debug" {
      StandardError.writeLine(
        "note", "this is a debug build, several times slower; use swift run -c release")
    }
  }
}
