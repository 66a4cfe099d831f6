import ContrastiveEmbeddings
public import ContrastiveFiles

/// All that a training run needs to go on as if it had never stopped, in one `.safetensors` file.
///
/// ```swift
/// var checkpoint = Checkpoint()
/// checkpoint.store(encoder.parameters, as: "encoder")
/// checkpoint.store(optimizer, as: "optimizer")
/// checkpoint.store(temperature, as: "temperature")
/// checkpoint.store(batches, as: "batches")             // with its random generator
/// try checkpoint.write(to: "run.safetensors")
///
/// let checkpoint = try Checkpoint(reading: "run.safetensors")
/// try checkpoint.restore(&encoder.parameters, from: "encoder")
/// ```
/// Restored parts continue to the bit, for the same number of threads. What their initialisers were
/// given (learning rates, batch sizes) is the program's, and not in the file. Tensors are named
/// `encoder.weight`, so that PyTorch reads the file too. Queues and banks of keys have files of their
/// own: `KeyQueue.write(to:)`.
public struct Checkpoint: Sendable {
  enum Entry: Sendable {
    case float(Matrix<Float>)
    case double(Matrix<Double>)
    case integer(Int)
  }

  var entries: [String: Entry] = [:]

  /// Strings to store with it: whatever a reader should know.
  public var metadata: [String: String] = [:]

  /// The file it was read from, for messages.
  let path: String

  /// Creates a checkpoint without parts.
  public init() { path = "checkpoint" }

  /// Stores a part of a training run.
  ///
  /// - Precondition: Nothing is stored under that name.
  public mutating func store(_ part: some Checkpointable, as name: String) {
    part.store(in: &self, as: name)
  }

  /// Restores a part of a training run.
  ///
  /// - Throws: `ArrayFileError` if there is no such part, or it is of another shape or type; the part
  ///   is unchanged then.
  public func restore(
    _ part: inout some Checkpointable, from name: String
  ) throws(ArrayFileError) {
    var restored = part
    try restored.restore(from: self, as: name)
    part = restored
  }
}

extension Checkpoint {
  /// Writes the checkpoint, which replaces a file of that name in one step: there is always a complete
  /// one, however the program ends.
  ///
  /// - Throws: `ArrayFileError.unwritable`; whatever was there before is untouched then.
  public func write(to path: String) throws(ArrayFileError) {
    try SafetensorsFile.write(
      entries.mapValues { entry in
        switch entry {
        case .float(let matrix): WritableArray(matrix)
        case .double(let matrix): WritableArray(matrix)
        case .integer(let value): WritableArray([value], shape: [])
        }
      }, metadata: metadata, to: path)
  }

  /// Reads a checkpoint. Its matrices are mapped, and copied when training first changes them.
  ///
  /// - Throws: `ArrayFileError` if the file cannot be read or holds anything but matrices of floats and
  ///   whole numbers.
  public init(reading path: String) throws(ArrayFileError) {
    let file = try SafetensorsFile(path)
    self.path = path
    metadata = file.metadata
    for name in file.names {
      let array = try file.tensor(name)
      entries[name] =
        switch (array.elementType, array.shape.count) {
        case (.float32, 2): .float(try Matrix(array))
        case (.float64, 2): .double(try Matrix(array))
        case (.int64, 0): .integer(try array.integers()[0])
        default:
          throw .unreadable(
            path: array.source,
            reason: "\(array.elementType) of shape \(array.shape) is no part of a checkpoint, "
              + "which holds matrices of float32 or float64 and whole numbers")
        }
    }
  }
}

extension WritableArray {
  init<Scalar: EmbeddingScalar & ArrayElement>(_ matrix: Matrix<Scalar>) {
    self.init(Scalar.self, shape: [matrix.rowCount, matrix.columnCount]) {
      output throws(ArrayFileError) in
      for r in 0..<matrix.rowCount { try output.append(matrix.row(r)) }
    }
  }
}
