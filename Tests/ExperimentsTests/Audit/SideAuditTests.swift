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
  }
}
