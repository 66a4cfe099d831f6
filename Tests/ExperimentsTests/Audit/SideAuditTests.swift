import Contrastive
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("The rows of one side")
struct SideAuditTests {
  @Test("knows cones and ranks in closed form")
  func geometry() throws {
    // Three axes, each ten times: cosines 1 within and 0 across; the covariance has two equal eigenvalues.
    let axes = Matrix<Float>(rowCount: 30, columnCount: 5) { $0 % 3 == $1 ? Float($0 + 1) : 0 }
    let side = try SideAudit(axes.rowSource)
    #expect(abs(side.meanCosine - 3 * 90 / Double(30 * 29)) < 1e-6)
    #expect(abs(side.effectiveRank - 2) < 1e-5)
    #expect(abs(side.spread - 2.0 / 3) < 1e-6)
    // A third of the rows on each of three axes, and nothing on two.
    #expect(abs(side.deviation - 3 * (2.0 / 9).squareRoot() / 5) < 1e-6)
    #expect(!side.isCollapsed)
    let point = Matrix<Float>(rowCount: 30, columnCount: 5) { Float(($0 + 1) * ($1 + 1)) }
    let collapsed = try SideAudit(point.rowSource)
    #expect(collapsed.isCollapsed && collapsed.deviation < 1e-3)
    // What is left of such rows is rounding, which has no rank to print.
    let table = PairAudit(queries: collapsed, keys: side).table("sides")
    #expect(table.numbers(in: "queries").last == .some(nil))
    #expect(try abs(#require(table.numbers(in: "keys").last ?? nil) - 2) < 1e-5)
  }

  @Test("measures lengths whose squares Float does not have")
  func lengths() throws {
    for length in [Float(1e-30), 1e25] {
      let rows = Matrix<Float>(rowCount: 4, columnCount: 3) { $0 % 3 == $1 ? length : 0 }
      let norms = try SideAudit(rows.rowSource).norms
      for norm in [norms.least, norms.median, norms.greatest] {
        #expect(abs(norm / Double(length) - 1) < 1e-12)
      }
    }
  }

  @Test("takes a row of one number for a fault only where it could be of several")
  func constants() throws {
    let line = Matrix<Float>(rowCount: 3, columnCount: 1) { row, _ in Float(row) }
    let side = try SideAudit(line.rowSource)
    #expect(side.constantRows.isEmpty && side.zeroRows == [0])
    let plane = Matrix<Float>(rowCount: 3, columnCount: 2) { row, _ in Float(row) }
    #expect(try SideAudit(plane.rowSource).constantRows == [1, 2])
  }

  @Test("counts pairs that are equal to an earlier one, whichever of a query's keys that has")
  func copiedPairs() throws {
    let a: Matrix<Float> = [[1, 0], [1, 0], [1, 0], [0, 1]]
    let b: Matrix<Float> = [[2, 0], [3, 0], [3, 0], [3, 0]]
    let audit = try PairAudit(queries: SideAudit(a.rowSource), keys: SideAudit(b.rowSource))
    #expect(audit.copiedPairCount == 1)
  }

  @Test("knows sides whose rows are equal one by one, and not those in another order")
  func equality() throws {
    let rows = Matrix<Float>.random(rowCount: 20, columnCount: 3, seed: 1)
    let (side, copy) = (try SideAudit(rows.rowSource), try SideAudit(rows.rowSource))
    let turned = try SideAudit(rows.rows(at: Array(1..<20) + [0]).rowSource)
    #expect(PairAudit(queries: side, keys: copy).areEqual)
    #expect(!PairAudit(queries: side, keys: turned).areEqual)
    #expect(side.originals == turned.originals)
  }
}
