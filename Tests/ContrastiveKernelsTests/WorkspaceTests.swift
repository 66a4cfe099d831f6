import ContrastiveKernels
import Testing

@Suite("A workspace")
struct WorkspaceTests {
  @Test("hands out again what came back")
  func reuse() {
    let workspace = Workspace(retaining: 1 << 30)
    for _ in 0..<3 {
      let block = Block<Float>(rowCount: 100, columnCount: 1000, from: workspace)
      #expect(block[99, 999] == 0)
      block[99, 999] = 1
    }
    #expect(workspace.allocationCount == 1)
    #expect(workspace.retainedByteCount >= 400_000)
    workspace.removeAll()
    #expect(workspace.retainedByteCount == 0)
  }

  @Test("gives two holders two memories, and no caller a much larger one than it needs")
  func holders() {
    let workspace = Workspace(retaining: 1 << 30)
    do {
      let first = Block<Double>(rowCount: 100, columnCount: 1000, from: workspace)
      let second = Block<Double>(rowCount: 100, columnCount: 1000, from: workspace)
      first[0, 0] = 1
      #expect(second[0, 0] == 0)
      #expect(workspace.retainedByteCount == 0)
    }
    #expect(workspace.allocationCount == 2)
    _ = Block<Double>(rowCount: 10, columnCount: 1000, from: workspace)
    #expect(workspace.allocationCount == 3)
    _ = Block<Double>(rowCount: 95, columnCount: 1000, from: workspace)
    #expect(workspace.allocationCount == 3)
  }

  @Test("keeps no more than its limit, and of that the latest")
  func limit() {
    let workspace = Workspace(retaining: 1_000_000)
    for columnCount in [100_000, 50_000, 90_000] {
      _ = Block<Double>(rowCount: 1, columnCount: columnCount, from: workspace)
    }
    #expect(workspace.retainedByteCount == 720_000)
    _ = Block<Double>(rowCount: 1, columnCount: 200_000, from: workspace)
    #expect(workspace.retainedByteCount == 720_000)
    let none = Workspace(retaining: 0)
    _ = Block<Double>(rowCount: 1, columnCount: 100_000, from: none)
    #expect(none.retainedByteCount == 0)
  }
}
