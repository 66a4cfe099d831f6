import Contrastive
import ContrastiveCheckpoints
import ContrastiveFiles
import FuzzInput

// A run refuses a checkpoint in one line and is as it was, or goes on from it. By its first byte an input is one of
// three: what is changed in the arrays of a checkpoint of which the checksums hold, what is changed in the bytes of a
// written one, or the bytes of a file.

let fresh = required { try Run() }

/// What a run writes.
struct SavedRun {
  /// The parts' kinds, by their names.
  let kinds: [String: String]
  let arrays: [(part: String, name: String, value: ForgedPart.Value)]
  /// The file.
  let bytes: [UInt8]
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
  return SavedRun(kinds: kinds, arrays: arrays, bytes: readInput())
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

/// Writes the file of a checkpoint with some bytes changed, removed or inserted.
func damage(_ bytes: UnsafeBufferPointer<UInt8>) {
  var choices = Choices(bytes)
  var changed = saved.bytes
  while !choices.isEmpty, !changed.isEmpty {
    let index = (choices.next(256) << 8 | choices.next(256)) % changed.count
    switch choices.next(8) {
    case 0: changed.removeSubrange(index...)
    case 1: changed.removeSubrange(index..<min(changed.count, index + 1 + choices.next(256)))
    case 2: changed.insert(UInt8(choices.next(256)), at: index)
    case 3: changed[index] ^= 1 << choices.next(8)
    default: changed[index] = UInt8(choices.next(256))
    }
  }
  changed.withUnsafeBufferPointer(writeInput)
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let rest = UnsafeBufferPointer(rebasing: bytes.dropFirst())
  // The first time it uses the file itself.
  _ = saved
  var run = fresh
  switch (bytes.first ?? 2) % 3 {
  // What cannot be written, as a NaN, is no checkpoint.
  case 0: guard (try? forge(rest)) != nil else { return 0 }
  case 1: damage(rest)
  default: writeInput(rest)
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
