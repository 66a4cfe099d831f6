import Testing

@testable import Experiments

@Suite("PrintedNumber")
struct PrintedNumberTests {
  @Test("agrees with what rounds to its digits")
  func agreement() {
    let cases: [(PrintedNumber, near: Double, far: Double)] = [
      ("0.45", 0.4549, 0.4551), ("0.007", 0.00651, 0.00649), ("8.27", 8.2651, 8.2649),
      ("12", 12.4, 12.6), ("2.06106005e-09", 2.061060054e-9, 2.061060056e-9),
      ("1.5e+02", 154, 156),
    ]
    for (printed, near, far) in cases {
      #expect(printed.agrees(with: near), "\(printed.text)")
      #expect(!printed.agrees(with: far), "\(printed.text)")
    }
  }

  @Test("allows a number printed in full its last rounding errors, and no more")
  func fullPrecision() {
    let printed: PrintedNumber = "0.9463885774855847"
    #expect(printed.agrees(with: 0.9463885774855845))
    #expect(!printed.agrees(with: 0.946388577485583))
  }

  @Test("agrees with nothing if it is no number")
  func noNumber() {
    #expect(!PrintedNumber("about 1").agrees(with: 1))
    #expect(!PrintedNumber("1").agrees(with: .nan))
  }

  @Test("of things are one of a thing or several, which some are by ies")
  func words() {
    #expect(
      1.words("epoch") == "1 epoch" && 2.words("epoch") == "2 epochs"
        && 0.words("seed") == "0 seeds")
    #expect(
      1.words("query") == "1 query" && 3.words("query") == "3 queries" && 3.words("key") == "3 keys"
    )
  }
}
