"use strict";

// What the reader does, and the state in the address.

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
  const last = rows.findLastIndex((row) => !row.item.hidden);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[e.key];
  if (at < 0 || to === undefined || to < 0 || to > last) return;
  e.preventDefault();
  rows[at].box.tabIndex = -1;
  rows[to].box.tabIndex = 0;
  rows[to].box.focus();
});
$("more").addEventListener("click", () => {
  state.isLong = !state.isLong;
  shortenList();
});
isWide.addEventListener("change", shortenList);
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
  ? `Leave out all ${count(suspects)} candidates for false negatives`
  : "No negative is a candidate for a false one";
for (const [id, n] of [["twins", suspectCounts[0]], ["same-keys", suspectCounts[1]]]) {
  if ($(id)) show(id, n, count(n));
}
for (const tick of document.querySelectorAll(".tick")) {
  const tau = Number(tick.dataset.temperature);
  tick.style.setProperty("--place", String(toPlace(tau) / sliderSteps));
  tick.addEventListener("click", () => setTau(tau));
}
for (const ends of data.bands) {
  if (ends[1] < lowest || ends[0] > highest) continue;
  const band = part("span", "band");
  const [a, b] = ends.map((t) => Math.min(Math.max(toPlace(t) / sliderSteps, 0), 1));
  band.style.setProperty("--from", String(a));
  band.style.setProperty("--to", String(b));
  $("temperature").before(band);
}

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
  state.size = size >= 1 ? Math.min(Math.max(Math.round(size), smallestBatch), data.pairs) : data.pairs;
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
// At once here: what comes in later would move what is below it.
drawBatches();
drawEvidence();
let width = document.documentElement.clientWidth;
addEventListener("resize", () => {
  if (document.documentElement.clientWidth === width) return;
  width = document.documentElement.clientWidth;
  drawEvidence();
  changed();
});
