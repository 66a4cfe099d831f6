import ContrastiveEmbeddings
import ContrastiveFiles
import TestSupport
import Testing

@Suite("Rows of JSON")
struct JSONRowsTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("may be true and false")
  func truth() throws {
    for (text, name) in [
      ("[true, false]\n[false, true]\n", "x.jsonl"), ("[[true,false],[0,1]]", "x.json"),
      ("{\"m\": [true, false]}\n{\"m\": [false, true]}\n", "x.jsonl"),
      ("m\n[ True False]\n[False  True]\n", "x.csv:m"),
    ] {
      #expect(try directory.read(text, name).integers() == [1, 0, 0, 1], "\(text)")
    }
    #expect(throws: ArrayFileError.self) { try directory.read("[01]\n", "x.jsonl") }
    #expect(throws: ArrayFileError.self) { try directory.read("[-01]\n", "x.jsonl") }
    #expect(throws: ArrayFileError.self) { try directory.read("[truth]\n", "x.jsonl") }
  }

  @Test("under two keys are named with both, and missed with the line")
  func nestedKeys() throws {
    let text = "{\"data\": [\n{\"v\": [1, 2]},\n{\"w\": [3, 4]}\n]}"
    let error = #expect(throws: ArrayFileError.self) { try directory.read(text, "x.json:data.v") }
    let line = try #require(error).description
    #expect(line.hasSuffix("x.json: line 3: row 1 holds no key 'v'; it holds w"), "\(line)")
    let array = try directory.read(text.replacing("w", with: "v"), "x.json:data.v")
    #expect(array.source.hasSuffix("x.json:data.v"))
    // A key may have a point itself.
    #expect(try directory.read("{\"data.v\": [1, 2]}\n", "x.jsonl:data.v").integers() == [1, 2])
  }

  @Test("of a row without the key are missed with the line")
  func missingKey() throws {
    let error = #expect(throws: ArrayFileError.self) {
      try directory.read("{\"v\": [1]}\n\n{\"w\": [2]}\n", "x.jsonl:v")
    }
    let line = try #require(error).description
    #expect(line.hasSuffix("x.jsonl: line 3: row 1 holds no key 'v'; it holds w"), "\(line)")
  }

  @Test(
    "are found as deep as the one array of numbers lies",
    arguments: [
      (
        #"{"_id": "a", "_source": {"text": "a", "v": [1, 2]}}"#,
        #"{"_id": "b", "_source": {"v": [3, 4]}}"#, "x.jsonl"
      ),
      (#"[{"a": {"b": {"v": [1, 2]}}},"#, #"{"a": {"b": {"v": [3, 4]}}}]"#, "x.json"),
      (#"[{"a": {"v": [1, 2]}},"#, #"{"a": {"v": [3, 4]}}]"#, "x.json:a.v"),
      (#"{"usage": {"n": 5}, "data": [{"v": [1, 2], "index": 0},"#, #"{"v": [3, 4]}]}"#, "x.json"),
      (
        #"{"hits": {"total": 2, "hits": [{"_source": {"v": [1, 2]}},"#,
        #"{"_source": {"v": [3, 4]}}]}}"#, "x.json"
      ),
      (
        #"{"hits": {"total": [2], "hits": [{"_source": {"v": [1, 2]}},"#,
        #"{"_source": {"v": [3, 4]}}]}}"#, "x.json:hits.hits._source.v"
      ),
      (#"{"result": {"v": [[1, 2],"#, "[3, 4]]}}", "x.json"),
      (#"{"v.w": [1, 2], "v": {"w": [0]}}"#, #"{"v.w": [3, 4]}"#, "x.jsonl:v.w"),
    ])
  func depth(_ first: String, _ second: String, _ name: String) throws {
    let array = try directory.read("\(first)\n\(second)\n", name)
    #expect(array.shape == [2, 2] && array.converted(to: Double.self) == [1, 2, 3, 4])
  }

  @Test(
    "beside which nothing is overlooked: arrays of objects in a row, and objects without keys",
    arguments: [
      (#"{"id": 1, "data": [{"e": [0, 1]}]}"#, "id, data"),
      (#"{"id": 1, "data": [{}]}"#, "id, data"),
      (#"{"id": 1, "_source": {}}"#, "id, _source"),
      (#"{"id": 1, "a": {"data": [{"e": [0, 1]}]}}"#, "id, a.data"),
    ])
  func overlooked(_ row: String, _ keys: String) throws {
    let error = #expect(throws: ArrayFileError.self) {
      try directory.read("\(row)\n\(row)\n", "x.jsonl")
    }
    #expect(try #require(error).description.hasSuffix("it holds \(keys)"), "\(error!)")
  }

  @Test("say which deep key was taken without being named")
  func deepRemark() throws {
    let text = #"{"id": 7, "e": null, "at": {"v": [1, 2]}}"# + "\n"
    let remark = try #require(try directory.read(text, "x.jsonl").headingRemark)
    #expect(remark.isNote && remark.text.contains("takes the rows' key 'at.v'"), "\(remark.text)")
    #expect(try directory.read(text, "x.jsonl:at.v").headingRemark == nil)
  }

  @Test("name what lies deep, in arrays and in what is missed")
  func deepNames() throws {
    let text = #"{"a": {"v": [1, 2], "w": "x"}}"# + "\n" + #"{"a": {"w": "y"}}"# + "\n"
    for (name, ending) in [
      ("x.jsonl", "x.jsonl: line 2: row 1 holds no key 'a.v'; it holds a.w"),
      ("x.jsonl:a.x", "x.jsonl: holds no key 'a.x'; it holds a.v, a.w"),
      ("x.jsonl:a", "x.jsonl: holds no key 'a'; it holds a.v, a.w"),
    ] {
      let error = #expect(throws: ArrayFileError.self) { try directory.read(text, name) }
      #expect(try #require(error).description.hasSuffix(ending), "\(error!)")
    }
    let several = #"{"box": [1, 2], "_source": {"id": 7, "v": [3, 4]}}"#
    let error = #expect(throws: ArrayFileError.self) { try directory.read(several, "x.jsonl") }
    #expect(
      try #require(error).description.hasSuffix(
        "name one of its keys, as in \(directory("x.jsonl")):key; it holds box, _source.v, _source.id"
      ))
    let array = try directory.read(several, "x.jsonl:_source.v")
    #expect(array.source.hasSuffix("x.jsonl:_source.v"))
  }

  @Test("are an object's vectors, which its keys are the names of, and this is said")
  func vectorsByID() throws {
    let text = #"{"doc0": [1, 2],"# + "\n" + #""doc1": [3, 4]}"#
    for (text, name) in [
      (text, "x.json"), (text, "x"), (#"{"model": "m", "rows": "# + text + "}", "x.json"),
      (#"{"model": [7], "rows": "# + text + "}", "x.json:rows"),
    ] {
      let array = try directory.read(text, name)
      #expect(array.shape == [2, 2] && array.converted(to: Double.self) == [1, 2, 3, 4])
      let remark = try #require(array.headingRemark)
      #expect(
        remark.isNote
          && remark.text.contains("takes the 2 keys, 'doc0, doc1', as the names of rows"))
    }
    #expect(try directory.read(text, "x.json:doc1").integers() == [3, 4])
    #expect(try directory.read(text, "x.json:doc1").headingRemark == nil)
  }

  @Test(
    "are no object's vectors where these are of several lengths, single numbers, or a line's",
    arguments: [
      (#"{"a": [1, 2], "b": [3, 4, 5]}"#, "x.json"), (#"{"a": [1], "b": [2]}"#, "x.json"),
      (#"{"a": [1, 2], "b": [3, 4]}"#, "x.jsonl"),
      (#"{"a": [1, 2], "b": [3, 4], "c": "d"}"#, "x.json"),
      (#"{"a": [[1, 2]], "b": [[3, 4]]}"#, "x.json"),
    ])
  func noVectorsByID(_ text: String, _ name: String) throws {
    let error = #expect(throws: ArrayFileError.self) { try directory.read(text, name) }
    #expect(try #require(error).description.contains(":key; it holds a, b"), "\(error!)")
  }
}
