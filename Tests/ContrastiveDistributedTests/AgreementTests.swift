import Contrastive
import ContrastiveDistributed
import Dispatch
import Testing
import TestSupport

/// What one rank has wrong, all ranks say.
@Suite("ranks that do not agree")
struct AgreementTests {
  /// Every rank's error.
  func errors(
    ranks: Int = 3,
    _ body: @escaping @Sendable (LocalGroup) throws(ContrastiveError) -> Void
  ) -> [String?] {
    LocalGroup.run(count: ranks, limit: .seconds(60), body).map {
      if case .failure(let error) = $0 { "\(error)" } else { nil }
    }
  }

  static func rows(_ rank: Int, columnCount: Int = 4) -> Matrix<Float> {
    .random(rowCount: 3 + rank, columnCount: columnCount, seed: UInt64(rank))
  }

  func expectSame(_ errors: [String?], naming parts: [String]) {
    #expect(errors.allSatisfy { $0 != nil && $0 == errors[0] }, "\(errors)")
    for part in parts { #expect(errors[0]?.contains(part) == true, "\(errors[0] ?? "")") }
  }

  @Test("name the rank with another number of columns")
  func columns() {
    let found = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank, columnCount: group.rank == 2 ? 5 : 4)
      _ = try CLIP(temperature: 0.1).valueWithGradient(images: rows, texts: rows, across: group)
    }
    expectSame(found, naming: ["columns", "rank 2", "5", "4"])
  }

  @Test("refuse a literal that is no temperature of weights")
  func weightTemperature() throws {
    let found = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try DecoupledContrastive(temperature: 0.1, weightTemperature: -0.5).valueWithGradient(
        viewA: rows, viewB: rows, across: group)
    }
    expectSame(found, naming: ["weight", "-0.5"])
  }

  @Test("name the rank with another temperature")
  func temperature() {
    let found = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try InfoNCE(temperature: group.rank == 1 ? 0.2 : 0.1).valueWithGradient(
        queries: rows, positives: rows, across: group)
    }
    expectSame(found, naming: ["temperature", "rank 1", "0.2", "0.1"])
  }

  @Test("name the rank and the row of a NaN")
  func notFinite() {
    let found = errors { group throws(ContrastiveError) in
      var rows = Self.rows(group.rank)
      if group.rank == 1 { rows[2, 0] = .nan }
      _ = try NTXent(temperature: 0.1).valueWithGradient(
        viewA: Self.rows(group.rank), viewB: rows, across: group)
    }
    expectSame(found, naming: ["viewB", "rank 1", "row 2"])
  }

  @Test("name the rank whose arrays do not fit each other")
  func shape() {
    let found = errors { group throws(ContrastiveError) in
      _ = try SigLIP(temperature: 0.1, bias: 0).valueWithGradient(
        images: Self.rows(group.rank),
        texts: Self.rows(group.rank == 0 ? 1 : group.rank), across: group)
    }
    expectSame(found, naming: ["texts", "rank 0", "3"])
  }

  @Test("name the rank that calls for another loss")
  func loss() {
    let found = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      if group.rank == 2 {
        _ = try MoCoV3(temperature: 0.1).valueWithGradient(queries: rows, keys: rows, across: group)
      } else {
        _ = try CLIP(temperature: 0.1).valueWithGradient(images: rows, texts: rows, across: group)
      }
    }
    expectSame(found, naming: ["loss", "rank 2", "MoCoV3", "CLIP"])
  }

  @Test("name the rank with other products")
  func products() {
    let kinds = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try InfoNCE(temperature: 0.1).valueWithGradient(
        queries: rows, positives: rows,
        options: ComputeOptions(products: group.rank == 1 ? .sixteenBit : .full), across: group)
    }
    expectSame(kinds, naming: ["products", "rank 1", "sixteen-bit", "full"])
    let bounds = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try NTXent(temperature: 0.1).valueWithGradient(
        viewA: rows, viewB: rows,
        options: ComputeOptions(largestLogitError: group.rank == 2 ? 1e-3 : nil), across: group)
    }
    expectSame(bounds, naming: ["largestLogitError", "rank 2", "0.001"])
  }

  @Test("name the rank with other variables, or another scalar")
  func options() {
    let variables = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      _ = try CLIP(temperature: 0.1).valueWithGradient(
        images: rows, texts: rows, of: group.rank == 1 ? .images : .all, across: group)
    }
    expectSame(variables, naming: ["variables", "rank 1"])
    let scalar = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      if group.rank == 1 {
        let wide: Matrix<Double> = rows.converted()
        _ = try CLIP(temperature: 0.1).valueWithGradient(images: wide, texts: wide, across: group)
      } else {
        _ = try CLIP(temperature: 0.1).valueWithGradient(images: rows, texts: rows, across: group)
      }
    }
    expectSame(scalar, naming: ["scalar", "rank 1", "Double", "Float"])
  }

  @Test("refuse a batch without rows")
  func noRows() {
    let found = errors { group throws(ContrastiveError) in
      let none = Matrix<Float>(rowCount: 0, columnCount: 4)
      _ = try CLIP(temperature: 0.1).valueWithGradient(images: none, texts: none, across: group)
    }
    expectSame(found, naming: ["batch", "at least one row"])
  }

  @Test("name a label that is no class")
  func label() {
    let found = errors { group throws(ContrastiveError) in
      let rows = Self.rows(group.rank)
      var labels = Array(repeating: 0, count: rows.rowCount)
      if group.rank == 1 { labels[3] = 99 }
      _ = try NormFaceSoftmax(temperature: 0.1).valueWithGradient(
        features: rows, classWeights: rows, labels: labels, across: group)
    }
    expectSame(found, naming: ["labels", "rank 1", "99", "row 3"])
  }

  @Test("end when a rank has left, and say so ever after", arguments: 0..<20)
  func leaving(_ round: Int) {
    let outcomes = LocalGroup.run(count: 4, limit: .seconds(60)) {
      group throws(ContrastiveError) -> [String] in
      let rows = Self.rows(group.rank)
      let loss = CLIP(temperature: 0.1)
      // It leaves before the first call, or before a later one.
      for call in 0..<3 where group.rank != round % 4 || call < round / 4 % 3 {
        _ = try loss.valueWithGradient(images: rows, texts: rows, across: group)
      }
      if group.rank == round % 4 { return [] }
      do {
        try group.barrier()
        return ["no error"]
      } catch {
        return ["\(error)"]
      }
    }
    for (rank, outcome) in outcomes.enumerated() where rank != round % 4 {
      switch outcome {
      case .failure(let error): #expect("\(error)".contains("left"), "\(error)")
      case .success(let texts): #expect(texts.allSatisfy { $0.contains("left") }, "\(texts)")
      }
    }
  }

  @Test("end when a rank is silent for longer than the limit, and say so ever after")
  func silence() throws {
    let isOver = DispatchSemaphore(value: 0)
    let texts = try LocalGroup.run(count: 2, limit: .milliseconds(50)) {
      group throws(ContrastiveError) -> [String] in
      guard group.rank == 0 else {
        isOver.wait()
        return []
      }
      defer { isOver.signal() }
      return (0..<2).map { _ in
        do {
          try group.barrier()
          return "no error"
        } catch {
          return "\(error)"
        }
      }
    }[0].get()
    #expect(texts.count == 2 && texts[0] == texts[1], "\(texts)")
    #expect(texts[0].contains("rank 1") && texts[0].contains("silence"), "\(texts)")
  }
}
