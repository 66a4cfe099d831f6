import Contrastive
import ContrastiveCheckpoints
import ContrastiveTraining
import TestSupport
import Testing

@Suite("A damaged checkpoint")
struct DamagedCheckpointTests {
  private let directory: TemporaryDirectory
  private let bytes: [UInt8]

  /// What a run is before it is restored.
  private let fresh: TrainingRun<Float>

  /// Where each tensor's elements lie in the file, in their order, and where they begin.
  private let tensors: [(name: String, bytes: Range<Int>)]
  private let dataStart: Int

  init() throws {
    directory = try TemporaryDirectory()
    var run = try TrainingRun<Float>()
    fresh = run
    _ = try run.train(to: 4)
    try run.save(to: directory("run"))
    bytes = try contents(of: directory("run"))
    dataStart = 8 + bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let file = try SafetensorsFile(directory("run"))
    var place = dataStart
    tensors = try file.names.map { name in
      let array = try file.tensor(name)
      let start = place
      place += array.count * array.elementType.byteCount
      return (name, start..<place)
    }
    #expect(place == bytes.count)
  }

  /// Tries to restore a run from changed bytes, which must fail and leave the run as it is.
  private func error(
    of changed: [UInt8], _ what: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CheckpointError? {
    let path = try directory.write(changed, to: "changed")
    var run = fresh
    let error = #expect(throws: CheckpointError.self, "\(what)", sourceLocation: sourceLocation) {
      try run.restore(from: path)
    }
    #expect(run.step == 0 && run.noise == fresh.noise, sourceLocation: sourceLocation)
    #expect(
      run.encoder.parameters == fresh.encoder.parameters
        && run.queue.keys == fresh.queue.keys
        && run.optimizer.stepCount == 0 && run.bank.rows == fresh.bank.rows
        && run.memory.count == 0, sourceLocation: sourceLocation)
    let line = error?.description ?? ""
    #expect(line.hasPrefix(path) && !line.contains("\n"), "\(what)", sourceLocation: sourceLocation)
    return error
  }

  private func flipped(_ bit: Int) -> [UInt8] {
    var changed = bytes
    changed[bit / 8] ^= 1 << (bit % 8)
    return changed
  }

  @Test("by a flipped bit anywhere is refused: 200 of them")
  func flips() throws {
    var generator = SeededGenerator(seed: 13)
    var inData = 0
    for _ in 0..<200 {
      let bit = Int.random(in: 0..<8 * bytes.count, using: &generator)
      let error = try error(of: flipped(bit), "bit \(bit)")
      // Whose bytes these are is said.
      guard let tensor = tensors.first(where: { $0.bytes.contains(bit / 8) }) else { continue }
      inData += 1
      #expect(error?.problem == .damaged)
      #expect(error?.part == tensor.name.split(separator: ".").first.map(String.init))
    }
    #expect(inData > 50 && inData < 200)
  }

  @Test("by a flipped bit in the header is refused, wherever it is")
  func headerFlips() throws {
    // One bit of every third byte, another one for each: all names, types, shapes and sums are among them.
    for byte in stride(from: 0, to: dataStart, by: 3) {
      _ = try error(of: flipped(8 * byte + byte % 8), "byte \(byte)")
    }
  }

  @Test("cut short anywhere, or lengthened, is refused")
  func truncations() throws {
    var generator = SeededGenerator(seed: 17)
    let boundaries = [0, 1, 7, 8, 9, dataStart - 1] + tensors.map(\.bytes.lowerBound)
    let others = (0..<50).map { _ in Int.random(in: 0..<bytes.count, using: &generator) }
    for count in boundaries + others + [bytes.count - 1] {
      let error = try error(of: Array(bytes[..<count]), "\(count) bytes")
      guard case .file? = error?.problem else {
        Issue.record("\(count) bytes: \(error?.description ?? "")")
        continue
      }
    }
    _ = try error(of: bytes + [0], "a byte more")
  }

  /// The file with other tensors, its metadata as they were.
  private func error(
    _ what: String, _ change: (inout [String: FileArray]) -> Void
  ) throws -> CheckpointError? {
    let file = try SafetensorsFile(directory("run"))
    var arrays: [String: FileArray] = [:]
    for name in file.names { arrays[name] = try file.tensor(name) }
    change(&arrays)
    var tensors: [String: WritableArray] = [:]
    for (name, array) in arrays {
      switch array.elementType {
      case .float32:
        tensors[name] = WritableArray(array.converted(to: Float.self), shape: array.shape)
      case .int64: tensors[name] = WritableArray(try array.integers(), shape: array.shape)
      default: tensors[name] = WritableArray(array.converted(to: Double.self), shape: array.shape)
      }
    }
    try SafetensorsFile.write(tensors, metadata: file.metadata, to: directory("other"))
    return try error(of: contents(of: directory("other")), what)
  }

  @Test("without one of its tensors, or with one renamed, is refused by the part's name")
  func tensorsMissing() throws {
    for (name, _) in tensors {
      let part = name.split(separator: ".").first.map(String.init)
      let missing = try error("without \(name)") { $0[name] = nil }
      #expect(missing?.part == part && missing?.problem == .damaged)
      let renamed = try error("renamed \(name)") { $0[name + "s"] = $0.removeValue(forKey: name) }
      #expect(renamed?.part == part && renamed?.problem == .damaged)
      let moved = try error("moved \(name)") { $0["other.x"] = $0.removeValue(forKey: name) }
      #expect(moved?.part == part && moved?.problem == .damaged)
    }
    let swapped = try error("two of a shape exchanged") {
      ($0["optimizer.first.0.weight"], $0["optimizer.second.0.weight"]) =
        ($0["optimizer.second.0.weight"], $0["optimizer.first.0.weight"])
    }
    #expect(swapped?.part == "optimizer" && swapped?.problem == .damaged)
    let stray = try error("one more") { $0["other.weight"] = $0["encoder.0.weight"] }
    #expect(stray?.part == "other.weight" && stray?.problem == .notListed)
    let added = try error("one more of a part") { $0["encoder.x"] = $0["encoder.0.weight"] }
    #expect(added?.part == "encoder" && added?.problem == .damaged)
  }

  @Test("with a tensor or a part twice is refused")
  func duplicates() throws {
    let header = String(decoding: bytes[8..<dataStart], as: UTF8.self)
    for (member, name) in [
      (#/"encoder.0.bias":\{[^}]*\}/#, "encoder.0.bias"), (#/"part queue":"[^"]*"/#, "part queue"),
    ] {
      let found = try #require(header.firstMatch(of: member)?.output)
      let twice = Array(header.replacing(found, with: found + "," + found).utf8)
      let length = (0..<8).map { UInt8(truncatingIfNeeded: twice.count >> (8 * $0)) }
      let error = try error(of: length + twice + bytes[dataStart...], name)
      #expect(error?.description.contains("the key '\(name)' is there twice") == true)
    }
  }

  @Test("that is another kind of file is refused")
  func otherFiles() throws {
    try SafetensorsFile.write(
      ["encoder.weight": WritableArray([1, 2] as [Float], shape: [1, 2])],
      to: directory("other"))
    let other = try error(of: contents(of: directory("other")), "plain")
    #expect(
      other?.description.hasSuffix(
        ": not that of a checkpoint: its metadata hold no list of parts") == true)
    let none = #expect(throws: CheckpointError.self) {
      var step = 0
      try Checkpoint(at: directory("none")).restore { $0.include(&step, as: "step") }
    }
    #expect(none?.isMissingFile == true)
    #expect(none?.description == "\(directory("none")): no such file")
  }
}
