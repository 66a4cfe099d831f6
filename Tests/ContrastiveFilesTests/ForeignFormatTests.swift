import ContrastiveFiles
import Foundation
import TestSupport
import Testing

@Suite("Files of formats that are not read")
struct ForeignFormatTests {
  @Test(
    "are named, with what converts them",
    arguments: [
      ("rows.parquet", "a Parquet file", "pandas.read_parquet("),
      ("rows.feather", "an Arrow (Feather) file", "pandas.read_feather("),
      ("rows.arrows", "an Arrow stream", "pyarrow.ipc.open_stream("),
      ("rows.h5", "an HDF5 file", "h5py.File("),
      ("rows.mat", "a MATLAB file", "scipy.io.loadmat("),
      ("rows.pt", "a PyTorch file", "torch.load("),
      ("zip-without-a-name", "a PyTorch file", "torch.load("),
      ("legacy.pt", "a PyTorch file", "torch.load("),
      ("rows.pkl", "a Python pickle", "pickle.load("),
      ("rows.bin", "a binary file", "numpy.fromfile("),
      ("utf16.csv", "text in UTF-16", "iconv"),
      ("rows.csv.bz2", "compressed by bzip2", "bunzip2"),
      ("rows.sqlite", "an SQLite database", "sqlite3.connect("),
      ("rows.gguf", "a GGUF file", "gguf.GGUFReader("),
      ("rows.avro", "an Avro file", "fastavro.reader("),
      ("rows.orc", "an ORC file", "pandas.read_orc("),
      ("rows.idx", "an IDX file, as MNIST's are", "idx2numpy.convert_from_file("),
      ("images.idx3-ubyte.gz", "an IDX file", "idx2numpy.convert_from_file("),
      ("rows.7z", "a 7z archive", "7z x '"),
      ("rows.npy.lz4", "compressed by lz4", "lz4 -d '"),
    ])
  func foreign(_ name: String, _ kind: String, _ remedy: String) throws {
    let directory = try TemporaryDirectory()
    let bytes = try contents(of: fixture("formats/\(name)"))
    // A lost name changes nothing.
    for path in [try fixture("formats/\(name)"), try directory.write(bytes, to: "x")] {
      let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
      let line = try #require(error).description
      #expect(line.contains(kind) && line.contains(remedy) && !line.contains("\n"), "\(line)")
    }
  }

  @Test("that are archives of tar are named, and unpacked")
  func archive() throws {
    let directory = try TemporaryDirectory()
    var header = Array("rows.npy".utf8) + [UInt8](repeating: 0, count: 504)
    header.replaceSubrange(257..<262, with: Array("ustar".utf8))
    for name in ["x.tar", "x"] {
      let path = try directory.write(header + header, to: name)
      let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
      let line = try #require(error).description
      #expect(line.contains("is a tar archive") && line.contains("tar -xf"), "\(line)")
    }
  }

  @Test(
    "that Git LFS points to are named, whatever their names promise",
    arguments: FileFormat.allCases.flatMap(\.suffixes) + [""])
  func pointers(_ suffix: String) throws {
    let directory = try TemporaryDirectory()
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    let path = try directory.write(Array(pointer.utf8), to: "x\(suffix)")
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    #expect(try #require(error).description.contains("a pointer of Git LFS"))
  }

  @Test("are decompressed before Python reads them")
  func compressed() throws {
    let directory = try TemporaryDirectory()
    let bytes = try contents(of: fixture("formats/images.idx3-ubyte.gz"))
    let path = try directory.write(bytes, to: "x.gz")
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    let line = try #require(error).description
    #expect(line.contains("decompress it with gunzip -k '"), "\(line)")
    #expect(!line.contains("x.gz')"), "\(line)")
  }

  @Test("are no texts that begin alike", arguments: ["ORCHID", "GGUF", "7zip", "Object", "SQLite"])
  func words(_ word: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array("\(word)\ncat\n".utf8), to: "x.txt")
    #expect(try FileLabels(reading: [path]).names == [word, "cat"])
  }

  @Test("are converted into a file that is not there yet")
  func freeName() throws {
    let directory = try TemporaryDirectory()
    let bytes = try contents(of: fixture("formats/rows.pkl"))
    func target(_ name: String) throws -> String {
      let path = try directory.write(bytes, to: name)
      let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
      let line = try #require(error).description
      let target = try #require(line.split(separator: "numpy.save('").last)
      return String(target.prefix { $0 != "'" }.drop { $0 != "/" }.suffix(6))
    }
    #expect(try target("x.pkl").hasSuffix("x.npy"))
    // The file itself may have the name.
    #expect(try target("x.npy").hasSuffix("-2.npy"))
    _ = try directory.write([], to: "x-2.npy")
    #expect(try target("x.pkl").hasSuffix("-3.npy"))
  }

  @Test("are named whole, and quoted, in what converts them")
  func quotedNames() throws {
    let directory = try TemporaryDirectory()
    let name = "it's " + String(repeating: "x", count: 80)
    let bytes = try contents(of: fixture("formats/rows.pkl"))
    let path = try directory.write(bytes, to: name + ".pkl")
    let error = #expect(throws: ArrayFileError.self) { try FileArray(reading: path) }
    let line = try #require(error).description
    let quoted = path.replacing("'", with: "\\'")
    #expect(line.contains("open('\(quoted)', 'rb')"), "\(line)")
    #expect(line.contains("numpy.save('\(quoted.dropLast(4)).npy', "), "\(line)")
  }
}
