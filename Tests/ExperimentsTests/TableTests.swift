import Testing

@testable import Experiments

@Suite("Table")
struct TableTests {
  @Test("print nothing that steers a terminal")
  func controls() {
    let text = "a\u{1B}[31mb\u{7}c\u{202E}d\u{2066}e\tf\u{200F}g"
    var table = Table("t", columns: [Column("text"), Column("short", textWidth: 20)])
    table.append(text, text)
    for printed in [table.text, text.wrapped(to: 80), text.folded] {
      #expect(
        !printed.unicodeScalars.contains {
          ["\u{1B}", "\u{7}", "\u{202E}", "\u{2066}"].contains($0)
        })
      // A mark of a right-to-left letter is part of its text.
      #expect(printed.contains("a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d\u{FFFD}e f\u{200F}g"))
    }
    #expect(JSON.string("\u{202E}\u{2069}").description == "\"\\u202e\\u2069\"")
  }

  private static var table: Table {
    var table = Table(
      "losses", title: "Losses",
      columns: [
        Column("loss", heading: "name"), Column("value", unit: "nats"),
        Column("share", format: .fixed(2)), Column("τ", format: .full), Column("count"),
      ])
    table.append("info-nce", 3.994494844397356e-10, 0.5, 0.07, 1024)
    table.append("moco", 6.9314718, Double.nan, 1.0, nil)
    return table
  }

  @Test("aligns words left and numbers right, below their units")
  func text() {
    #expect(
      Self.table.text == """
        Losses

        name          value  share     τ  count
                     (nats)
        --------  ---------  -----  ----  -----
        info-nce  3.994e-10   0.50  0.07   1024
        moco          6.931      –   1.0      –
        """)
  }

  @Test("has neither title nor units where there are none")
  func bareText() {
    var table = Table("t", columns: [Column("a"), Column("b")])
    table.append(1, "x\ny")
    #expect(table.text == "a  b\n-  ---\n1  x y")
  }

  @Test(
    "shows that a number is not 0 where its sign decides",
    arguments: [
      (-0.00014, "-0.0001"), (-0.084, "-0.084"), (0, "0.000"), (-2e-17, "0.000"),
      (3e-7, "0.0000003"), (-0.0004, "-0.0004"), (-0.0006, "-0.001"),
    ])
  func signs(value: Double, text: String) {
    #expect(Column("low", format: .signed(3)).text(of: .number(value)) == text)
  }

  @Test("takes as many digits as tell two numbers apart")
  func digits() {
    #expect(Double.digits(tellingApart: [(0.0171, 0.0168)], from: 2) == 3)
    #expect(Double.digits(tellingApart: [(0.1, 0.1), (1, 2)], from: 2) == 2)
    #expect(Double.digits(tellingApart: [], from: 2) == 2)
  }

  @Test("says how many rows it shows, and how many its file has where that is not all")
  func shownRows() {
    var table = Table("t", title: "Rows", columns: [Column("a")])
    for row in 0..<5 { table.append(row) }
    #expect(TableText(table).title == "Rows")
    table.shownRowCount = 2
    #expect(TableText(table).title == "Rows (2 of 5)")
    table.totalRowCount = 5
    #expect(TableText(table).title == "Rows (2 of 5)")
    table.totalRowCount = 9
    #expect(TableText(table).title == "Rows (2 of 9; the file has the first 5)")
  }

  @Test("without rows is its headings")
  func noRows() {
    let table = Table("t", columns: [Column("a"), Column("long")])
    #expect(table.text == "a  long\n-  ----")
    #expect(table.csv == "a,long\n")
    #expect(table.json == .array([]))
  }

  @Test("writes numbers to CSV in full, and nothing for what is not defined")
  func csv() {
    #expect(
      Self.table.csv == """
        loss,value (nats),share,τ,count
        info-nce,3.994494844397356e-10,0.5,0.07,1024
        moco,6.9314718,,1.0,

        """)
  }

  @Test(
    "quotes what would end a CSV field",
    arguments: [
      ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\r\nb", "\"a\r\nb\""),
      ("a\nb", "\"a\nb\""), ("a b;c'", "a b;c'"),
      // A mark makes one character of a quotation mark and itself.
      ("a\"\u{301}", "\"a\"\"\u{301}\""),
    ])
  func csvQuotes(text: String, field: String) {
    var table = Table("t", columns: [Column("n, m"), Column("text")])
    table.append(1, text)
    #expect(table.csv == "\"n, m\",text\n1,\(field)\n")
  }

  @Test("is an array of rows in JSON, without what is not defined")
  func json() {
    #expect(
      Self.table.json.description == """
        [{"loss": "info-nce", "value": 3.994494844397356e-10, "share": 0.5, "τ": 0.07, \
        "count": 1024}, {"loss": "moco", "value": 6.9314718, "τ": 1.0}]
        """)
  }

  @Test("returns the numbers of a column, integers too")
  func numbers() {
    #expect(Self.table.numbers(in: "share") == [0.5, nil])
    #expect(Self.table.numbers(in: "count") == [1024, nil])
    #expect(Self.table.numbers(in: "loss") == [nil, nil])
  }

  @Test("shows a reader some of its rows where that is wanted, and says of how many")
  func titlesCountAllRows() {
    var table = Table("t", title: "Numbers", columns: [Column("a")])
    table.shownRowCount = 2
    for number in 1...5 { table.append(number) }
    #expect(table.text == "Numbers (2 of 5)\n\na\n-\n1\n2")
    #expect(table.csv == "a\n1\n2\n3\n4\n5\n")
  }

  @Test("refuses a row with a cell too few")
  func shortRow() async {
    await #expect(processExitsWith: .failure) {
      var table = Table("t", columns: [Column("a"), Column("b")])
      table.append(1)
    }
  }
}
