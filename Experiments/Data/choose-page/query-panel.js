"use strict";

// One query with its hardest negatives.

let rows = [];
/** Makes the list of a query's negatives, whose bars are then moved. */
function makeList() {
  const i = state.query;
  $("place").textContent = `${i + 1} of ${count(data.count)}`;
  $("row").textContent = `row ${data.rows[i]}`;
  for (const [id, words] of [["query-text", queryText(i)], ["key-text", keyText(data.rows[i])]]) {
    $(id).textContent = words;
    $(id).title = words;
  }
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
    const word = part("span", "word");
    word.title = name;
    if (data.suspicions[at]) {
      const flag = part("span", "flag", suspicionNames[data.suspicions[at]]);
      flag.title = "A candidate for a false negative";
      // First, where no long text cuts it off.
      word.append(flag, " ");
    }
    word.append(name);
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
  shortenList();
}

const isWide = matchMedia("(min-width: 60rem)");
/** Hides the list's end where panels are below it and not beside it. */
function shortenList() {
  const end = isWide.matches || state.isLong ? rows.length : briefCount;
  rows.forEach((row, k) => { row.item.hidden = k >= end; });
  const more = $("more");
  more.hidden = isWide.matches || rows.length <= briefCount;
  more.textContent = state.isLong ? `Show ${briefCount} only` : `Show all ${rows.length}`;
  more.setAttribute("aria-expanded", String(state.isLong));
  // The list's stop of the tabulator is one that is seen.
  if (!rows.some((row) => row.box.tabIndex === 0 && !row.item.hidden)) {
    rows.forEach((row, k) => { row.box.tabIndex = k ? -1 : 0; });
  }
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
  const shares = rows.map(({ k }) => Query.share(data, i, k, s, q.logSum, state.out));
  const top = Math.max(...shares);
  rows.forEach((row, n) => {
    row.fill.style.width = `${(100 * shares[n]) / (top || 1)}%`;
    row.share.textContent = state.out[row.at] ? "out" : percent(shares[n]);
    row.item.classList.toggle("out", state.out[row.at] === 1);
  });
  const isShared = top > 0 || total > rows.length && q.logSum > -Infinity;
  $("bar-scale").textContent = rows.length && !isShared
    ? "All of its negatives are left out: nothing has a share of the gradient."
    : rows.length
    ? `A full bar is the largest share of the gradient here, ${exactPercent(top)}; if all counted alike each had `
      + `${exactPercent(1 / Math.max(1, total - Query.leftOut(data, i, state.out)))}. Those with a mark at the left are at `
      + "least as near as the query’s own key."
    : "It has no negatives.";
  const others = total - rows.length;
  const othersShare = Math.max(0, 1 - shares.reduce((a, b) => a + b, 0));
  $("rest").textContent = others > 0 && isShared
    ? `The other ${count(others)} together: ${percent(othersShare)}`
    : "";
  const left = Query.leftOut(data, i, state.out);
  const whole = left ? Query.of(data, i, s, new Uint8Array(state.out.length)).loss : q.loss;
  $("masked").textContent = left
    ? `Without ${count(left)} of its negatives this query’s loss is ${text(q.loss)}; with all it is ${text(whole)}.`
    : "";
}
