import Contrastive
import ContrastiveCheckpoints
import ContrastiveFiles
import TestSupport
import Testing

@Suite("A power cut while a checkpoint is written")
struct PowerCutTests {
  private let directory: TemporaryDirectory
  private let checkpoint: Checkpoint
  private let old: [UInt8]
  private let new: [UInt8]

  init() throws {
    directory = try TemporaryDirectory()
    checkpoint = Checkpoint(at: directory("run"))
    var run = try TrainingRun<Float>()
    _ = try run.train(to: 1)
    try run.save(to: directory("first"))
    old = try contents(of: directory("first"))
    _ = try run.train(to: 2)
    try run.save(to: directory("second"))
    new = try contents(of: directory("second"))
  }

  /// Saves the second step over the first on a disk; whether the program saw it succeed.
  private func save(on disk: ForgetfulDisk) throws -> Bool {
    var run = try TrainingRun<Float>()
    _ = try run.train(to: 2)
    do {
      try checkpoint.save(by: disk) { run.list(in: &$0) }
      return true
    } catch {
      return false
    }
  }

  /// The step of the run that is restored from what was found; `nil` if none is.
  private func step(from outcome: [UInt8]?) throws -> Int? {
    guard let outcome else { return nil }
    let path = try directory.write(outcome, to: "found")
    var run = try TrainingRun<Float>()
    return (try? run.restore(from: path)) == nil ? nil : run.step
  }

  private func disk(
    powerLasts: Int = .max, promises: ForgetfulDisk.Promises = [.bytes, .names]
  ) -> ForgetfulDisk {
    ForgetfulDisk(old, at: checkpoint.path, powerLasts: powerLasts, promises: promises)
  }

  @Test("at any moment leaves the old one or the new one, and the new one once it was saved")
  func cuts() throws {
    let whole = disk()
    #expect(try save(on: whole))
    for outcome in whole.outcomes(at: checkpoint.path) { #expect(outcome == new) }

    var found: Set<Int> = []
    for powerLasts in 0..<whole.operationCount {
      let disk = disk(powerLasts: powerLasts)
      // The last operation makes it certain: without that the program is not told that it is.
      #expect(try !save(on: disk))
      for outcome in disk.outcomes(at: checkpoint.path) {
        let step = try #require(try step(from: outcome), "after \(powerLasts) operations")
        #expect(outcome == (step == 1 ? old : new))
        found.insert(step)
      }
    }
    #expect(found == [1, 2])
  }

  // What the two waits for the disk are for: without them the same cuts lose a checkpoint.
  @Test("loses both if the bytes were not on the disk before the name")
  func bytesForgotten() throws {
    let disk = disk(promises: .names)
    #expect(try save(on: disk))
    #expect(try disk.outcomes(at: checkpoint.path).contains { try step(from: $0) == nil })
  }

  @Test("loses the new one if the name was not")
  func nameForgotten() throws {
    let disk = disk(promises: .bytes)
    #expect(try save(on: disk))
    #expect(disk.outcomes(at: checkpoint.path).contains(old))
  }
}
