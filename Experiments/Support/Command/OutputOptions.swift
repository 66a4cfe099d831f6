import ArgumentParser

/// Where a command's results go; the same for all commands.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on one line instead of the tables.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Also write CSV, plots (SVG, PNG, gnuplot script), result.json, run.json and report.json to a folder.",
      valueName: "dir"))
  var output: String?

  @Flag(
    help: """
      Let results replace what is in their folder and no run of the command wrote: another command's \
      results, files of yours. A file that the command reads is never replaced.
      """)
  var force = false

  func validate() throws {
    if output == "" { throw ValidationError("--output needs the name of a folder.") }
  }
}
