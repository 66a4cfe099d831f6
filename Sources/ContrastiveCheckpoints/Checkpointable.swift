/// A part of a training run that a checkpoint keeps.
///
/// An encoder of your own that is an `EmbeddingEncoder` needs one line, as its parameters are all it has:
/// ```swift
/// extension LowRankAdapter: Checkpointable {}
/// ```
/// Other types store arrays and numbers under names, and take them again:
/// ```swift
/// extension RunningMean: Checkpointable {
///   func store(in part: inout CheckpointPart) {
///     part.store(mean, as: "mean")
///     part.store(count, as: "count")
///   }
///
///   mutating func restore(
///     from part: inout CheckpointPart
///   ) throws(CheckpointError) {
///     mean = try part.takeMatrix("mean", like: mean)
///     count = try part.takeInteger("count", in: 0...Int.max / 2)
///   }
/// }
/// ```
public protocol Checkpointable: Sendable {
  /// What kind of part it is: `Adam<Float>`. One is restored only from one of its own kind.
  static var checkpointKind: String { get }

  /// Stores all that the part needs to go on.
  func store(in part: inout CheckpointPart)

  /// Takes over what was stored, all of it: arrays that are left are an error.
  ///
  /// It may leave the part half changed when it throws, as it is called on a copy.
  ///
  /// - Throws: `CheckpointError` if something is missing, or cannot be what a part of this size stored.
  mutating func restore(from part: inout CheckpointPart) throws(CheckpointError)
}

extension Checkpointable {
  /// The name of the type.
  public static var checkpointKind: String { String(describing: Self.self) }
}
