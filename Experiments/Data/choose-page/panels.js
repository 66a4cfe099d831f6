"use strict";

// What is drawn of all queries.

// As far as a slider's thumb is from the end of its track.
const inset = 10;

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

function drawDistribution(s) {
  const bins = Sample.distributions(data, s, state.out, now.queries);
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
  const chance = Bounds.chance(data, n, state.out);
  const floor = Bounds.floor(data, s, n, state.out);
  const loss = isAll ? now.mean : Batches.losses(data, s, [n], state.out)[0];
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
      : Bounds.isPlain(data, state.out)
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

function drawReliability(s) {
  const result = Sample.reliability(data, s, state.out, now.queries);
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
