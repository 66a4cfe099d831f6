import CContrastiveKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The vector instructions that the kernels were compiled for.
///
/// One is chosen for the process, the widest that the processor has. The environment variable
/// `CONTRASTIVE_ISA` (`portable`, `avx2`, `avx512`, `avx512vnni`, `avx512bf16` or `amx`) takes a narrower one, for
/// tests and comparisons; a name that is unknown here, or not available, is not obeyed.
public enum InstructionSet: String, CaseIterable, Hashable, Sendable {
  /// What every processor of the architecture has: SSE2 on x86-64, NEON on arm64.
  case portable
  /// AVX2 with fused multiply-add.
  case avx2
  /// AVX-512 F, BW, DQ and VL.
  case avx512
  /// The same, and products of 8-bit integers (VNNI), by which logits that cannot matter are told,
  /// and of 16-bit ones.
  case avx512vnni
  /// The same, and products of bfloat16, which gradients may take.
  case avx512bf16
  /// The same, and products of tiles of 8-bit integers and of bfloat16 (AMX), at eight times the rate of these.
  ///
  /// Linux gives tiles to a process that asks for them, which the first question for what is available does: from
  /// then on an alternate signal stack has to have room for them, `getauxval(AT_MINSIGSTKSZ)` bytes.
  case amx

  /// Those that this processor can run.
  public static let available: [InstructionSet] = allCases.filter(\.isAvailable)

  /// The one that calls use.
  public static let best: InstructionSet = {
    if let name = unsafe getenv("CONTRASTIVE_ISA"),
      let wanted = unsafe InstructionSet(rawValue: String(cString: name)), wanted.isAvailable
    {
      return wanted
    }
    return available.last ?? .portable
  }()

  var isAvailable: Bool { unsafe tables != nil }

  /// What was compiled for this set; `nil` where this build or this processor cannot run it.
  @unsafe var tables: UnsafePointer<contrastive_tables>? {
    switch self {
    case .portable: unsafe contrastive_portable()
    case .avx2: unsafe contrastive_avx2()
    case .avx512: unsafe contrastive_avx512()
    case .avx512vnni: unsafe contrastive_avx512vnni()
    case .avx512bf16: unsafe contrastive_avx512bf16()
    case .amx: unsafe contrastive_amx()
    }
  }

  /// The same, or the portable ones, which give the same results to rounding.
  @unsafe var runnableTables: UnsafePointer<contrastive_tables> {
    unsafe tables ?? contrastive_portable()
  }

  /// The set whose kernels this one takes: `avx512bf16` has but products of its own.
  var kernels: InstructionSet { self == .avx512bf16 ? .avx512vnni : self }
}
