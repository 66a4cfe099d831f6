// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// The Swift Package Index, which sets this, has neither OpenBLAS nor MPI, and builds documentation with every trait
// that there is.
let isIndexed = Context.environment["SPI_PROCESSING"] != nil

let portable = Trait.trait(
  name: "PortableGEMM",
  description: "Without OpenBLAS, slower products of our own, for which no library is needed.")
let traits: Set<Trait> =
  isIndexed
  ? [.default(enabledTraits: ["PortableGEMM"]), portable]
  : [
    .default(enabledTraits: ["OpenBLAS"]),
    .trait(
      name: "OpenBLAS",
      description: "Products by OpenBLAS, on Linux. Apple's platforms have Accelerate."),
    portable,
    .trait(
      name: "MPI", description: "Ranks that are processes of an MPI program.",
      enabledTraits: ["OpenBLAS"]),
  ]
let openBLAS: [Target.Dependency] =
  isIndexed
  ? [] : [.target(name: "COpenBLAS", condition: .when(platforms: [.linux], traits: ["OpenBLAS"]))]
let openBLASSettings: [CSetting] =
  isIndexed
  ? [] : [.define("CONTRASTIVE_OPENBLAS", .when(platforms: [.linux], traits: ["OpenBLAS"]))]
let mpi: [Target.Dependency] =
  isIndexed ? [] : [.target(name: "CMPI", condition: .when(traits: ["MPI"]))]

let package = Package(
  name: "contrastive",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "Contrastive", targets: ["Contrastive"]),
    .library(name: "ContrastiveBounds", targets: ["ContrastiveBounds"]),
    .library(name: "ContrastiveCheckpoints", targets: ["ContrastiveCheckpoints"]),
    .library(name: "ContrastiveDifferentiation", targets: ["ContrastiveDifferentiation"]),
    .library(name: "ContrastiveDistributed", targets: ["ContrastiveDistributed"]),
    .library(name: "ContrastiveFiles", targets: ["ContrastiveFiles"]),
    .library(name: "ContrastiveFoundation", targets: ["ContrastiveFoundation"]),
    .library(name: "ContrastiveTraining", targets: ["ContrastiveTraining"]),
    .executable(name: "Experiments", targets: ["Experiments"]),
  ],
  traits: traits,
  dependencies: [
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
  ],
  targets: [
    // C, and the only door to it
    .systemLibrary(
      name: "COpenBLAS",
      pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]
    ),
    .systemLibrary(
      name: "CZlib",
      pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
    ),
    .systemLibrary(
      name: "CMPI",
      // MPICH is `mpich`.
      pkgConfig: Context.environment["CONTRASTIVE_MPI"] ?? "ompi-c",
      providers: [.apt(["libopenmpi-dev", "openmpi-bin"]), .brew(["open-mpi"])]
    ),
    .target(
      name: "CContrastiveKernels", dependencies: openBLAS, exclude: ["Loops"],
      cSettings: openBLASSettings),
    .target(
      name: "ContrastiveKernels",
      dependencies: [
        "CContrastiveKernels", .product(name: "RealModule", package: "swift-numerics"),
      ] + openBLAS,
      // Without it Accelerate's CBLAS is that of 1998, which is deprecated. For the headers of C that Swift imports.
      cSettings: [
        .define(
          "ACCELERATE_NEW_LAPACK",
          .when(platforms: [.macOS, .macCatalyst, .iOS, .tvOS, .watchOS, .visionOS]))
      ],
      swiftSettings: settings
    ),

    // The layers, lowest first
    .target(
      name: "ContrastiveEmbeddings",
      dependencies: [
        "ContrastiveKernels", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "ContrastiveSimilarity",
      dependencies: ["ContrastiveEmbeddings", "ContrastiveKernels"],
      swiftSettings: settings
    ),
    .target(
      name: "ContrastiveBounds",
      dependencies: [
        "ContrastiveEmbeddings", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "ContrastiveEngine",
      dependencies: [
        "ContrastiveBounds", "ContrastiveEmbeddings", "ContrastiveKernels",
        "ContrastiveSimilarity",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "ContrastiveLosses",
      dependencies: [
        "ContrastiveBounds", "ContrastiveEmbeddings", "ContrastiveEngine", "ContrastiveKernels",
        "ContrastiveSimilarity",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "ContrastiveTraining",
      dependencies: [
        "ContrastiveEmbeddings", "ContrastiveKernels", "ContrastiveLosses",
        "ContrastiveSimilarity",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings
    ),
    .target(name: "ContrastiveFiles", dependencies: ["CZlib"], swiftSettings: settings),
    .target(
      name: "ContrastiveFoundation",
      dependencies: ["ContrastiveEmbeddings", "ContrastiveFiles"],
      swiftSettings: settings
    ),
    .target(
      name: "ContrastiveMatrixFiles",
      dependencies: ["ContrastiveEmbeddings", "ContrastiveFiles"],
      swiftSettings: settings
    ),
    .target(
      name: "Contrastive",
      dependencies: [
        "ContrastiveBounds", "ContrastiveEmbeddings", "ContrastiveEngine", "ContrastiveFiles",
        "ContrastiveLosses", "ContrastiveMatrixFiles", "ContrastiveSimilarity",
      ],
      swiftSettings: settings
    ),

    .target(
      name: "ContrastiveCheckpoints",
      dependencies: [
        "ContrastiveEmbeddings", "ContrastiveFiles", "ContrastiveKernels", "ContrastiveLosses",
        "ContrastiveMatrixFiles", "ContrastiveTraining",
      ],
      swiftSettings: settings
    ),
    .target(
      name: "ContrastiveDifferentiation",
      dependencies: [
        "ContrastiveEmbeddings", "ContrastiveLosses", "ContrastiveSimilarity",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: settings
    ),

    .target(
      name: "ContrastiveDistributed",
      dependencies: [
        "ContrastiveBounds", "ContrastiveEmbeddings", "ContrastiveEngine", "ContrastiveKernels",
        "ContrastiveLosses", .product(name: "RealModule", package: "swift-numerics"),
      ] + mpi,
      swiftSettings: settings
    ),

    // The executable
    .systemLibrary(name: "CMalloc"),
    .executableTarget(
      name: "Experiments",
      dependencies: [
        "CMalloc", "Contrastive", "ContrastiveCheckpoints", "ContrastiveDistributed",
        "ContrastiveFiles", "ContrastiveKernels", "ContrastiveTraining",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Experiments",
      resources: [.copy("Data")],
      swiftSettings: settings
    ),

    // The tests
    .target(
      name: "TestSupport",
      dependencies: ["Contrastive"],
      path: "Tests/TestSupport",
      resources: [.process("Resources")],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveFilesTests",
      dependencies: ["ContrastiveEmbeddings", "ContrastiveFiles", "TestSupport"],
      resources: [.copy("Fixtures")],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveBoundsTests",
      dependencies: ["ContrastiveBounds", "ContrastiveEmbeddings"],
      resources: [.copy("Resources")],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveKernelsTests",
      dependencies: ["ContrastiveEmbeddings", "ContrastiveKernels"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveEmbeddingsTests",
      dependencies: ["ContrastiveEmbeddings", "ContrastiveKernels", "TestSupport"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveMatrixFilesTests",
      dependencies: [
        "ContrastiveEmbeddings", "ContrastiveFiles", "ContrastiveKernels", "ContrastiveMatrixFiles",
        "TestSupport",
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveCheckpointsTests",
      dependencies: [
        "Contrastive", "ContrastiveCheckpoints", "ContrastiveFiles", "ContrastiveTraining",
        "TestSupport",
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveSimilarityTests",
      dependencies: ["ContrastiveEmbeddings", "ContrastiveSimilarity", "TestSupport"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveEngineTests",
      dependencies: [
        "Contrastive", "ContrastiveEngine", "ContrastiveKernels", "ContrastiveLosses",
        "TestSupport",
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveLossesTests",
      dependencies: [
        "Contrastive", "ContrastiveEngine", "ContrastiveKernels", "ContrastiveLosses",
        "TestSupport",
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveDistributedTests",
      dependencies: ["Contrastive", "ContrastiveDistributed", "ContrastiveEngine", "TestSupport"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveDifferentiationTests",
      dependencies: ["Contrastive", "ContrastiveDifferentiation", "TestSupport"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ContrastiveTrainingTests",
      dependencies: ["Contrastive", "ContrastiveKernels", "ContrastiveTraining", "TestSupport"],
      resources: [.copy("Fixtures")],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "ContrastiveCheckpoints", "ContrastiveDistributed", "ContrastiveFoundation",
        "ContrastiveTraining", "Experiments", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [.copy("Fixtures")],
      swiftSettings: settings
    ),
  ],
  swiftLanguageModes: [.v6]
)

// Some of the tests alone, for who waits for them: `CONTRASTIVE_TESTS=ContrastiveFilesTests,ContrastiveKernelsTests`.
if let names = Context.environment["CONTRASTIVE_TESTS"]?.split(separator: ",").map(String.init) {
  package.targets.removeAll { $0.type == .test && !names.contains($0.name) }
}

// The plugin that builds the documentation, only where that is done: packages that depend on this one never
// fetch it. The Swift Package Index sets the variable, and so does `.ci/documentation`.
if Context.environment["SPI_GENERATE_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
