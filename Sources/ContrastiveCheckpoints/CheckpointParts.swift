/// The list of a run's parts, for saving and restoring alike: see ``Checkpoint``.
public struct CheckpointParts {
  private enum Stage { case saving, checking, taking }

  private let path: String
  private var stage: Stage

  /// What is to be written, or was read.
  private var parts: [String: CheckpointPart] = [:]

  /// Copies of the parts, restored.
  private var restored: [String: any Checkpointable] = [:]
  private var names: Set<String> = []
  private var failure: CheckpointError?

  init(savingTo path: String) {
    self.path = path
    stage = .saving
  }

  init(restoring parts: [String: CheckpointPart], from path: String) {
    self.path = path
    self.parts = parts
    stage = .checking
  }

  /// Includes a part of the run under a name.
  ///
  /// When the run is saved the part is not changed; when it is restored it is changed only if all parts
  /// can be. What is wrong is thrown by `Checkpoint.save` and `Checkpoint.restore` at the end of the list.
  ///
  /// - Parameters:
  ///   - part: A variable or property of the run.
  ///   - name: Its name in the file, one for each part: `encoder`. A dot, which comes between it and the
  ///     names of its arrays, and control characters are errors.
  public mutating func include<Part: Checkpointable>(_ part: inout Part, as name: String) {
    guard failure == nil else { return }
    do throws(CheckpointError) {
      switch stage {
      case .saving: try save(part, as: name)
      case .checking: try check(part, as: name)
      case .taking:
        guard let restored = restored[name] as? Part else {
          preconditionFailure("'\(name)' was not in the list when it was checked")
        }
        part = restored
      }
    } catch {
      failure = error
    }
  }

  private mutating func save<Part: Checkpointable>(
    _ part: Part, as name: String
  ) throws(CheckpointError) {
    try requireNew(name)
    var stored = CheckpointPart(name, kind: Part.checkpointKind, path: path)
    part.store(in: &stored)
    try stored.requireNames()
    parts[name] = stored
    _ = try stored.restored(part)
  }

  private mutating func check<Part: Checkpointable>(
    _ part: Part, as name: String
  ) throws(CheckpointError) {
    try requireNew(name)
    guard let stored = parts[name] else {
      throw CheckpointError(path, part: name, .missing(found: parts.keys.sorted()))
    }
    restored[name] = try stored.restored(part)
  }

  private mutating func requireNew(_ name: String) throws(CheckpointError) {
    guard names.insert(name).inserted else {
      throw CheckpointError(path, part: name, .includedTwice)
    }
  }

  /// The parts that were saved.
  consuming func stored() throws(CheckpointError) -> [String: CheckpointPart] {
    if let failure { throw failure }
    return parts
  }

  /// Goes over from checking to taking.
  ///
  /// - Throws: What was wrong with a part, or that one of the file was left out.
  mutating func beginTaking() throws(CheckpointError) {
    if let failure { throw failure }
    if let name = parts.keys.filter({ !names.contains($0) }).min() {
      throw CheckpointError(path, part: name, .notIncluded)
    }
    stage = .taking
  }
}
