import ArgumentParser

@testable import Experiments

extension OutputFolder {
  /// A folder that `temperature-example`, which reads no file, writes to.
  convenience init(_ path: String, isForced: Bool = false) throws {
    let command = try TemperatureExample.parse([])
    try self.init(
      path, for: FolderUse(by: command, recordName: Report.recordName, isForced: isForced))
  }
}
