import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("Malformed files")
struct MalformedFileTests {
  static let files = MalformedFiles.all(seed: 2017)

  @Test("come in many kinds")
  func kinds() {
    #expect(Self.files.count >= 40)
    #expect(Set(Self.files.map(\.description)).count == Self.files.count)
  }

  @Test("are refused in one line that names the file", arguments: files)
  func refused(_ file: MalformedFile) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(file.bytes, to: file.description)
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    let line = try #require(error).description
    #expect(line.contains(file.description))
    #expect(isOneLine(line), "\(line)")
    #expect(error?.isMissingFile == false)
  }

  // What the message is about, for the kinds whose cause could be mistaken for another.
  @Test(
    "are refused for the right reason",
    arguments: [
      ("npy-empty", "empty"), ("npy-text", "begins with"), ("npy-version-9", "version 9.0"),
      ("npy-cut-in-data", "cut short"),
      ("npy-trailing-bytes", "expected 94 bytes, found 95, "),
      ("npy-type-big-endian", "astype('<f4')"), ("npy-header-fortran-order", "ascontiguousarray"),
      ("npy-type-bool", "'|b1' are not supported"), ("npy-type-record", "not supported"),
      ("npy-shape-overflow", "addressed"), ("npy-shape-huge", "addressed"),
      ("npy-shape-overflow-behind-zero", "addressed"), ("npy-shape-negative", "0 or more"),
      ("npy-shape-too-many-dimensions", "65 dimensions"), ("npy-header-twice", "twice"),
      ("npy-header-unknown-key", "'x' is unknown"), ("npy-header-length-past-end", "cut short"),
      ("safetensors-header-overlap", "overlap"), ("safetensors-header-gap", "overlap nor leave"),
      ("safetensors-header-gap-first", "expected 0"),
      ("safetensors-header-no-tensor", "found 34, "),
      ("safetensors-header-type-bool", "BOOL are not"), ("safetensors-header-twice", "twice"),
      ("safetensors-header-length-huge", "at most 100000000"), ("safetensors-deep-inside", "deep"),
      ("safetensors-header-offsets-past-end", "cut short"),
      ("safetensors-header-shape-too-large", "needs 32 bytes"),
      ("safetensors-header-offsets-huge", "cut short"),
      ("safetensors-header-lone-surrogate", "second half"),
      ("safetensors-header-low-surrogate", "first half"),
    ])
  func reason(_ name: String, _ text: String) throws {
    let directory = try TemporaryDirectory()
    let file = try #require(Self.files.first { $0.name == name })
    let path = try directory.write(file.bytes, to: file.description)
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    let line = try #require(error).description
    #expect(line.contains(text), "\(line)")
  }

  // A damaged header may still be a valid one, for a smaller type or another shape. Then every
  // element must be there, and reading must stay inside the file.
  @Test(
    "by chance never crash or lie",
    arguments: [
      "float32.npy", "version2.npy", "rank3.npy", "uint64.npy", "one.safetensors",
      "all.safetensors",
    ])
  func damaged(_ name: String) throws {
    let directory = try TemporaryDirectory()
    let original = try contents(of: fixture(name))
    var generator = SeededGenerator(seed: UInt64(name.utf8.count))
    var refusals = 0
    for round in 0..<200 {
      var bytes = original
      if round.isMultiple(of: 4) {
        bytes.removeLast(.random(in: 1...bytes.count, using: &generator))
      }
      let digits = bytes.indices.filter { 0x30...0x39 ~= bytes[$0] }
      if round.isMultiple(of: 3), let position = digits.randomElement(using: &generator) {
        // Half of these keep the syntax, and only make the header lie.
        bytes[position] = .random(in: 0x30...0x39, using: &generator)
      } else {
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          guard let position = bytes.indices.randomElement(using: &generator) else { break }
          bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
      }
      let path = try directory.write(bytes, to: name)
      do {
        for array in try arrays(in: path) {
          #expect(array.count == array.shape.reduce(1, *))
          #expect(array.count * array.elementType.byteCount <= bytes.count)
          #expect(array.converted(to: Double.self).count == array.count)
          if array.elementType.isInteger, let integers = try? array.integers() {
            #expect(integers.count == array.count)
          }
        }
      } catch {
        refusals += 1
        #expect(isOneLine(error.description), "\(error)")
        #expect(error.description.contains(name))
      }
    }
    #expect(refusals > 0)
  }

  private func arrays(in path: String) throws(ArrayFileError) -> [FileArray] {
    guard path.hasSuffix(".safetensors") else { return [try NumPyFile.read(path)] }
    let file = try SafetensorsFile(path)
    var arrays: [FileArray] = []
    for name in file.names {
      do {
        arrays.append(try file.tensor(name))
      } catch .unsupportedElementType {
        continue  // listed, and not read
      }
    }
    return arrays
  }
}

private func isOneLine(_ text: String) -> Bool {
  !text.isEmpty && text.count < 1000
    && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
}
