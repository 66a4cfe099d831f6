import ContrastiveFiles
import TestSupport
import Testing

/// Headers changed at random, with what the official reader says of them: `make_safetensors_mutants.py`.
@Suite("Safetensors headers changed at random")
struct SafetensorsMutantTests {
  private struct Mutant {
    let isTaken: Bool
    let dataCount: Int
    let header: String
  }

  private static func mutants() throws -> [Mutant] {
    let text = String(decoding: try contents(of: fixture("safetensors-mutants.tsv")), as: UTF8.self)
    return try text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t", maxSplits: 2)
      return Mutant(
        isTaken: fields[0] == "taken", dataCount: try #require(Int(fields[1])),
        header: String(fields[2]))
    }
  }

  @Test("are taken and refused as by the official reader")
  func verdicts() throws {
    let directory = try TemporaryDirectory()
    let mutants = try Self.mutants()
    #expect(mutants.count == 1740 && mutants.count(where: \.isTaken) == 334)
    for mutant in mutants {
      let bytes = MalformedFiles.safetensors(mutant.header, dataByteCount: mutant.dataCount)
      let path = try directory.write(bytes, to: "mutant.safetensors")
      do {
        _ = try SafetensorsFile(path)
        #expect(mutant.isTaken, "\(mutant.header)")
      } catch .invalidShape(_, let shape, _) where shape.contains(0) && shape.contains(.max) {
        // The others' product overflows: there are no elements, and readers differ.
      } catch {
        #expect(!mutant.isTaken, "\(mutant.header): \(error)")
      }
    }
  }
}
