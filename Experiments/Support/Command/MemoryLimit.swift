import ContrastiveKernels
import Foundation
import Synchronization

/// Too little memory: what the process may not have, see `ulimit -v`.
///
/// It ends the process with a line and status 71. Where a Swift array finds no room, a line of Swift's own comes before.
enum MemoryLimit {
  private static let line: StaticString =
    "error: not enough memory: give fewer rows, or raise the limit (ulimit -v)\n"

  private static let isEnding = Atomic(false)

  /// To be called before anything else.
  static func heed() {
    #if os(Linux)
      restart()
    #endif
    OutOfMemory.onEnd { reason in
      StandardError.writeLine("error", reason)
      Leftovers.endProcess(.outOfMemory)
    }
    isEnding.store(false, ordering: .relaxed)
    signal(SIGABRT) { _ in
      // Swift ends so where an allocation fails, and what failed last was that. Others are the system's to report.
      guard errno == ENOMEM else {
        signal(SIGABRT, SIG_DFL)
        return
      }
      // Nor may what ends the process run out of memory again.
      if MemoryLimit.isEnding.exchange(true, ordering: .relaxed) || !Interruption.isWatching {
        MemoryLimit.endAtOnce()
      }
      Interruption.ring(.outOfMemory)
      sleep(5)
      MemoryLimit.endAtOnce()
    }
  }

  /// Ends the process in the thread that answers signals.
  static func answer() -> Never {
    StandardError.write("\(line)")
    Leftovers.endProcess(.outOfMemory)
  }

  /// Ends the process without another allocation.
  private static func endAtOnce() -> Never {
    _ = unsafe write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
    _exit(ExitStatus.outOfMemory.rawValue)
  }

  #if os(Linux)
    /// Begins again with OpenBLAS told to make no threads, which nothing here uses, and malloc to keep to one arena.
    ///
    /// OpenBLAS makes threads when it is loaded. Each takes a buffer at once, and where that is denied asks again without
    /// end; then the process never ends either, since it waits for them. Malloc sets aside 64 MiB for each thread, and
    /// may do so in the moment in which addresses are given back for a buffer.
    private static func restart() {
      var limit = rlimit()
      let name = "OPENBLAS_NUM_THREADS"
      guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
        limit.rlim_cur != rlim_t.max, ProcessInfo.processInfo.environment[name] != "1"
      else { return }
      unsafe setenv(name, "1", 1)
      unsafe setenv("MALLOC_ARENA_MAX", "1", 1)
      // Where it cannot, things are as they were.
      unsafe execv("/proc/self/exe", CommandLine.unsafeArgv)
    }
  #endif
}
