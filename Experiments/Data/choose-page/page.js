"use strict";

/** The page: what the reader does, and what is drawn of it. */
(() => {
  const data = Model.read(JSON.parse(document.getElementById("data").textContent));
  const $ = (id) => document.getElementById(id);
  const [lowest, highest] = data.rest.temperatures;
  const shownCount = 50;
  const sliderSteps = Number($("temperature").max);
  const batchSteps = Number($("batch").max);
  const smallestBatch = 2;

  const state = {
    tau: data.temperature ?? (data.band ? Math.sqrt(data.band[0] * data.band[1]) : 0.05),
    query: 0,
    size: data.pairs,
    out: new Uint8Array(data.count * data.kept),
  };

  // MARK: Numbers as text

  /** Four digits, and powers of ten where there would be many zeros. */
  function text(value, digits = 4) {
    if (value === 0) return "0";
    if (!Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    if (size >= 1e-3 && size < 1e6) {
      const rounded = Number(value.toPrecision(digits));
      return size >= 10 ** (digits - 1) ? Math.round(value).toLocaleString("en") : withDigits(rounded, digits);
    }
    const [m, e] = value.toExponential(digits - 1).split("e");
    const raised = [...String(Number(e))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
    return `${m} · 10${raised}`;
  }
  const withDigits = (v, digits) =>
    v.toFixed(Math.min(6, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(v) || 1)))));
  const tauText = (tau) => String(Number(tau.toPrecision(3)));
  const percent = (share) => {
    if (share === 0) return "0";
    if (share < 1e-4) return "< 0.01 %";
    if (share < 0.0995) return `${(100 * share).toPrecision(2)} %`;
    return `${(100 * share).toFixed(share > 0.995 && share < 0.9995 ? 1 : 0)} %`;
  };
  const count = (n) => n.toLocaleString("en");
  const short = (n) => (n >= 1e6 ? `${n / 1e6}M` : n >= 1000 ? `${n / 1000}k` : String(n));

  /** Shows a number, with all its digits for those who read the document. */
  function show(id, value, shown) {
    const node = $(id);
    node.value = String(value);
    node.textContent = shown;
  }

  // MARK: What is known of rows

  const keyIndex = new Map(data.keyRows.map((row, i) => [row, i]));
  const keyText = (row) => data.keyTexts?.[keyIndex.get(row)] ?? `key ${count(row)}`;
  const queryText = (i) => data.queryTexts?.[i] ?? `query ${count(data.rows[i])}`;
  const suspects = data.suspicions.reduce((sum, v) => sum + (v ? 1 : 0), 0);
  const suspicionNames = ["", "twin", "same key"];

  // MARK: Temperatures

  const grid = Array.from({ length: 73 }, (_, i) => lowest * (highest / lowest) ** (i / 72));
  const toTau = (place) => lowest * (highest / lowest) ** (place / sliderSteps);
  const toPlace = (tau) => (Math.log(tau / lowest) / Math.log(highest / lowest)) * sliderSteps;
  const toSize = (place) =>
    place >= batchSteps
      ? data.pairs
      : Math.round(smallestBatch * (data.pairs / smallestBatch) ** (place / batchSteps));
  const sizePlace = (n) =>
    data.pairs > smallestBatch
      ? (Math.log(n / smallestBatch) / Math.log(data.pairs / smallestBatch)) * batchSteps
      : batchSteps;

  /** The loss at every temperature of the grid: known until what is left out changes. */
  let curveData;
  function findCurve() {
    const points = grid.map((tau) => Model.all(data, 1 / tau, state.out));
    const losses = points.map((p) => p.mean);
    const at = losses.indexOf(Math.min(...losses));
    // The top of the parabola through three points.
    let [place, loss] = [at, losses[at]];
    if (at > 0 && at < grid.length - 1) {
      const [a, b, c] = losses.slice(at - 1, at + 2);
      const bend = a - 2 * b + c;
      if (bend > 0) place = at + (a - c) / (2 * bend);
    }
    const tau = lowest * (highest / lowest) ** (place / (grid.length - 1));
    loss = Model.all(data, 1 / tau, state.out).mean;
    const calibration = grid.map((t, i) => Model.reliability(data, 1 / t, state.out, points[i].queries).error);
    curveData = {
      grid,
      losses,
      errors: points.map((p) => (data.count < data.pairs ? 1.96 * p.error : 0)),
      floors: grid.map((t) => Model.floor(data, 1 / t, data.pairs, state.out)),
      chance: Model.chance(data, data.pairs, state.out),
      // A loss that is the same at every temperature is least at none.
      least: Math.max(...losses) - loss > 1e-6 * loss ? { tau, loss, text: tauText(tau) } : null,
      calibrated: grid[calibration.indexOf(Math.min(...calibration))],
      // What distributions are drawn up to: that of the weight is highest at the smallest τ.
      densityTop: densityTop(points),
    };
  }

  function densityTop(points) {
    let top = 0;
    for (const i of [0, Math.floor(grid.length / 2)]) {
      const bins = Model.distributions(data, 1 / grid[i], state.out, points[i].queries);
      for (const values of [bins.positives, bins.negatives, bins.gradient]) {
        const sum = values.reduce((a, b) => a + b, 0);
        if (sum > 0) top = Math.max(top, Math.max(...values) / sum / bins.width);
      }
    }
    return 1.05 * top || 1;
  }

  // MARK: Drawing

  // As far as a slider's thumb is from the end of its track.
  const inset = 10;

  let now;
  function update() {
    const s = 1 / state.tau;
    now = Model.all(data, s, state.out);
    const sorted = now.queries.map((q) => q.effective).sort((a, b) => a - b);
    const quantiles = [0.1, 0.5, 0.9].map((p) => Model.quantile(sorted, p));

    const slider = $("temperature");
    slider.value = String(Math.round(toPlace(state.tau)));
    slider.setAttribute("aria-valuetext", `τ ${tauText(state.tau)}, loss ${text(now.mean)} nats`);
    show("tau", state.tau, tauText(state.tau));
    show("scale", s, text(s, 3));
    show("loss", now.mean, text(now.mean));
    show("effective", quantiles[1], text(quantiles[1], 3));

    drawCurve();
    drawQuery(s);
    drawDistribution(s);
    drawEffective(sorted, quantiles);
    drawRuler(s);
    drawReliability(s);
    later("batches", drawBatches, 80);
    later("hash", writeHash, 200);
  }

  function drawCurve() {
    const host = $("curve");
    const f = Charts.curve(host, {
      ...curveData, tau: state.tau, loss: now.mean, band: data.band, margin: inset,
    });
    host.setAttribute("aria-label",
      `The mean loss over temperatures: ${text(now.mean)} nats at τ ${tauText(state.tau)}`
      + (curveData.least ? `, least, ${text(curveData.least.loss)}, at ${curveData.least.text}` : "")
      + `; chance ${text(curveData.chance)}`);
    host.onpointerdown = (event) => {
      host.setPointerCapture(event.pointerId);
      const move = (e) => setTau(f.x.invert(e.clientX - host.getBoundingClientRect().left));
      move(event);
      host.onpointermove = move;
      host.onpointerup = host.onpointercancel = () => { host.onpointermove = null; };
    };
  }

  // MARK: One query

  let rows = [];
  /** Makes the list of a query's negatives, whose bars are then moved. */
  function makeList() {
    const i = state.query;
    $("place").textContent = `${i + 1} of ${count(data.count)}`;
    $("query-text").textContent = queryText(i);
    $("key-text").textContent = keyText(data.rows[i]);
    rows = [];
    const items = [];
    for (let k = 0; k < Math.min(shownCount, data.tops[i]); k += 1) {
      const at = i * data.kept + k;
      const item = document.createElement("li");
      const box = document.createElement("input");
      box.type = "checkbox";
      // One stop for the tabulator; arrows go from one to the next.
      box.tabIndex = k === 0 ? 0 : -1;
      box.checked = !state.out[at];
      const name = keyText(data.columns[at]);
      box.setAttribute("aria-label", `${name}: a negative`);
      box.title = "Untick it to leave it out";
      box.addEventListener("change", () => {
        state.out[at] = box.checked ? 0 : 1;
        changeLeftOut();
      });
      const word = part("span", "word", name);
      word.title = name;
      if (data.suspicions[at]) {
        const flag = part("span", "flag", suspicionNames[data.suspicions[at]]);
        flag.title = "Suspected to be a false negative";
        word.append(" ", flag);
      }
      const bar = part("span", "bar");
      const fill = part("span", "fill");
      bar.append(fill);
      const share = part("span", "share");
      const isAbove = data.cosines[at] >= data.positives[i] - data.tie;
      item.className = isAbove ? "above" : "";
      item.append(box, word, bar, share, part("span", "cosine", data.cosines[at].toFixed(3)));
      items.push(item);
      rows.push({ at, k, box, item, fill, share });
    }
    $("hardest").replaceChildren(...items);
  }

  function part(name, kind, content = "") {
    const node = document.createElement(name);
    node.className = kind;
    node.textContent = content;
    return node;
  }

  function drawQuery(s) {
    const i = state.query;
    const q = now.queries[i];
    const total = data.negatives[i];
    show("positive", data.positives[i], data.positives[i].toFixed(3));
    const rank = data.ranks[i];
    show("rank", rank, `${count(rank)} of ${count(total + 1)}`);
    show("probability", q.probability, percent(q.probability));
    show("query-loss", q.loss, text(q.loss));
    show("query-effective", q.effective, text(q.effective, 3));
    const shares = rows.map(({ k }) => Model.share(data, i, k, s, q.logSum, state.out));
    // Bars fill their width at the largest share, but for shares so small that all bars would look alike.
    const top = Math.max(0.02, ...shares);
    rows.forEach((row, n) => {
      row.fill.style.width = `${(100 * shares[n]) / top}%`;
      row.share.textContent = state.out[row.at] ? "out" : percent(shares[n]);
      row.item.classList.toggle("out", state.out[row.at] === 1);
    });
    $("bar-scale").textContent = rows.length
      ? `A full bar is ${percent(top)} of the gradient. Those with a mark are at least as near as the query’s own key.`
      : "It has no negatives.";
    const others = total - rows.length;
    const othersShare = Math.max(0, 1 - shares.reduce((a, b) => a + b, 0));
    $("rest").textContent = others > 0
      ? `The other ${count(others)} together: ${percent(othersShare)}`
      : "";
    const left = Model.leftOut(data, i, state.out);
    const whole = left ? Model.query(data, i, s, new Uint8Array(state.out.length)).loss : q.loss;
    $("masked").textContent = left
      ? `Without ${count(left)} of its negatives this query’s loss is ${text(q.loss)}; with all it is ${text(whole)}.`
      : "";
  }

  // MARK: The other panels

  function drawDistribution(s) {
    const bins = Model.distributions(data, s, state.out, now.queries);
    const sum = bins.gradient.reduce((a, b) => a + b, 0);
    const mean = bins.gradient.reduce((a, v, b) => a + v * (bins.start + (b + 0.5) * bins.width), 0) / (sum || 1);
    const host = $("distribution");
    Charts.distribution(host, { bins, mean, top: curveData.densityTop });
    host.setAttribute("aria-label",
      `Histograms of cosines with the gradient’s weight, whose mean lies at a cosine of ${mean.toFixed(2)}`);
  }

  function drawEffective(sorted, quantiles) {
    const host = $("effective-chart");
    const largest = Math.max(...data.negatives);
    Charts.effective(host, {
      values: sorted, largest, quantiles, own: now.queries[state.query].effective,
      format: (v) => (v >= 1000 ? short(Number(v.toPrecision(3))) : String(Number(v.toPrecision(3)))),
    });
    const [low, middle, high] = quantiles.map((v) => text(v, 3));
    show("tenth", quantiles[0], low);
    show("median", quantiles[1], middle);
    show("ninth", quantiles[2], high);
    host.setAttribute("aria-label",
      `Effective negatives of all queries: median ${middle}, from one in ten to nine in ten ${low} to ${high}`);
  }

  function drawRuler(s) {
    const [n, isAll] = [state.size, state.size === data.pairs];
    const chance = Model.chance(data, n, state.out);
    const floor = Model.floor(data, s, n, state.out);
    const loss = isAll ? now.mean : Model.batchLosses(data, s, [n], state.out)[0];
    const host = $("ruler");
    Charts.ruler(host, {
      floor, chance, loss, error: isAll && data.count < data.pairs ? 1.96 * now.error : 0,
      query: isAll ? now.queries[state.query].loss : undefined,
    });
    show("batch-loss", loss, text(loss));
    show("floor", floor, text(floor));
    show("chance", chance, text(chance));
    const share = loss > 0 ? Math.min(1, floor / loss) : 0;
    const information = Math.log(n) - loss;
    const words = [
      `${percent(share)} of the loss is floor, which no training removes.`,
      loss > chance * (1 + 1e-6)
        ? "It is above chance: confident, and wrong."
        : Model.isPlain(data, state.out)
          ? `It certifies ${text(Math.max(0, information), 3)} nats of mutual information at least.`
          : "",
    ].join(" ");
    $("ruler-note").textContent = isAll ? `${words} The triangle is the query on this page.` : words;
    host.setAttribute("aria-label",
      `In batches of ${count(n)}: floor ${text(floor, 3)}, loss ${text(loss, 3)}, chance ${text(chance, 3)} nats. ${words}`);
    show("batch-size", n, `${count(n)}${isAll ? ", all pairs" : ""}`);
    $("batch").value = String(Math.round(sizePlace(n)));
    $("batch").setAttribute("aria-valuetext", `${count(n)} pairs, loss ${text(loss)} nats`);
  }

  function drawBatches() {
    const sizes = [];
    for (let n = smallestBatch; n < data.pairs; n *= 2) sizes.push(n);
    sizes.push(data.pairs);
    const s = 1 / state.tau;
    const losses = Model.batchLosses(data, s, sizes, state.out);
    const host = $("batch-chart");
    host.hidden = sizes.length < 2;
    if (sizes.length < 2) return;
    Charts.batches(host, {
      sizes, losses, floors: sizes.map((n) => Model.floor(data, s, n, state.out)),
      chances: sizes.map((n) => Model.chance(data, n, state.out)),
      size: state.size, loss: Number($("batch-loss").value), margin: inset, format: short,
    });
    host.setAttribute("aria-label",
      `The loss over batch sizes: ${sizes.map((n, i) => `${text(losses[i], 3)} at ${count(n)}`).join(", ")}`);
  }

  function drawReliability(s) {
    const result = Model.reliability(data, s, state.out, now.queries);
    const host = $("reliability");
    Charts.reliability(host, result);
    show("accuracy", result.accuracy, percent(result.accuracy));
    show("confidence", result.confidence, percent(result.confidence));
    show("calibration", result.error, percent(result.error));
    const verdict = result.error <= 1.5 * result.expected
      ? "As far off as chance alone makes a calibrated one"
      : result.confidence > result.accuracy ? "Too sure of itself" : "Not sure enough";
    $("reliability-note").textContent =
      `${verdict}: a calibrated softmax would show an error of about ${percent(result.expected)} on so many queries. `
      + `The error is least near τ = ${tauText(curveData.calibrated)}.`;
    host.setAttribute("aria-label",
      `How often the first candidate is right against its probability: ${percent(result.accuracy)} against `
      + `${percent(result.confidence)}, calibration error ${percent(result.error)}. ${verdict}.`);
  }

  // MARK: What the reader does

  const timers = {};
  function later(name, action, delay = 30) {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(action, delay);
  }

  let isDue = false;
  /** Draws once for all that happens before the next picture. */
  function changed() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      update();
    });
  }

  function setTau(tau) {
    state.tau = Math.min(Math.max(tau, lowest), highest);
    changed();
  }

  function setQuery(i) {
    state.query = ((i % data.count) + data.count) % data.count;
    makeList();
    changed();
  }

  function changeLeftOut() {
    findCurve();
    const areOut = suspects > 0 && data.suspicions.every((v, k) => v === 0 || state.out[k] === 1);
    $("suspected").checked = areOut;
    $("suspected").indeterminate = !areOut && data.suspicions.some((v, k) => v !== 0 && state.out[k] === 1);
    changed();
  }

  function leaveOutSuspected(isOut) {
    state.out = Uint8Array.from(data.suspicions, (v) => (isOut && v ? 1 : 0));
    makeList();
    changeLeftOut();
  }

  // The same order every time.
  let seed = 1;
  function random() {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * data.count);
  }

  $("temperature").addEventListener("input", (e) => setTau(toTau(Number(e.target.value))));
  $("temperature").addEventListener("keydown", (e) => {
    // A page of the slider's own is a tenth of it.
    const steps = { PageUp: 40, PageDown: -40 }[e.key];
    if (!steps) return;
    e.preventDefault();
    setTau(toTau(Number(e.target.value) + steps));
  });
  $("hardest").addEventListener("keydown", (e) => {
    const at = rows.findIndex((row) => row.box === e.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[e.key];
    if (at < 0 || to === undefined || !rows[to]) return;
    e.preventDefault();
    rows[at].box.tabIndex = -1;
    rows[to].box.tabIndex = 0;
    rows[to].box.focus();
  });
  $("batch").addEventListener("input", (e) => {
    state.size = toSize(Number(e.target.value));
    changed();
  });
  $("previous").addEventListener("click", () => setQuery(state.query - 1));
  $("next").addEventListener("click", () => setQuery(state.query + 1));
  $("random").addEventListener("click", () => setQuery(random()));
  $("worst").addEventListener("click", () => {
    const losses = now.queries.map((q) => q.loss);
    setQuery(losses.indexOf(Math.max(...losses)));
  });
  $("suspected").addEventListener("change", (e) => leaveOutSuspected(e.target.checked));
  $("suspected").disabled = suspects === 0;
  $("suspected-count").textContent = suspects
    ? `Leave out all ${count(suspects)} suspected false negatives`
    : "No negative is suspected to be a false one";
  for (const tick of document.querySelectorAll(".tick")) {
    const tau = Number(tick.dataset.temperature);
    tick.style.setProperty("--place", String(toPlace(tau) / sliderSteps));
    tick.addEventListener("click", () => setTau(tau));
  }
  if (data.band) {
    const band = $("band");
    band.hidden = false;
    const [a, b] = data.band.map((t) => Math.min(Math.max(toPlace(t) / sliderSteps, 0), 1));
    band.style.setProperty("--from", String(a));
    band.style.setProperty("--to", String(b));
  }

  // MARK: The state in the address

  function writeHash() {
    const parts = { tau: tauText(state.tau), query: state.query + 1 };
    if (state.size !== data.pairs) parts.batch = state.size;
    if ($("suspected").checked) parts.without = "suspected";
    const hash = `#${new URLSearchParams(parts)}`;
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }

  function readHash() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const [tau, query, size] = ["tau", "query", "batch"].map((name) => Number(parts.get(name)));
    if (tau > 0) state.tau = Math.min(Math.max(tau, lowest), highest);
    if (query >= 1 && query <= data.count) state.query = Math.floor(query) - 1;
    if (size >= 1) state.size = Math.min(Math.max(Math.round(size), smallestBatch), data.pairs);
    return parts.get("without") === "suspected" && suspects > 0;
  }

  addEventListener("hashchange", () => {
    const isOut = readHash();
    if (isOut !== $("suspected").checked) leaveOutSuspected(isOut);
    makeList();
    changed();
  });

  $("suspected").checked = readHash();
  if ($("suspected").checked) state.out = Uint8Array.from(data.suspicions, (v) => (v ? 1 : 0));
  findCurve();
  makeList();
  update();
  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    changed();
  });
})();
