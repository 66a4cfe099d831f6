import ContrastiveFiles

/// The list of a checkpoint's parts, as it stands in the file's metadata.
///
/// ```
/// "checkpoint": "1"             the version of this layout
/// "checkpoint CRC-32": "0f3a…"  the sum of that and what follows
/// "part encoder": "LinearEncoder<Float>, CRC-32 89ab…"
/// ```
struct CheckpointManifest {
  struct Item {
    let kind: String
    let checksum: String
  }

  private static let version = "1"
  private static let versionKey = "checkpoint"
  private static let checksumKey = "checkpoint CRC-32"
  private static let partPrefix = "part "
  private static let checksumSeparator = ", CRC-32 "

  private(set) var items: [String: Item] = [:]

  init(of parts: [String: CheckpointPart]) {
    items = parts.mapValues { Item(kind: $0.kind, checksum: $0.checksum) }
  }

  init(_ metadata: [String: String], path: String) throws(CheckpointError) {
    func notCheckpoint(_ reason: String) -> CheckpointError {
      CheckpointError(path, part: nil, .notCheckpoint(reason: reason))
    }
    var rest = metadata
    guard let version = rest.removeValue(forKey: Self.versionKey),
      let checksum = rest.removeValue(forKey: Self.checksumKey)
    else { throw notCheckpoint("its metadata hold no list of parts") }
    guard version == Self.version else {
      throw notCheckpoint(
        "it is of version \(ArrayFileError.excerpt(version)), expected \(Self.version)")
    }
    for (key, value) in rest {
      let digits = value.suffix(8)
      let kind = value.dropLast(digits.count)
      guard key.hasPrefix(Self.partPrefix), kind.hasSuffix(Self.checksumSeparator) else {
        throw notCheckpoint(
          "'\(ArrayFileError.excerpt(key))' of its metadata does not say what a part is")
      }
      items[String(key.dropFirst(Self.partPrefix.count))] = Item(
        kind: String(kind.dropLast(Self.checksumSeparator.count)), checksum: String(digits))
    }
    guard checksum == self.checksum else { throw CheckpointError(path, part: nil, .damaged) }
  }

  var metadata: [String: String] {
    var result = [Self.versionKey: Self.version, Self.checksumKey: checksum]
    for (name, item) in items {
      result[Self.partPrefix + name] = item.kind + Self.checksumSeparator + item.checksum
    }
    return result
  }

  private var checksum: String {
    var checksum = Checksum()
    checksum.append(Self.version)
    for (name, item) in items.sorted(by: { $0.key < $1.key }) {
      for text in [name, item.kind, item.checksum] { checksum.append(text) }
    }
    return checksum.digits
  }
}
