import Foundation

/// The gnuplot program, which draws a plot from its script.
struct Gnuplot: Sendable {
  /// What gnuplot said when it could not draw.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let program: URL

  /// Finds gnuplot among the folders of a search path; nil if it is in none of them.
  init?(searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? "") {
    let candidates = searchPath.split(separator: ":").map {
      URL(filePath: String($0), directoryHint: .isDirectory).appending(path: "gnuplot")
    }
    guard
      let program = candidates.first(where: {
        FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false))
      })
    else { return nil }
    self.program = program
  }

  /// The program's version, for example `5.4 patchlevel 4`; nil if it does not tell.
  var version: String? {
    guard let (status, text) = try? run(["--version"], in: nil), status == 0 else { return nil }
    let words = text.folded
    return words.hasPrefix("gnuplot ") ? String(words.dropFirst("gnuplot ".count)) : nil
  }

  /// Draws the pictures of a plot whose script and data are in a folder.
  ///
  /// - Throws: `Failure`, after removing what was drawn by half.
  func draw(_ plot: Plot, in folder: URL) throws(Failure) {
    let message: String
    do {
      let (status, text) = try run(["\(plot.name).gnuplot"], in: folder)
      if status == 0 { return }
      message = Self.message(in: text)
    } catch {
      message = error.systemReason.folded
    }
    for file in plot.pictureFiles {
      try? FileManager.default.removeItem(at: folder.appending(path: file))
    }
    throw Failure(description: message)
  }

  /// What gnuplot complains about: it repeats the command, points at a place in it, and then
  /// says `"<script>" line <n>: <message>`.
  private static func message(in text: String) -> String {
    let lines = text.split(separator: "\n").map { String($0).folded }.filter { !$0.isEmpty }
    let complaint = lines.last { $0.contains("line ") && $0.contains(": ") }
    return complaint ?? lines.last ?? "it ended with an error and no message"
  }

  /// Runs the program to its end; returns its status and all it wrote.
  private func run(_ arguments: [String], in folder: URL?) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}

extension Plot {
  /// The files gnuplot makes.
  var pictureFiles: [String] { ["\(name).svg", "\(name).png"] }
}
