"use strict";

/** The pictures: functions that fill an element. */
const Charts = (() => {
  const { frame, scale, splitScale, round, line, ticks, bottomAxis, leftAxis, natsAxis, label, area, bandRanges } = Axes;

  // How wide one is on average.
  const letter = 6.6;

  /** The loss over all temperatures, with the one that is looked at. */
  function curve(host, { grid, losses, errors, floors, chance, tau, loss, least, bands, left, right }) {
    const f = frame(host, {
      height: host.clientWidth < 500 ? 220 : 260,
      x: { from: grid[0], to: grid[grid.length - 1], log: true },
      margin: { left, right, top: 20, bottom: 8 },
    });
    const isSplit = setNats(f, chance, Math.max(...losses.map((l, i) => l + errors[i])));
    bandRanges(f, bands);
    leftAxis(f, String, 5);
    label(f, 0, 12, "nats", { kind: "axis-title" });
    const xs = grid.map((t) => f.x(t));
    // Before the words, through which it would go.
    const x = f.x(tau);
    f.add("line", { class: "now", x1: x, x2: x, y1: f.top, y2: f.height });
    f.add("path", { class: "interval", d: area(f, xs, losses.map((l, i) => Math.max(0, l - errors[i])), losses.map((l, i) => l + errors[i])) });
    f.add("line", { class: "bound", x1: f.left, x2: f.width - f.right, y1: f.y(chance), y2: f.y(chance) });
    f.add("path", { class: "bound", d: line(xs.map((x, i) => [x, f.y(floors[i])])) });
    f.add("path", { class: "loss", d: line(xs.map((x, i) => [x, f.y(losses[i])])) });
    chanceLabel(f, f.y(chance) - 6, isSplit ? ["chance; above it a log scale", "chance"] : ["chance"], x);
    const named = (share) => xs[Math.floor(grid.length * share)];
    const end = Math.floor(grid.length * (Math.abs(named(0.8) + 16 - x) < 24 ? 0.65 : 0.8));
    label(f, xs[end], f.y(floors[end]) + (f.y(floors[end]) > f.height - f.bottom - 24 ? -6 : 18), "floor", { kind: "quiet" });
    if (least) {
      f.add("circle", { class: "least", cx: f.x(least.tau), cy: f.y(least.loss), r: 3.5 });
      leastLabel(f, f.x(least.tau), f.y(least.loss), `least at ${least.text}`, x);
    }
    f.add("circle", { class: "now-dot", cx: x, cy: f.y(loss), r: 5 });
    return f;
  }

  /** Names the line of chance right of the line of the temperature that is looked at, or left of it, in the first words with room. */
  function chanceLabel(f, y, choices, now) {
    const end = f.width - f.right;
    for (const words of choices) {
      const wide = letter * words.length + 8;
      const at = now < end - wide || now > end ? end : now - 8;
      if (at - wide < f.left && words !== choices.at(-1)) continue;
      label(f, at, y, words, { anchor: "end", kind: "quiet" });
      return;
    }
  }

  /** Names the minimum: below it if there is room, and beside the line of the temperature that is looked at. */
  function leastLabel(f, at, y, words, now) {
    const wide = letter * words.length + 8;
    const below = y + 20 > f.height - f.bottom ? -10 : 20;
    const end = f.width - f.right;
    if (Math.abs(now - at) < wide / 2) {
      const isLeft = (now >= at && now - wide > f.left) || now + wide > end;
      label(f, now + (isLeft ? -8 : 8), y + below, words, { anchor: isLeft ? "end" : "start", kind: "quiet" });
      return;
    }
    const middle = Math.min(Math.max(at, f.left + wide / 2), end - wide / 2);
    label(f, middle, y + below, words, { anchor: "middle", kind: "quiet" });
  }

  /** Heights for losses: what is far above chance, as where τ is small, is on a log scale, so that nothing is cut off. */
  function setNats(f, chance, largest) {
    const [bottom, isSplit] = [f.height - f.bottom, largest > 1.1 * chance];
    f.y = isSplit
      ? splitScale({ split: chance, to: 1.05 * largest, part: 0.7 }, bottom, f.top)
      : scale({ from: 0, to: 1.1 * Math.max(largest, chance) || 1 }, bottom, f.top);
    return isSplit;
  }

  /** Cosines, and where the gradient is among them. */
  function distribution(host, { bins, top, mean }) {
    const { start, width, positives, negatives, gradient } = bins;
    const count = positives.length;
    const f = frame(host, {
      height: 210, x: { from: start, to: start + count * width }, y: { from: 0, to: top },
      margin: { left: 8, right: 8, top: 22 },
    });
    const steps = (values) => {
      const sum = values.reduce((a, b) => a + b, 0) || 1;
      const points = [];
      values.forEach((v, b) => {
        const y = f.y(Math.min(v / sum / width, top));
        points.push([f.x(start + b * width), y], [f.x(start + (b + 1) * width), y]);
      });
      return points;
    };
    const closed = (points) =>
      `${line([[f.left, f.y(0)], ...points, [f.width - f.right, f.y(0)]])}Z`;
    f.add("path", { class: "fill-negative", d: closed(steps(negatives)) });
    f.add("path", { class: "fill-positive", d: closed(steps(positives)) });
    f.add("path", { class: "line-negative", d: line(steps(negatives)) });
    f.add("path", { class: "line-positive", d: line(steps(positives)) });
    if (gradient.some((v) => v > 0)) {
      f.add("path", { class: "line-weight", d: line(steps(gradient)) });
      const x = f.x(mean);
      f.add("line", { class: "weight-mean", x1: x, x2: x, y1: f.top - 4, y2: f.height - f.bottom });
      label(f, x, f.top - 8, `the weight’s mean ${mean.toFixed(2)}`, {
        anchor: x < 70 ? "start" : x > f.width - 70 ? "end" : "middle", kind: "weight-text",
      });
    }
    bottomAxis(f, "cosine");
  }

  /** A ruler from floor to chance, with the loss on it. */
  function ruler(host, { floor, chance, loss, error, query }) {
    const to = Math.max(chance, loss, query ?? 0) * 1.02 || 1;
    const f = frame(host, { height: 92, x: { from: 0, to }, margin: { left: 10, right: 10 } });
    const [y, h] = [32, 18];
    const bar = (kind, a, b) =>
      f.add("rect", { class: kind, x: f.x(a), y, width: Math.max(0, f.x(b) - f.x(a)), height: h, rx: 3 });
    bar("ruler-paper", 0, to);
    bar("ruler-loss", 0, loss);
    bar("ruler-floor", 0, floor);
    const side = (v) => (f.x(v) < 50 ? "start" : f.x(v) > f.width - 50 ? "end" : "middle");
    const mark = (v, text, isAbove, kind) => {
      const x = f.x(v);
      f.add("line", { class: `${kind}-line`, x1: x, x2: x, y1: isAbove ? y - 8 : y, y2: isAbove ? y + h : y + h + 8 });
      if (text) label(f, x, isAbove ? y - 14 : y + h + 24, text, { anchor: side(v), kind });
    };
    // Two words on one line need room.
    const isWide = f.x(chance) - f.x(floor) > 100;
    mark(floor, isWide ? "floor" : "", false, "quiet");
    mark(chance, isWide ? "chance" : "floor and chance", false, "quiet");
    mark(loss, "loss", true, "strong");
    if (error > 0) {
      const [a, b] = [f.x(Math.max(0, loss - error)), f.x(Math.min(to, loss + error))];
      f.add("line", { class: "whisker", x1: a, x2: b, y1: y + h / 2, y2: y + h / 2 });
    }
    if (query !== undefined) {
      f.add("path", { class: "pointer", d: `M${round(f.x(query))} ${y + h - 3}l-5 9h10z` });
    }
  }

  /** The loss, its floor and chance over batch sizes. */
  function batches(host, { sizes, losses, floors, chances, size, loss, margin, format }) {
    const f = frame(host, {
      height: 190, x: { from: sizes[0], to: sizes[sizes.length - 1], log: true },
      margin: { left: margin, right: margin, top: 14, bottom: 22 },
    });
    const isSplit = setNats(f, Math.max(...chances), Math.max(...losses));
    natsAxis(f);
    const draw = (kind, values) =>
      f.add("path", { class: kind, d: line(sizes.map((n, i) => [f.x(n), f.y(values[i])])) });
    draw("bound", chances);
    draw("bound", floors);
    draw("loss", losses);
    const x = f.x(size);
    f.add("line", { class: "now", x1: x, x2: x, y1: f.top, y2: f.y(0) });
    const at = Math.floor(0.55 * (sizes.length - 1));
    if (isSplit) {
      // The loss is above chance there: chance is named below its line.
      label(f, f.x(sizes[at]) + 8, f.y(chances[at]) + 14, "chance", { kind: "quiet" });
      label(f, f.width - f.right - 8, f.y(0) - 8, `log scale above ${text(Math.max(...chances), 2)} nats`, { anchor: "end", kind: "quiet" });
    } else {
      label(f, f.x(sizes[at]), f.y(chances[at]) - 8, "chance", { anchor: at ? "end" : "start", kind: "quiet" });
    }
    if (f.y(floors[at]) < f.y(0) - 14) {
      label(f, f.x(sizes[at]), f.y(floors[at]) + 16, "floor", { kind: "quiet" });
    }
    f.add("circle", { class: "now-dot", cx: x, cy: f.y(loss), r: 5 });
    let used = -Infinity;
    for (const v of ticks({ ...f.x, from: sizes[0], to: sizes[sizes.length - 1], log: true })) {
      const text = format(v);
      const half = text.length * 3.6;
      if (f.x(v) - half < used + 10 || f.x(v) + half > f.width) continue;
      used = f.x(v) + half;
      f.add("text", { class: "tick-text", x: f.x(v), y: f.height - 4, "text-anchor": "middle" }, text);
    }
  }

  /** How many negatives share the gradient of each query. */
  function effective(host, { values, largest, quantiles, own, format }) {
    const to = Math.max(2, largest);
    const binCount = host.clientWidth < 420 ? 36 : 48;
    const counts = new Array(binCount).fill(0);
    for (const v of values) {
      const at = Math.floor((Math.log(Math.max(1, v)) / Math.log(to)) * binCount);
      counts[Math.min(Math.max(at, 0), binCount - 1)] += 1;
    }
    const f = frame(host, {
      height: 170, x: { from: 1, to, log: true }, y: { from: 0, to: Math.max(...counts) },
      margin: { left: 8, right: 8, top: 24 },
    });
    const [low, middle, high] = quantiles.map((v) => f.x(Math.min(Math.max(v, 1), to)));
    f.add("rect", { class: "band", x: low, y: f.top, width: Math.max(1, high - low), height: f.height - f.top - f.bottom });
    const step = (f.width - f.left - f.right) / binCount;
    counts.forEach((n, b) => {
      if (!n) return;
      f.add("rect", { class: "bar-negative", x: f.left + b * step + 0.5, y: f.y(n), width: step - 1, height: f.y(0) - f.y(n) });
    });
    f.add("line", { class: "median", x1: middle, x2: middle, y1: f.top - 4, y2: f.height - f.bottom });
    label(f, middle, f.top - 9, `median ${format(quantiles[1])}`, {
      anchor: middle < 60 ? "start" : middle > f.width - 60 ? "end" : "middle", kind: "label",
    });
    if (own > 0) {
      const x = f.x(Math.min(Math.max(own, 1), to));
      f.add("path", { class: "pointer", d: `M${round(x)} ${f.height - f.bottom + 1}l-5 9h10z` });
    }
    // Below the triangle.
    bottomAxis(f, "", format, 24);
  }

  /** How often the first is right against its probability. */
  function reliability(host, { groups }) {
    const side = Math.min(Math.max(240, host.clientWidth), 380);
    const f = frame(host, {
      height: side, x: { from: 0, to: 1 }, y: { from: 0, to: 1 }, margin: { bottom: 40, top: 20, left: 46, right: 22 },
    });
    leftAxis(f, (v) => `${Math.round(100 * v)} %`, 4);
    f.add("line", { class: "diagonal", x1: f.x(0), y1: f.y(0), x2: f.x(1), y2: f.y(1) });
    for (const g of groups) {
      const x = f.x(g.confidence);
      f.add("line", { class: "whisker-thin", x1: x, x2: x, y1: f.y(g.low), y2: f.y(g.high) });
    }
    f.add("path", { class: "line-reliability", d: line(groups.map((g) => [f.x(g.confidence), f.y(g.accuracy)])) });
    for (const g of groups) {
      f.add("circle", { class: "dot", cx: f.x(g.confidence), cy: f.y(g.accuracy), r: 4.5 });
    }
    label(f, f.left, 10, "how often it is right", { kind: "axis-title" });
    bottomAxis(f, "probability of the candidate that is first", (v) => `${Math.round(100 * v)} %`);
  }

  return Object.freeze({ curve, distribution, ruler, batches, effective, reliability });
})();
