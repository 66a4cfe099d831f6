import Contrastive
import ContrastiveCheckpoints
import ContrastiveFiles
import FuzzInput

// A checkpoint of which the checksums hold, with arrays that may not: a run refuses it in one line and is as it was,
// or goes on from it. Inputs that begin with an even byte are such changes, others the bytes of a file.

let fresh = required { try Run() }

/// What a run writes.
struct SavedRun {
  /// The parts' kinds, by their names.
  let kinds: [String: String]
  let arrays: [(part: String, name: String, value: ForgedPart.Value)]
}

let saved = required {
  var run = fresh
  try run.goOn()
  try Checkpoint(at: inputPath).save { run.list(in: &$0) }
  let file = try SafetensorsFile(inputPath)
  var kinds: [String: String] = [:]
  for (key, value) in file.metadata where key.hasPrefix("part ") {
    kinds[String(key.dropFirst(5))] = String(value.dropLast(16))
  }
  var arrays: [(part: String, name: String, value: ForgedPart.Value)] = []
  for name in file.names.sorted() {
    guard let dot = name.firstIndex(of: ".") else { continue }
    arrays.append(
      (
        String(name[..<dot]), String(name[name.index(after: dot)...]),
        try ForgedPart.Value(file.tensor(name))
      ))
  }
  return SavedRun(kinds: kinds, arrays: arrays)
}

/// Writes a checkpoint with some arrays changed, left out, or under names of others.
func forge(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  var choices = Choices(bytes)
  var changed = saved.arrays
  while !choices.isEmpty {
    let index = choices.next(256) % changed.count
    switch choices.next(12) {
    case 0: changed.remove(at: index)
    case 1:
      let other = choices.next(256) % changed.count
      (changed[index].value, changed[other].value) = (changed[other].value, changed[index].value)
    default: changed[index].value.change(by: &choices)
    }
    guard !changed.isEmpty else { break }
  }
  var parts = saved.kinds.mapValues { _ in ForgedPart() }
  for array in changed { parts[array.part]?.values[array.name] = array.value }
  try Checkpoint(at: inputPath).save { list in
    for (name, kind) in saved.kinds.sorted(by: { $0.key < $1.key }) {
      ForgedPart.checkpointKind = kind
      var part = parts[name] ?? ForgedPart()
      list.include(&part, as: name)
    }
  }
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let rest = UnsafeBufferPointer(rebasing: bytes.dropFirst())
  // The first time it uses the file itself.
  _ = saved
  var run = fresh
  if bytes.first?.isMultiple(of: 2) == true {
    // What cannot be written, as a NaN, is no checkpoint.
    guard (try? forge(rest)) != nil else { return 0 }
  } else {
    writeInput(rest)
  }
  do {
    try Checkpoint(at: inputPath).restore { run.list(in: &$0) }
  } catch {
    precondition(isOneLine("\(error)"), "\(error)")
    precondition(
      run.step == fresh.step && run.noise == fresh.noise && run.queue.keys == fresh.queue.keys)
    return 0
  }
  try? run.goOn()
  return 0
}
