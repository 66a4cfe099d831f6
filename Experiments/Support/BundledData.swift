import Foundation

/// The data that come with the program.
enum BundledData {
  /// The path of a file in `Experiments/Data`.
  static func path(_ name: String) throws(CommandFailure) -> String {
    let url = Bundle.module.bundleURL.appending(path: "Data/\(name)")
    let path = url.path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandFailure(
        "\(path): the bundled data are not where the program was built; give files of your own",
        status: .missingFile)
    }
    return path
  }
}
