"use strict";

// What is drawn of all queries.

// As far as a slider's thumb is from the end of its track.
const inset = 10;

/** Says what a picture cannot, or nothing. */
function say(id, words) {
  $(id).textContent = words;
  $(id).hidden = !words;
}

let now;
function update() {
  const s = 1 / state.tau;
  now = Sample.all(data, s, state.out);
  const sorted = now.queries.map((q) => q.effective).sort((a, b) => a - b);
  const quantiles = [0.1, 0.5, 0.9].map((p) => Sample.quantile(sorted, p));

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

/** What was found by training: drawn anew only for another width. */
function drawEvidence() {
  const host = $("evidence");
  if (!host) return;
  const { points, untrained } = data.evidence;
  Evidence.chart(host, { points, untrained, bands: data.bands, use: data.temperature });
  host.setAttribute("aria-label",
    `Recall@1 after training: ${points.map((p) => `${text(p.value, 3)} at ${tauText(p.temperature)}`).join(", ")}; `
    + `untrained ${text(untrained.value, 3)}. The table has the intervals.`);
}

function drawCurve() {
  const host = $("curve");
  // The curve is as wide as the slider below it, and has its numbers left of both.
  const [own, track] = [host.getBoundingClientRect(), $("temperature").getBoundingClientRect()];
  const f = Charts.curve(host, {
    ...curveData, tau: state.tau, loss: now.mean, bands: data.bands,
    left: track.left - own.left + inset, right: own.right - track.right + inset,
  });
  const { least } = curveData;
  const whole = data.least && data.count < data.pairs
    ? ` (${tauText(data.least)} over all ${count(data.pairs)} pairs)` : "";
  $("least-note").textContent = least
    ? `Its minimum, at ${least.text}${whole}, is where a learned temperature would settle while the embeddings stay as they are`
      + ` — not where to train: ${data.evidence ? "that is what recall after training, above, tells" : "no training is compared here"}.`
    : "The loss is the same at every temperature, and says nothing of which to train at.";
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

function drawDistribution(s) {
  const bins = Sample.distributions(data, s, state.out, now.queries);
  const sum = bins.gradient.reduce((a, b) => a + b, 0);
  const mean = bins.weighted / (sum || 1);
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
  const total = Sample.quantile([...data.negatives].sort((a, b) => a - b), 0.5);
  const share = quantiles[1] / total;
  say("effective-plain", total < 2 ? "" : share > 0.9
    ? `At this τ nearly all negatives count alike: the median is ${percent(share)} of them. Hard ones hardly weigh more than others${curveData.least ? "; at a smaller τ they do" : ", at any temperature"}.`
    : quantiles[1] > 0 && quantiles[1] < 1.1
      ? "At this τ most queries look at a single negative, the nearest: all others have next to no gradient."
      : "");
  host.setAttribute("aria-label",
    `Effective negatives of all queries: median ${middle}, from one in ten to nine in ten ${low} to ${high}`);
}

function drawRuler(s) {
  const [n, isAll] = [state.size, state.size === data.pairs];
  const chance = Bounds.chance(data, n, state.out);
  const floor = Bounds.floor(data, s, n, state.out);
  const loss = isAll ? now.mean : Batches.losses(data, s, [n], state.out)[0];
  const host = $("ruler");
  Charts.ruler(host, {
    floor, chance, loss, error: isAll ? 1.96 * now.error : 0,
    query: isAll ? now.queries[state.query].loss : undefined,
  });
  show("batch-loss", loss, text(loss));
  show("floor", floor, text(floor));
  show("chance", chance, text(chance));
  const share = loss > 0 ? Math.min(1, floor / loss) : 0;
  const information = Math.log(n) - loss;
  const isPlain = Bounds.isPlain(data, state.out);
  const words = [
    !isPlain && share < 1e-4
      ? "How much of the loss is floor is not known: where some others are no negatives there is only a loose bound, next to 0."
      : share < 1e-4
      ? "Next to none of the loss is floor: nearly all of it training may remove."
      : isPlain
      ? `${percent(share)} of the loss is floor, which no training removes.`
      : `At least ${percent(share)} of the loss is floor, which no training removes: where some others are no negatives only a loose floor is known.`,
    loss > chance * (1 + 1e-6)
      ? "It is above chance: confident, and wrong."
      : isPlain
        // In smaller batches the expected loss is an approximation from below, which certifies nothing.
        ? isAll ? `It certifies ${text(Math.max(0, information), 3)} nats of mutual information at least.` : ""
        : "",
  ].join(" ");
  $("ruler-note").textContent = isAll ? `${words} The triangle is the query on this page.` : words;
  host.setAttribute("aria-label",
    `In batches of ${count(n)}: floor ${text(floor, 3)}, loss ${text(loss, 3)}, chance ${text(chance, 3)} nats. ${words}`);
  show("batch-size", n, `${count(n)}${isAll ? ", all pairs" : ""}`);
  // A step of the slider may be less than a pair: where it stands is left alone as long as it means this size.
  if (toSize(Number($("batch").value)) !== n) $("batch").value = String(Math.round(sizePlace(n)));
  $("batch").setAttribute("aria-valuetext", `${count(n)} pairs, loss ${text(loss)} nats`);
}

function drawBatches() {
  const sizes = [];
  for (let n = smallestBatch; n < data.pairs; n *= 2) sizes.push(n);
  sizes.push(data.pairs);
  const s = 1 / state.tau;
  const losses = Batches.losses(data, s, sizes, state.out);
  const host = $("batch-chart");
  host.hidden = sizes.length < 2;
  if (sizes.length < 2) return;
  Charts.batches(host, {
    sizes, losses, floors: sizes.map((n) => Bounds.floor(data, s, n, state.out)),
    chances: sizes.map((n) => Bounds.chance(data, n, state.out)),
    size: state.size, loss: Number($("batch-loss").value), margin: inset, format: short,
  });
  host.setAttribute("aria-label",
    `The loss over batch sizes: ${sizes.map((n, i) => `${text(losses[i], 3)} at ${count(n)}`).join(", ")}`);
}

/** Which way groups are off, by the queries in them: both, where one way is a third of the other or more. */
function direction(groups) {
  let [over, under] = [0, 0];
  for (const { n, confidence, accuracy } of groups) {
    over += n * Math.max(0, confidence - accuracy);
    under += n * Math.max(0, accuracy - confidence);
  }
  if (3 * Math.min(over, under) >= Math.max(over, under)) return "Off both ways";
  return over > under ? "Too sure of itself" : "Not sure enough";
}

function drawReliability(s) {
  const result = Sample.reliability(data, s, state.out, now.queries);
  const host = $("reliability");
  Charts.reliability(host, result);
  show("accuracy", result.accuracy, percent(result.accuracy));
  show("confidence", result.confidence, percent(result.confidence));
  // Judged as by `Experiments calibrate`.
  const limit = Sample.errorLimit(result.groups);
  // Two numbers that decide differ as they are shown.
  const isNear = result.error !== limit && percent(result.error) === percent(limit);
  const shown = (share) => (isNear ? `${(100 * share).toPrecision(5)}\u00a0%` : percent(share));
  show("calibration", result.error, shown(result.error));
  const verdict = result.error <= limit
    ? "Not told from a calibrated one"
    : direction(result.groups);
  $("reliability-note").textContent =
    `${verdict}: of calibrated ones 95\u00a0% have an error of ${shown(limit)} at the most on these ${count(data.count)} queries. `
    + `The error is least ${curveData.calibratedAtEnd ? "at the end, " : "near "}τ = ${tauText(curveData.calibrated)}.`
    + (result.error <= limit && data.pairs > 2 * data.count
      ? " “Experiments calibrate” judges by more queries, and may tell what these do not." : "");
  const confidences = result.groups.map((g) => g.confidence);
  const [low, high] = [Math.min(...confidences), Math.max(...confidences)];
  say("reliability-plain", high < 0.05
    ? `At this τ the softmax gives no group of queries’ first candidates more than ${exactPercent(high)} on average: all dots lie at the left edge, and show only how often the first is right.`
    : low > 0.95
      ? `At this τ the softmax is sure of all its first candidates, by ${percent(low)} or more: all dots lie at the right edge, and show only how often the first is right.`
      : "");
  host.setAttribute("aria-label",
    `How often the first candidate is right against its probability: ${percent(result.accuracy)} against `
    + `${percent(result.confidence)}, calibration error ${percent(result.error)}. ${verdict}.`);
}
