"use strict";

// What the page knows, and what the reader has chosen.

const data = Reading.read(JSON.parse(document.getElementById("data").textContent));
const $ = (id) => document.getElementById(id);
const [lowest, highest] = data.rest.temperatures;
const shownCount = 50;
// How many of them a narrow window shows at first, so that what follows is not far.
const briefCount = 10;
const sliderSteps = Number($("temperature").max);
const batchSteps = Number($("batch").max);
const smallestBatch = 2;

const state = {
  tau: Math.min(Math.max(data.temperature ?? 0.05, lowest), highest),
  query: 0,
  size: data.pairs,
  out: new Uint8Array(data.count * data.kept),
  isLong: false,
};

/** Shows a number, with all its digits for those who read the document. */
function show(id, value, shown) {
  const node = $(id);
  node.value = String(value);
  node.textContent = shown;
}

const keyIndex = new Map(data.keyRows.map((row, i) => [row, i]));
const keyText = (row) => data.keyTexts?.[keyIndex.get(row)] ?? `the key of row ${row}`;
const queryText = (i) => data.queryTexts?.[i] ?? `the query of row ${data.rows[i]}`;
const suspectCounts = [1, 2].map((kind) => data.suspicions.reduce((sum, v) => sum + (v === kind ? 1 : 0), 0));
const suspects = suspectCounts[0] + suspectCounts[1];
const suspicionNames = ["", "twin", "same key"];

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
  const points = grid.map((tau) => Sample.all(data, 1 / tau, state.out));
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
  loss = Sample.all(data, 1 / tau, state.out).mean;
  const calibration = grid.map((t, i) => Sample.reliability(data, 1 / t, state.out, points[i].queries).error);
  const calibratedAt = calibration.indexOf(Math.min(...calibration));
  curveData = {
    grid,
    losses,
    errors: points.map((p) => 1.96 * p.error),
    floors: grid.map((t) => Bounds.floor(data, 1 / t, data.pairs, state.out)),
    chance: Bounds.chance(data, data.pairs, state.out),
    // A loss that is the same at every temperature is least at none.
    least: Math.max(...losses) - loss > 1e-6 * loss
      ? { tau, loss, text: at % (grid.length - 1) ? tauText(tau) : `the end, ${tauText(tau)}` }
      : null,
    calibrated: grid[calibratedAt],
    calibratedAtEnd: calibratedAt % (grid.length - 1) === 0,
    // What distributions are drawn up to: that of the weight is highest at the smallest τ.
    densityTop: densityTop(points),
  };
}

function densityTop(points) {
  let top = 0;
  for (const i of [0, Math.floor(grid.length / 2)]) {
    const bins = Sample.distributions(data, 1 / grid[i], state.out, points[i].queries);
    for (const values of [bins.positives, bins.negatives, bins.gradient]) {
      const sum = values.reduce((a, b) => a + b, 0);
      if (sum > 0) top = Math.max(top, Math.max(...values) / sum / bins.width);
    }
  }
  return 1.05 * top || 1;
}
