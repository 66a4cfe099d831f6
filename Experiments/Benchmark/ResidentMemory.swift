import Foundation

#if canImport(Glibc)
  import CMalloc
#endif

/// How much memory the process holds, and the most it held, in MiB.
///
/// From `/proc/self/status`, so on Linux alone; elsewhere, and where the kernel does not let a
/// process restart its own peak, everything is nil.
enum ResidentMemory {
  /// Gives freed memory back, restarts the peak, and returns what is left.
  static func settle() -> Double? {
    #if canImport(Glibc)
      malloc_trim(0)
    #endif
    guard let peak = FileHandle(forWritingAtPath: "/proc/self/clear_refs"),
      (try? peak.write(contentsOf: Data("5".utf8))) != nil
    else { return nil }
    return status("VmRSS")
  }

  /// The most since `settle()`.
  static var peak: Double? { status("VmHWM") }

  private static func status(_ field: String) -> Double? {
    guard let data = try? FileHandle(forReadingAtPath: "/proc/self/status")?.readToEnd() else {
      return nil
    }
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.first.map(String.init) == field + ":", words.count > 1 {
        return Double(words[1]).map { $0 / 1024 }
      }
    }
    return nil
  }
}
