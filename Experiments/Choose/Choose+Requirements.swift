import Contrastive

extension Choose {
  /// One key is found by every query.
  static func requireSearch(_ data: AdapterData) throws(CommandFailure) {
    guard data.testCount > 1 else {
      throw CommandFailure(
        "--test-rows: there is 1 test row of \(data.queries.rowCount), whose query finds its key because there is no "
          + "other; give more, \(TemperatureChoice.fewTests) at least to be told anything")
    }
  }

  /// What was trained is not to go from a report because it is not trained again.
  func requireNoTrainings(in output: String) throws(CommandFailure) {
    guard noTrain, !outputOptions.force, SweepFolder.holdsRuns(output) else { return }
    throw CommandFailure(
      "\(output): holds trainings, whose tables and pictures --no-train leaves out; give another folder, or leave out "
        + "--no-train, which trains nothing twice, or --force to replace them",
      status: .cannotCreate)
  }
}
