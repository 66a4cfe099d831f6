import Foundation

/// The built executable, run as a user runs it.
enum ExperimentsProgram {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - searchPath: Its `PATH`, or nil for that of the tests.
  ///   - environment: Variables besides those of the tests.
  ///   - outputFile: Where its standard output goes, or nil to return it.
  static func run(
    _ arguments: String..., searchPath: String? = nil, environment: [String: String] = [:],
    outputFile: String? = nil
  ) throws -> Outcome {
    try run(
      arguments: arguments, searchPath: searchPath, environment: environment,
      outputFile: outputFile)
  }

  static func run(
    arguments: [String], searchPath: String? = nil, environment: [String: String] = [:],
    outputFile: String? = nil
  ) throws -> Outcome {
    try run(
      folder.appending(path: "Experiments"), arguments, searchPath: searchPath,
      environment: environment, outputFile: outputFile)
  }

  /// Runs a shell script, whose arguments are the program and the given ones: `"$@"` runs it.
  static func run(script: String, arguments: [String]) throws -> Outcome {
    let program = folder.appending(path: "Experiments").path(percentEncoded: false)
    return try run(URL(filePath: "/bin/sh"), ["-c", script, "sh", program] + arguments)
  }

  /// Runs any program to its end.
  static func run(
    _ executable: URL, _ arguments: [String], searchPath: String? = nil,
    environment: [String: String] = [:], outputFile: String? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    let search = searchPath.map { ["PATH": $0] } ?? [:]
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { $1 }.merging(search) { $1 }
    let output = Pipe()
    let errors = Pipe()
    if let outputFile {
      process.standardOutput = try FileHandle(forWritingTo: URL(filePath: outputFile))
    } else {
      process.standardOutput = output
    }
    process.standardError = errors
    unblockChildSignal()
    try process.run()
    let outputData =
      outputFile == nil ? try output.fileHandleForReading.readToEnd() ?? Data() : Data()
    let errorData = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
      errors: String(decoding: errorData, as: UTF8.self))
  }

  /// Tests run on threads that may block every signal, and processes inherit that: a shell would wait
  /// for ever to hear of a process that ended.
  private static func unblockChildSignal() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGCHLD)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// The folder of the build's products: that of the test bundle on Darwin, and of the running
  /// test program elsewhere.
  private static var folder: URL {
    let bundle = Bundle.allBundles.first { $0.bundleURL.pathExtension == "xctest" }
    return bundle?.bundleURL.deletingLastPathComponent() ?? Bundle.main.bundleURL
  }
}
