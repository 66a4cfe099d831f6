import ContrastiveFiles
import FuzzInput

// A file of any bytes, under a name with the suffix of `FUZZ_FILE`: it is refused in one line, or what is read of it
// is whole.

/// What a table, a JSON file or an archive may be asked for besides all of it.
let members: [String] = {
  let path = inputPath
  func isOneOf(_ suffixes: [String]) -> Bool { suffixes.contains { path.hasSuffix($0) } }
  if isOneOf([".csv", ".tsv"]) { return ["0", "0-1", "a"] }
  if isOneOf([".json", ".jsonl"]) { return ["a", "embedding"] }
  if isOneOf([".npz", ".safetensors"]) { return ["rows"] }
  return []
}()

func check(_ array: FileArray) {
  precondition(array.shape.allSatisfy { $0 >= 0 } && array.count == array.shape.reduce(1, *))
  precondition(array.converted(to: Double.self).count == array.count)
  if let integers = try? array.integers() { precondition(integers.count == array.count) }
  if let rows = array.shape.first, rows > 0, array.shape.count == 2 {
    var row = [Float](repeating: 0, count: array.shape[1])
    var span = row.mutableSpan
    array.copyRows(rows - 1..<rows, into: &span)
  }
  for rank in 0...2 { _ = try? array.withRank(rank) }
}

func check(_ error: ArrayFileError) {
  precondition(isOneLine(error.description), "\(error)")
}

/// Reads what a specification names, and some of what an error says it could have named.
func read(_ specification: String, isFirst: Bool = true) {
  do {
    check(try FileArray(reading: specification))
  } catch {
    check(error)
    guard isFirst else { return }
    switch error {
    case .ambiguousMember(_, _, let names), .separatedColumns(_, let names):
      for name in names.prefix(2) { read("\(inputPath):\(name)", isFirst: false) }
    default: break
    }
  }
  do {
    let labels = try FileLabels(reading: [specification])
    if let names = labels.names {
      precondition(labels.numbers.joined().allSatisfy { names.indices.contains($0) })
    }
  } catch {
    check(error)
  }
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  writeInput(UnsafeBufferPointer(start: start, count: count))
  read(inputPath)
  for member in members { read("\(inputPath):\(member)", isFirst: false) }
  guard inputPath.hasSuffix(".safetensors") else { return 0 }
  do {
    let file = try SafetensorsFile(inputPath)
    for name in file.names.prefix(8) { _ = try? check(file.tensor(name)) }
  } catch {
    check(error)
  }
  return 0
}
