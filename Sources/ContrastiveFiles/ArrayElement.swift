/// A number type that array files store as it lies in memory.
///
/// The types of this module's conformances are all there are: a new one would need an
/// ``ElementType``, and a name in both formats.
public protocol ArrayElement: BitwiseCopyable, Sendable {
  /// The type's name in files.
  static var elementType: ElementType { get }
}

// Elements are mapped and written without a byte swap.
#if _endian(big)
  #error("ContrastiveFiles stores numbers as they lie in memory, which must be little-endian")
#endif

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))  // no Float16 there
  extension Float16: ArrayElement {
    public static var elementType: ElementType { .float16 }
  }
#endif

extension Float: ArrayElement {
  public static var elementType: ElementType { .float32 }
}

extension Double: ArrayElement {
  public static var elementType: ElementType { .float64 }
}

extension Int: ArrayElement {
  #if _pointerBitWidth(_64)
    public static var elementType: ElementType { .int64 }
  #else
    public static var elementType: ElementType { .int32 }
  #endif
}

extension Int8: ArrayElement {
  public static var elementType: ElementType { .int8 }
}

extension Int16: ArrayElement {
  public static var elementType: ElementType { .int16 }
}

extension Int32: ArrayElement {
  public static var elementType: ElementType { .int32 }
}

extension Int64: ArrayElement {
  public static var elementType: ElementType { .int64 }
}

extension UInt8: ArrayElement {
  public static var elementType: ElementType { .uint8 }
}

extension UInt16: ArrayElement {
  public static var elementType: ElementType { .uint16 }
}

extension UInt32: ArrayElement {
  public static var elementType: ElementType { .uint32 }
}

extension UInt64: ArrayElement {
  public static var elementType: ElementType { .uint64 }
}
