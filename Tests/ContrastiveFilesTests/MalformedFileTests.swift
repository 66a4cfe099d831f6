import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("Malformed files")
struct MalformedFileTests {
  static let files = MalformedFiles.all(seed: 2017)

  @Test("come in many kinds")
  func kinds() {
    #expect(Self.files.count >= 200)
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
      ("npy-type-big-endian-other-size", "cut short"), ("npy-type-bool-other-size", "found 94, "),
      ("npy-type-record", "not supported"), ("npy-type-object", "allow_pickle=True"),
      ("npy-shape-overflow", "addressed"), ("npy-shape-huge", "addressed"),
      ("npy-shape-overflow-behind-zero", "addressed"), ("npy-shape-negative", "0 or more"),
      ("npy-shape-too-many-dimensions", "65 dimensions"), ("npy-header-twice", "twice"),
      ("npy-header-unknown-key", "'x' is unknown"), ("npy-header-length-past-end", "cut short"),
      ("safetensors-header-overlap", "overlap"), ("safetensors-header-gap", "overlap nor leave"),
      ("safetensors-header-gap-first", "expected 0"),
      ("safetensors-header-no-tensor", "found 34, "),
      ("safetensors-header-type-bool-other-size", "needs 6 bytes"),
      ("safetensors-header-twice", "twice"),
      ("safetensors-header-length-huge", "at most 100000000"), ("safetensors-deep-inside", "deep"),
      ("safetensors-header-offsets-past-end", "cut short"),
      ("safetensors-header-shape-too-large", "needs 32 bytes"),
      ("safetensors-header-offsets-huge", "cut short"),
      ("safetensors-header-shape-overflow-bits", "addressed"),
      ("safetensors-header-type-unknown", "'F31' is unknown"),
      ("safetensors-header-type-other-unsupported-size", "of F8_E4M3 needs 6 bytes"),
      ("safetensors-header-type-within-a-byte", "within a byte"),
      ("safetensors-header-lone-surrogate", "second half"),
      ("safetensors-header-low-surrogate", "first half"),
      ("zip-empty", "holds no arrays"), ("zip-no-array", "holds no arrays"),
      ("zip-twice", "there twice"),
      ("zip-checksum", "checksum differs"), ("zip-encrypted", "encrypted"),
      ("zip-method", "method 12"), ("zip-moved", "not where the archive says"),
      ("zip-past-end", "cut short"), ("zip-sizes-differ", "two sizes differ"),
      ("zip-not-deflated", "cannot be inflated"), ("zip-count", "says it has 2 members, found 1"),
      ("zip-no-end", "has no end"), ("zip-name-not-utf-8", "not UTF-8"),
      ("zip-member-is-text", "begins with"), ("gzip-empty", "cut short"),
      ("gzip-checksum", "incorrect data check"), ("gzip-length", "incorrect length check"),
      ("gzip-cut", "cut short"), ("gzip-trailing-bytes", "4 bytes follow"),
      ("csv-empty", "empty"), ("csv-header-only", "is 'b', expected a number"),
      ("csv-ragged", "line 3: row 1 has 2 fields, expected 3"),
      ("csv-too-wide", "line 2: row 1 has 4 fields, expected 3"),
      ("csv-word", "line 3: column 1 is 'x', expected a number"),
      ("csv-gap", "line 2: column 1 is empty"), ("csv-hexadecimal", "is '0x10'"),
      ("csv-not-utf-8", "line 2: is not UTF-8"), ("csv-open-quote", "line 2: a quotation mark"),
      ("csv-behind-quote", "line 2: text follows"), ("csv-two-points", "is '1.2.3'"),
      ("txt-ragged", "line 2: row 1 has 2 fields, expected 3"), ("txt-blank", "no rows"),
      ("txt-comment-only", "no rows"), ("jsonl-ragged", "line 3: row 2 has 2 numbers"),
      ("jsonl-unclosed", "line 2: expected ',', found the end"),
      ("jsonl-keys", ".jsonl:key; it holds a, b"),
      ("jsonl-missing-key", "holds no key 'a'"), ("jsonl-word", "line 1: expected a number"),
      ("jsonl-null", "line 1: null is no number; leave out the row"), ("jsonl-deep", "deep"),
      ("jsonl-text-behind", "line 1: expected a number"),
      ("jsonl-several", "the array of all rows has ended, and more follows"),
      ("jsonl-rank-3", "2 rows hold 4 arrays"),
      ("jsonl-kinds", "line 2: row 1 is of another kind"),
      ("json-unclosed", "line 1: expected ',', found the end"),
      ("json-cut", "line 1: expected a number, found the end"),
      ("fvecs-empty", "empty"), ("fvecs-cut", "cut short"), ("fvecs-zero", "0 elements"),
      ("fvecs-negative", "-1 elements"), ("fvecs-huge", "cut short"),
      ("fvecs-ragged", "row 1 has 2 elements, expected 3"),
      ("fbin-empty", "cut short"), ("fbin-cut", "cut short"), ("fbin-trailing-byte", "found 33, "),
      ("fbin-huge", "addressed"), ("index-no-map", "lacks a 'weight_map'"),
      ("index-other-folder", "no name of a file beside the index"),
      ("index-no-tensors", "holds no tensors"), ("index-number", "expected '\"'"),
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

  // Every format, cut at every byte and changed in all ways: what is still read must be whole. `.ci/fuzz` goes on with it.
  @Test(
    "of any format never crash or lie when cut or changed",
    arguments: [
      "arrays.npz:rows", "compressed.npz:fortran", "zip64.npz:numbers", "rows.npy.gz", "header.csv",
      "header.csv.gz", "quoted.tsv:label", "lists.csv:embedding", "decimal-commas.csv",
      "labels.txt",
      "savetxt.txt", "records.jsonl:embedding", "document.json", "rows.fvecs", "rows.bvecs",
      "rows.fbin", "rows.i8bin", "no-suffix", "model.safetensors.index.json:rows",
    ])
  func changed(_ specification: String) throws {
    let directory = try TemporaryDirectory()
    let parts = specification.split(separator: ":")
    let (name, member) = (String(parts[0]), parts.dropFirst().map { ":\($0)" }.joined())
    for shard in ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] {
      _ = try directory.write(contents(of: fixture("formats/\(shard)")), to: shard)
    }
    let original = try contents(of: fixture("formats/\(name)"))
    var generator = SeededGenerator(seed: UInt64(original.count))
    var refusals = 0
    for round in 0..<original.count + 400 {
      var bytes = original
      if round < original.count {
        bytes.removeLast(original.count - round)
      } else if round.isMultiple(of: 4) {
        bytes.insert(
          .random(in: 0...255, using: &generator),
          at: .random(in: 0...bytes.count, using: &generator))
      } else {
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let position = Int.random(in: bytes.indices, using: &generator)
          bytes[position] =
            round.isMultiple(of: 3)
            ? [0, 0xFF, 0x7F, 0x80].randomElement(using: &generator) ?? 0
            : bytes[position] ^ 1 << UInt8.random(in: 0..<8, using: &generator)
        }
      }
      let path = try directory.write(bytes, to: name)
      do {
        let array = try FileArray(reading: path + member)
        #expect(array.converted(to: Double.self).count == array.shape.reduce(1, *))
      } catch {
        refusals += 1
        #expect(isOneLine(error.description) && error.description.contains(directory.path))
      }
      if let labels = try? FileLabels(reading: [path + member]), let names = labels.names {
        #expect(labels.numbers[0].allSatisfy { names.indices.contains($0) })
      }
    }
    #expect(refusals > original.count / 4)
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
