/// Where in the first row what is meant lies, if it lies deeper than its keys.
extension JSONRows {
  /// The rows that a key names values of, and the keys that lead to these in each.
  ///
  /// - Parameter key: As in ``values(key:for:)``. Keys that lie in one another are joined by points, and so are those
  ///   above an array of rows.
  func place(of key: String?) throws(ArrayFileError) -> (rows: JSONRows, path: [String]) {
    let bytes = file.span
    guard let first = try firstObject else { return (self, key.map { [$0] } ?? []) }
    var scanner = ByteScanner(bytes, from: first, path: file.source)
    var leaves: [JSONLeaf]
    do {
      leaves = try scanner.leaves()
    } catch .malformedHeader(let path, let reason) {
      throw .malformedText(
        path: path, line: LineCount.line(at: scanner.position, of: bytes), reason: reason)
    }
    let isLone = try !isDocument && scanner.peek() == nil
    // In one of several rows an array of objects is no array of rows.
    if !isLone { leaves = leaves.map(\.asArray) }
    if let key {
      let named = leaves.filter { $0.name == key }.min { $0.path.count < $1.path.count }
      if let named { return place(of: named) }
      let below = leaves.filter { $0.name.hasPrefix(key + ".") }
      if isLone, let rows = vectors(below, of: leaves, key: key) { return (rows, []) }
      throw .memberNotFound(
        path: file.source, kind: .key, name: key, available: leaves.uniqueNames.sorted())
    }
    let vectors = leaves.filter { $0.mayHoldNumbers }
    let candidates = vectors.isEmpty ? leaves : vectors
    if let lone = candidates.first, candidates.allSatisfy({ $0.name == lone.name }) {
      return place(of: lone)
    }
    if isLone, !isByLine, let rows = self.vectors(vectors, of: leaves, key: nil) {
      return (rows, [])
    }
    let others = leaves.filter { !$0.mayHoldNumbers }
    throw .ambiguousMember(
      path: file.source, kind: .key, available: (vectors + others).uniqueNames)
  }

  private func place(of leaf: JSONLeaf) -> (rows: JSONRows, path: [String]) {
    guard let rows = leaf.rows else { return (self, leaf.path) }
    return (
      below(leaf.path[..<rows.depth].joined(separator: "."), at: rows.range),
      Array(leaf.path[rows.depth...])
    )
  }

  /// An object's vectors as rows, if it has two or more, of one length, and nothing else.
  ///
  /// - Parameter all: All leaves, among them those of the object.
  private func vectors(
    _ leaves: [JSONLeaf], of all: [JSONLeaf], key: String?
  ) -> JSONRows? {
    guard let first = leaves.first, let length = first.count, length > 1,
      leaves.count > 1,
      leaves.allSatisfy({
        $0.object == first.object && $0.count == length && $0.rows == nil
      }), all.count(where: { $0.object == first.object }) == leaves.count
    else { return nil }
    return ofVectors(at: first.object, key: key, names: leaves.prefix(4).compactMap(\.path.last))
  }

  /// Where the first row begins, if that is an object.
  private var firstObject: Int? {
    get throws(ArrayFileError) {
      let bytes = file.span
      var scanner = ByteScanner(bytes, from: start, path: file.source)
      if try isDocument { _ = scanner.accept("[") }
      return scanner.peek() == UInt8(ascii: "{") ? scanner.position : nil
    }
  }
}

/// A value in an object, or in one of those in it, that is no object itself.
struct JSONLeaf {
  /// The keys that lead to it.
  let path: [String]

  /// Where the object begins that it is a value of.
  let object: Int

  /// Whether it is an array that may hold numbers, or arrays of them.
  var mayHoldNumbers = false

  /// Of such an array without arrays in it, how many it holds.
  var count: Int?

  /// The array of objects that it is in the first of, and how many keys lead there.
  var rows: (depth: Int, range: Range<Int>)?

  /// The array of objects that it is in the first of, as one value.
  var asArray: JSONLeaf {
    guard let rows else { return self }
    return JSONLeaf(path: Array(path[..<rows.depth]), object: object)
  }

  /// The keys, joined by points.
  var name: String { path.joined(separator: ".") }
}

extension [JSONLeaf] {
  /// The names, in order, each once.
  fileprivate var uniqueNames: [String] {
    var known: Set<String> = []
    return map(\.name).filter { known.insert($0).inserted }
  }
}

extension ByteScanner {
  /// Reads an object, and says what is in it.
  ///
  /// - Parameter path: The keys that lead to it.
  @_lifetime(self: copy self)
  fileprivate mutating func leaves(
    at path: [String] = [], depth: Int = 0
  ) throws(ArrayFileError) -> [JSONLeaf] {
    guard depth < Self.maximumDepth else {
      throw malformed("values nest deeper than \(Self.maximumDepth)")
    }
    var leaves: [JSONLeaf] = []
    var keys: Set<String> = []
    _ = peek()
    let object = position
    try beginObject()
    while let key = try nextKey(&keys) {
      let path = path + [key]
      switch peek() {
      case UInt8(ascii: "{"):
        let inner = try self.leaves(at: path, depth: depth + 1)
        leaves += inner.isEmpty ? [JSONLeaf(path: path, object: object)] : inner
      case UInt8(ascii: "["):
        leaves += try leavesOfArray(at: path, in: object, depth: depth + 1)
      default:
        try skipValue(depth: depth + 1, takesWords: true)
        leaves.append(JSONLeaf(path: path, object: object))
      }
    }
    return leaves
  }

  @_lifetime(self: copy self)
  private mutating func leavesOfArray(
    at path: [String], in object: Int, depth: Int
  ) throws(ArrayFileError) -> [JSONLeaf] {
    let start = position
    var ahead = self
    _ = ahead.accept("[")
    let isFlat = ahead.peek() != UInt8(ascii: "[")
    while ahead.accept("[") {}
    let first = ahead.peek()
    let holdsObjects = first == UInt8(ascii: "{")
    var leaves: [JSONLeaf] = []
    var count = 0
    try expect("[")
    while !accept("]") {
      if count > 0 { try expect(",") }
      if holdsObjects, isFlat, count == 0 {
        let inner = try self.leaves(at: path, depth: depth + 1)
        leaves = inner.isEmpty ? [JSONLeaf(path: path, object: object)] : inner
      } else {
        try skipValue(depth: depth + 1, takesWords: true)
      }
      count += 1
    }
    guard holdsObjects, isFlat else {
      let mayHoldNumbers = !holdsObjects && first != UInt8(ascii: "\"")
      return [
        JSONLeaf(
          path: path, object: object, mayHoldNumbers: mayHoldNumbers,
          count: mayHoldNumbers && isFlat ? count : nil)
      ]
    }
    return leaves.map { leaf in
      var leaf = leaf.asArray
      leaf.rows = (path.count, start..<position)
      return leaf
    }
  }
}
