import ArgumentParser
import Contrastive
import ContrastiveKernels

/// A loss with the gradients its users take, under the name that other benchmarks give it.
///
/// To add one: a case, a definition in `Workload+Definition.swift`, and its call in `Workload+Step.swift`.
enum Workload: String, CaseIterable, ExpressibleByArgument {
  /// Each query against its key and a queue of constant unit keys; gradient by the queries.
  case moco
  /// The loss of `moco` alone.
  case mocoForward = "moco-forward"
  /// Each query against all keys of the batch, one way; both gradients.
  case infoNCE = "info-nce"
  /// CLIP's loss, queries being images and keys texts; all gradients.
  case clip
  /// SigLIP's loss of the same, at its initial bias of −10; all gradients.
  case sigLIP = "siglip"
  /// NT-Xent, queries and keys being the two views; all gradients.
  case ntXent = "nt-xent"
  /// SupCon of the queries, four to a label; all gradients.
  case supCon = "supcon"
  /// Multi-similarity of the same, with its defaults.
  case multiSimilarity = "multi-similarity"
  /// Circle loss of the same, with its defaults.
  case circle
  /// CLIP's loss of images with four texts each, the mean of the positives' terms; all gradients.
  case clipGroups = "clip-groups"
  /// InfoNCE of the batch at prefixes of d/16, d/8, d/4, d/2 and all d coordinates; both gradients.
  case matryoshka
  /// Late interaction of queries of 32 tokens and documents of 180; both gradients.
  case maxSim = "maxsim"
  /// CoSENT of pairs with scores; both gradients.
  case coSENT = "cosent"
  /// NormFace's softmax of the queries over K class weights; all gradients.
  case normFace = "normface"
}

extension Workload {
  /// Whether queries have labels that others share.
  var hasSharedLabels: Bool { [.supCon, .multiSimilarity, .circle].contains(self) }

  /// How many rows of the arrays belong to one query: its tokens, and its keys or theirs.
  var rowsPerQuery: (queries: Int, keys: Int) {
    switch self {
    case .clipGroups: (1, 4)
    case .maxSim: (32, 180)
    default: (1, 1)
    }
  }
}

/// What a workload costs, and how it is run.
struct WorkloadDefinition {
  /// Floating-point operations of the matrix products alone, as a plain implementation does them:
  /// one that computes less, or some of it twice, is held to the same number.
  let flops: (WorkloadSize) -> Double

  /// Whether K matters.
  var usesNegatives = false

  /// Reads or draws the arrays.
  typealias Arrays = (inout WorkloadInputs, _ storage: SixteenBitFormat?) throws -> WorkloadArrays<
    Float
  >
  let arrays: Arrays
}

/// N, K and d; K is 1 where the workload has none.
struct WorkloadSize {
  var queries: Double
  var negatives: Double
  var dimension: Double
}
