/// The number of the line that a place in a text is in, counted as one goes on.
struct LineCount: ~Escapable {
  private let bytes: Span<UInt8>
  private var position = 0
  private(set) var number = 1

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  @_lifetime(self: copy self)
  mutating func advance(to end: Int) {
    while position < min(end, bytes.count) {
      if bytes[position] == 0x0A { number += 1 }
      position += 1
    }
  }

  /// The number of one place's line.
  static func line(at place: Int, of bytes: Span<UInt8>) -> Int {
    var line = LineCount(bytes)
    line.advance(to: place)
    return line.number
  }
}
