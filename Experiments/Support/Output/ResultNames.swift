/// What the files are called that a run of a command may write besides those of every command.
///
/// A command that reads files says so beforehand: one of them that has such a name would be found in the way only when
/// the results are there.
struct ResultNames: Hashable, Sendable {
  var tables: [String] = []
  var plots: [String] = []

  /// Others, with their endings.
  var files: [String] = []

  /// The names of all files.
  var fileNames: [String] {
    tables.map { "\($0).csv" } + files
      + plots.flatMap { ["\($0)-data.csv", "\($0).gnuplot", "\($0).svg", "\($0).png"] }
  }
}
