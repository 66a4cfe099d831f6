package import ContrastiveFiles

/// All that a training run needs to go on as if it had never stopped, in one file.
///
/// The parts of the run are listed once, for saving and for restoring:
/// ```swift
/// let checkpoint = Checkpoint(at: "run.safetensors")
/// func parts(_ run: inout CheckpointParts) {
///   run.include(&encoder, as: "encoder")
///   run.include(&optimizer, as: "optimizer")
///   run.include(&queue, as: "queue")
///   run.include(&step, as: "step")
/// }
/// if checkpoint.exists { try checkpoint.restore(parts) }
/// …
/// try checkpoint.save(parts)
/// ```
/// A restored run goes on to the bit, for the same number of threads. Encoders, optimisers, memories,
/// generators, batches, a learned temperature and numbers are parts, and so is any type of your own
/// that is ``Checkpointable``. In the file is all that a run can change, learning rates and other
/// constants of an optimiser too: set them after restoring, to go on with others. What a run cannot
/// change, such as capacities and batch sizes, must be as it was.
///
/// The file is `.safetensors`: PyTorch's `load_file` reads `encoder.weight` out of it. Its metadata
/// list the parts, each with its kind and a checksum, CRC-32, of its kind and of the names, types,
/// shapes and elements of its arrays; the list has one of its own. A file that was damaged, cut short,
/// or put together from others is refused with the name of what is wrong.
public struct Checkpoint: Hashable, Sendable {
  /// Where the file is.
  public let path: String

  /// The checkpoint at a path, whether there is one yet or not.
  public init(at path: String) { self.path = path }

  /// Whether there is something at the path.
  public var exists: Bool { FileKind(at: path) != nil }

  /// Writes the parts of a run, in place of an earlier checkpoint.
  ///
  /// Every part is restored from what is about to be written first, in a copy: what could not be
  /// restored, such as parameters that hold a NaN, is not written.
  ///
  /// The old file stays until the new one is complete and on the disk: they are written beside each
  /// other, and a rename is the only change under the path. A crash or a power cut at any moment
  /// leaves the one or the other, and the new one once this returns.
  ///
  /// - Parameter list: Includes the parts.
  /// - Throws: `CheckpointError`. The old file is still there then, but for the one error that says that the
  ///   new one is written and the disk may not have its name yet.
  /// - Complexity: O(bytes), and a wait for the disk. In memory one part more.
  public func save(_ list: (inout CheckpointParts) -> Void) throws(CheckpointError) {
    try save(by: SystemFileOperations(), list)
  }

  package func save(
    by operations: some FileOperations, _ list: (inout CheckpointParts) -> Void
  ) throws(CheckpointError) {
    var parts = CheckpointParts(savingTo: path)
    list(&parts)
    try write(parts.stored(), by: operations)
  }

  /// Takes over the parts of a run from the file: all of them, or on an error none.
  ///
  /// - Parameter list: Includes the parts that were saved, under their names. It is called twice, to
  ///   restore copies and to put them in place, and must list the same both times.
  /// - Throws: `CheckpointError` if the file is not there or not as it was written, lacks a part, has one
  ///   that is not included, or one is of another kind or size or outside its range. No part is changed
  ///   then.
  /// - Complexity: O(bytes), and as much memory as the parts have.
  public func restore(_ list: (inout CheckpointParts) -> Void) throws(CheckpointError) {
    var parts = CheckpointParts(restoring: try read(), from: path)
    list(&parts)
    try parts.beginTaking()
    list(&parts)
  }
}
