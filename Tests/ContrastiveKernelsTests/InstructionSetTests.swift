import ContrastiveKernels
import Testing

@Suite("Instruction sets")
struct InstructionSetTests {
  @Test("are available from the portable one up, and one of them is used")
  func available() {
    #expect(InstructionSet.available.first == .portable)
    #expect(InstructionSet.available.contains(.best))
  }

  @Test("that this processor lacks fall back to the portable loops")
  func fallback() {
    for isa in InstructionSet.allCases {
      let block = Block<Float>(rowCount: 1, columnCount: 2)
      block[0, 1] = 3
      #expect(block.dots(with: block, on: isa) == [9])
    }
  }
}
