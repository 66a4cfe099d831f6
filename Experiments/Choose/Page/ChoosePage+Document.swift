import Contrastive
import Foundation

extension ChoosePage {
  /// The document.
  ///
  /// - Throws: `CommandFailure` if the program's own files are not where it was built.
  func html() throws(CommandFailure) -> HTML {
    let (style, program) = try Self.program()
    return .document(
      title: "Which temperature? \(subject)", generator: "Experiments choose",
      policy:
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:",
      style: [HTML(trusting: Page.baseStyle), style],
      body: """
        <main>
        \(header)
        \(evidencePanel)
        \(cautionList)
        \(dial)
        <div class="columns">
        \(queryPanel)
        <div class="panels">
        \(distributionPanel)
        \(negativesPanel)
        \(batchPanel)
        \(reliabilityPanel)
        </div>
        </div>
        \(method)
        </main>
        <script type="application/json" id="data">\(dataText)</script>
        <script>
        (() => {
        \(program)
        })();
        </script>
        """)
  }

  /// What the program reads. A text in it may hold the end of a script: no `<` stays one.
  private var dataText: HTML {
    var data = sample.json(fileRows: fileRows)
    data.add("subject", subject)
    data.add("evidence", evidence)
    data.add("bands", (evidence?.bands ?? []).map { [$0.lowerBound, $0.upperBound] })
    data.add("least", least)
    data.add("temperature", temperature)
    return HTML(trusting: data.description.replacing("<", with: "\\u003c"))
  }

  // MARK: Parts

  private var header: HTML {
    """
    <header>
    <p class="name">\(subject)</p>
    <h1>Which temperature?</h1>
    \(sentence.map { "<p class=\"lead\">\(HTML(sentences: $0))</p>" as HTML })
    <noscript><p class="note">This page computes: it needs JavaScript, and loads nothing.</p></noscript>
    </header>
    """
  }

  /// Temperatures that people train at, and whose they are.
  //
  // Labels are on two rows, beside their lines where two are near: none is crossed by the line of another.
  private static let knownTemperatures:
    [(name: String, value: Double, source: String, row: Int, side: String)] = [
      (
        "E5, CLIP", 0.01, "E5 trains at 0.01; CLIP learns a scale that it ends at 100 = 1/0.01", 0,
        "middle"
      ),
      ("MoCo", 0.07, "MoCo", 1, "left"),
      ("SimCLR, ImageNet", 0.1, "SimCLR, best on ImageNet", 1, "right"),
      ("SimCLR, CIFAR-10", 0.5, "SimCLR, best on CIFAR-10", 0, "middle"),
    ]

  private var dial: HTML {
    let ticks = Self.knownTemperatures.map { known -> HTML in
      """
      <button type="button" class="tick" data-temperature="\(String(known.value))" data-row="\(known.row)" \
      data-side="\(known.side)" title="\(known.source)">\(known.name) <span>\(String(known.value))</span></button>
      """
    }
    return """
      <section class="curve" aria-labelledby="curve-heading">
      <h2 id="curve-heading">The loss of these embeddings as they are, before training</h2>
      <p class="note">A contrastive loss divides cosines by a temperature τ: a small one looks at the few hardest \
      negatives, a large one at all alike. Drag it, and see what it does. All below is of \(shown). \
      <span id="least-note"></span></p>
      <div class="figure" id="curve" role="img"></div>
      </section>
      <div class="dial">
      <div class="readings">
      <p class="tau"><label for="temperature">τ</label> = <data id="tau" value=""></data></p>
      <dl class="numbers">
      <div><dt>scale 1/τ</dt><dd><data id="scale" value=""></data></dd></div>
      <div><dt>loss</dt><dd><data id="loss" value=""></data></dd></div>
      <div><dt>effective negatives</dt><dd><data id="effective" value=""></data></dd></div>
      </dl>
      </div>
      <div class="track">
      <input type="range" id="temperature" min="0" max="600" step="1" value="300" aria-label="Temperature τ"/></div>
      <div class="ticks">\(ticks)</div>
      </div>
      """
  }

  private var queryPanel: HTML {
    """
    <section class="panel query" aria-labelledby="query-heading">
    <h2 id="query-heading">One query</h2>
    <p class="note">How its negatives share the gradient: in proportion to exp(cosine/τ).</p>
    <div class="buttons" role="group" aria-label="Choose a query">
    <button type="button" id="previous">Previous</button>
    <button type="button" id="next">Next</button>
    <button type="button" id="random">Random</button>
    <button type="button" id="worst">Worst</button>
    <span class="place" id="place" aria-live="polite"></span> <span class="row" id="row"></span>
    </div>
    <blockquote id="query-text"></blockquote>
    <p class="key"><span class="mark" aria-hidden="true"></span><span id="key-text"></span></p>
    <dl class="numbers">
    <div><dt>cosine</dt><dd><data id="positive" value=""></data></dd></div>
    <div><dt>rank</dt><dd><data id="rank" value=""></data></dd></div>
    <div><dt>probability</dt><dd><data id="probability" value=""></data></dd></div>
    <div><dt>loss</dt><dd><data id="query-loss" value=""></data></dd></div>
    <div><dt>effective negatives</dt><dd><data id="query-effective" value=""></data></dd></div>
    </dl>
    <h3 id="hardest-heading">Its hardest negatives</h3>
    <label class="check"><input type="checkbox" id="suspected"/> <span id="suspected-count"></span></label>
    <p class="note">\(suspicionRule)</p>
    <p class="note" id="bar-scale"></p>
    <p class="note" id="list-keys">Untick a negative to leave it out; arrow keys go from one to the next.</p>
    <ol class="hardest" id="hardest" aria-labelledby="hardest-heading" aria-describedby="list-keys"></ol>
    <button type="button" class="more" id="more" aria-controls="hardest" hidden=""></button>
    <p class="rest" id="rest"></p>
    <p class="masked" id="masked" aria-live="polite"></p>
    </section>
    """
  }

  private var distributionPanel: HTML {
    """
    <section class="panel" aria-labelledby="distribution-heading">
    <h2 id="distribution-heading">Who gets the gradient</h2>
    <div class="figure" id="distribution" role="img"></div>
    <p class="note">Cosines of the queries with <b class="positive">their keys</b> and with <b class="negative">all \
    negatives</b>, and with each negative counted by <b class="weight">its weight in the gradient</b>. Each area is 1.</p>
    </section>
    """
  }

  private var negativesPanel: HTML {
    """
    <section class="panel" aria-labelledby="effective-heading">
    <h2 id="effective-heading">Effective negatives</h2>
    <div class="figure" id="effective-chart" role="img"></div>
    <dl class="numbers">
    <div><dt>one in ten below</dt><dd><data id="tenth" value=""></data></dd></div>
    <div><dt>half below</dt><dd><data id="median" value=""></data></dd></div>
    <div><dt>nine in ten below</dt><dd><data id="ninth" value=""></data></dd></div>
    </dl>
    <p class="note plain" id="effective-plain"></p>
    <p class="note">How many negatives, sharing alike, would share the gradient as unequally as a query’s do: the \
    exponential of the entropy of their shares. The triangle is the query on this page.</p>
    </section>
    """
  }

  private var batchPanel: HTML {
    """
    <section class="panel" aria-labelledby="batch-heading">
    <h2 id="batch-heading">Between floor and chance</h2>
    <div class="figure" id="ruler" role="img"></div>
    <dl class="numbers">
    <div><dt>floor</dt><dd><data id="floor" value=""></data></dd></div>
    <div><dt>loss</dt><dd><data id="batch-loss" value=""></data></dd></div>
    <div><dt>chance</dt><dd><data id="chance" value=""></data></dd></div>
    </dl>
    <p class="note" id="ruler-note"></p>
    <h3 id="batch-size-heading">In smaller batches</h3>
    <div class="figure" id="batch-chart" role="img"></div>
    <label class="batch"><span>batch</span> <input type="range" id="batch" min="0" max="200" step="1" value="200" \
    aria-label="Batch size"/> <data id="batch-size" value=""></data></label>
    </section>
    """
  }

  private var reliabilityPanel: HTML {
    """
    <section class="panel" aria-labelledby="reliability-heading">
    <h2 id="reliability-heading">Is the softmax calibrated?</h2>
    <div class="figure" id="reliability" role="img"></div>
    <dl class="numbers">
    <div><dt>is right</dt><dd><data id="accuracy" value=""></data></dd></div>
    <div><dt>probability</dt><dd><data id="confidence" value=""></data></dd></div>
    <div><dt>calibration error</dt><dd><data id="calibration" value=""></data></dd></div>
    </dl>
    <p class="note plain" id="reliability-plain"></p>
    <p class="note" id="reliability-note"></p>
    </section>
    """
  }
}
