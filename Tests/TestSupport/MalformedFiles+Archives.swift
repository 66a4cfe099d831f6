import ContrastiveEmbeddings

extension MalformedFiles {
  /// A zip archive of one stored member, any number of which may be wrong.
  package struct Archive {
    package var name = Array("x.npy".utf8)
    package var contents = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n")
    package var method = 0
    package var flags = 0
    package var checksum: Int?
    package var size: Int?
    package var compressedSize: Int?
    package var offset = 0
    package var entryCount: Int?
    package var copies = 1

    package init() {}

    package var bytes: [UInt8] {
      let sum = checksum ?? Int(crc32(contents))
      let sizes =
        littleEndian(compressedSize ?? contents.count, byteCount: 4)
        + littleEndian(size ?? contents.count, byteCount: 4)
      let common =
        littleEndian(20, byteCount: 2) + littleEndian(flags, byteCount: 2)
        + littleEndian(method, byteCount: 2) + [0, 0, 0, 0] + littleEndian(sum, byteCount: 4)
        + sizes + littleEndian(name.count, byteCount: 2) + [0, 0]
      let local = Array("PK\u{3}\u{4}".utf8) + common + name + contents
      let entry =
        Array("PK\u{1}\u{2}".utf8) + [20, 0] + common + [UInt8](repeating: 0, count: 10)
        + littleEndian(offset, byteCount: 4) + name
      let entries = Array([[UInt8]](repeating: entry, count: copies).joined())
      let count = littleEndian(entryCount ?? copies, byteCount: 2)
      return local + entries + Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + count + count
        + littleEndian(entries.count, byteCount: 4) + littleEndian(local.count, byteCount: 4)
        + [0, 0]
    }
  }

  /// The sum that zip and gzip keep of their contents.
  package static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0)
      }
    }
  }

  /// A gzip file of one block that is stored as it is.
  package static func gzip(_ contents: [UInt8], checksum: UInt32? = nil, length: Int? = nil)
    -> [UInt8]
  {
    let count = littleEndian(contents.count, byteCount: 2)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + count + count.map { ~$0 } + contents
      + littleEndian(Int(checksum ?? crc32(contents)), byteCount: 4)
      + littleEndian(length ?? contents.count, byteCount: 4)
  }

  static func archives(_ generator: inout SeededGenerator) -> [MalformedFile] {
    func archive(_ change: (inout Archive) -> Void) -> [UInt8] {
      var archive = Archive()
      change(&archive)
      return archive.bytes
    }
    let good = Archive().bytes
    let zips: [(String, [UInt8])] = [
      ("empty", Array("PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0, count: 18)),
      ("no-array", archive { $0.name = Array("x.txt".utf8) }),
      ("twice", archive { $0.copies = 2 }),
      ("checksum", archive { $0.checksum = 1 }),
      ("encrypted", archive { $0.flags = 1 }),
      ("method", archive { $0.method = 12 }),
      ("moved", archive { $0.offset = 1 }),
      ("past-end", archive { ($0.size, $0.compressedSize) = (1 << 20, 1 << 20) }),
      ("sizes-differ", archive { $0.size = 7 }),
      ("not-deflated", archive { ($0.method, $0.contents) = (8, [0xFF, 0xFF]) }),
      ("count", archive { $0.entryCount = 2 }),
      ("no-end", good.dropLast(.random(in: 1...22, using: &generator))),
      ("name-not-utf-8", archive { $0.name = [0xFF, 0xFE] }),
      ("member-is-text", archive { $0.contents = Array("1,2\n".utf8) }),
      ("member-cut", archive { $0.contents.removeLast() }),
    ]
    let contents = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n")
    let zipped = gzip(contents)
    let gzips: [(String, [UInt8])] = [
      ("empty", Array(zipped.prefix(10))),
      ("cut", zipped.dropLast(.random(in: 1...8, using: &generator))),
      ("checksum", gzip(contents, checksum: 1)),
      ("length", gzip(contents, length: 1)),
      ("trailing-bytes", zipped + [0x1F, 0x8B, 7, 7]),
      ("twice-compressed", gzip(zipped)),
      ("text", gzip(Array("1,x\n1,2\n".utf8))),
    ]
    return zips.map { MalformedFile(name: "zip-\($0.0)", suffix: ".npz", bytes: $0.1) }
      + gzips.map { MalformedFile(name: "gzip-\($0.0)", suffix: ".npy.gz", bytes: $0.1) }
  }
}
