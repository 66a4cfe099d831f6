/// When to try again what did not pay: after one turn, then two, then four.
struct BackOff: Sendable {
  private var wait = 0
  private var penalty = 1

  mutating func isDue() -> Bool {
    guard wait > 0 else { return true }
    wait -= 1
    return false
  }

  mutating func note(success: Bool) {
    if success {
      penalty = 1
    } else {
      (wait, penalty) = (penalty, 2 * penalty)
    }
  }
}

/// One that is a panel's over all row blocks; at any time one thread holds the panel.
final class BackOffBox: @unchecked Sendable {
  var value = BackOff()
}
