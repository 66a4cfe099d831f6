import Dispatch
import Synchronization

/// Numbers that threads add to: under a lock that they wait for, and, with an argument, once without it.
final class Sums: @unchecked Sendable {
  let locked = Mutex([0])
  var bare = 0
}

let sums = Sums()
DispatchQueue.concurrentPerform(iterations: 8) { turn in
  for _ in 0..<20_000 {
    sums.locked.withLock { sums in
      sums[0] += turn
      if sums.count < 100 { sums.append(turn) } else { sums.removeLast(50) }
    }
    if CommandLine.argc > 1 { sums.bare += 1 }
  }
}
