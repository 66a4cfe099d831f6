import ArgumentParser
import Contrastive

/// The choices of `--diagnostics`.
enum DiagnosticsChoice: String, CaseIterable, ExpressibleByArgument {
  /// Calls with and without, in turns.
  case both
  /// Calls with diagnostics only, which is the losses' default.
  case all
  /// Calls without only.
  case none

  /// What the calls in `milliseconds` ask for.
  var level: DiagnosticsLevel { self == .none ? .none : .all }
}
