// swift-tools-version: 6.3
import PackageDescription

// Programs that libFuzzer drives: `bash .ci/fuzz` builds and runs them. A package of their own, as they are built
// otherwise, and nobody who depends on the library fetches them. Their `main` is libFuzzer's.
let settings: [SwiftSetting] = [.unsafeFlags(["-parse-as-library"])]

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "contrastive", path: "..")],
  targets: [
    .target(name: "FuzzInput"),
    .executableTarget(
      name: "ArrayFiles",
      dependencies: ["FuzzInput", .product(name: "ContrastiveFiles", package: "contrastive")],
      swiftSettings: settings),
    .executableTarget(
      name: "Checkpoints",
      dependencies: [
        "FuzzInput",
        .product(name: "Contrastive", package: "contrastive"),
        .product(name: "ContrastiveCheckpoints", package: "contrastive"),
        .product(name: "ContrastiveFiles", package: "contrastive"),
        .product(name: "ContrastiveTraining", package: "contrastive"),
      ],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
