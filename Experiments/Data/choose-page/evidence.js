"use strict";

/** The picture of what training at every temperature brought. */
const Evidence = (() => {
  const { frame, leftAxis, label, bandRanges } = Axes;

  /** Recall after training at every temperature with its intervals, and beside it that of no training. */
  function chart(host, { points, untrained, bands, use }) {
    const all = [...points, untrained];
    const low = Math.min(...all.map((p) => p.low));
    const high = Math.max(...all.map((p) => p.high));
    const room = 0.08 * (high - low) || 0.05;
    const ends = [points[0].temperature, points.at(-1).temperature];
    const aside = 76;
    const f = frame(host, {
      height: host.clientWidth < 500 ? 220 : 250,
      x: { from: ends[0] / 1.2, to: ends[1] * 1.2, log: true },
      y: { from: Math.max(0, low - room), to: Math.min(1, high + room) },
      margin: { left: 46, right: aside, top: 22, bottom: 36 },
    });
    const bottom = f.height - f.bottom;
    bandRanges(f, bands);
    leftAxis(f, String, 5);
    label(f, 0, 12, "recall@1", { kind: "axis-title" });
    const right = f.width - aside / 2 + 6;
    f.add("line", { class: "bound", x1: f.left, x2: right, y1: f.y(untrained.value), y2: f.y(untrained.value) });
    f.add("line", { class: "axis", x1: f.left, x2: f.width - aside, y1: bottom, y2: bottom });
    const whisker = (x, p, kind) => {
      f.add("line", { class: kind, x1: x, x2: x, y1: f.y(p.low), y2: f.y(p.high) });
      for (const v of [p.low, p.high]) f.add("line", { class: kind, x1: x - 4, x2: x + 4, y1: f.y(v), y2: f.y(v) });
    };
    whisker(right, untrained, "whisker-quiet");
    f.add("circle", { class: "dot-quiet", cx: right, cy: f.y(untrained.value), r: 4 });
    label(f, right, bottom + 17, "untrained", { anchor: "middle", kind: "tick-text" });
    for (const p of points) {
      const x = f.x(p.temperature);
      const isUse = p.temperature === use;
      whisker(x, p, p.isWorse ? "whisker-quiet" : "whisker-thin");
      const kind = isUse ? "now-dot" : p.isWorse ? "dot-quiet" : "ring";
      f.add("circle", { class: kind, cx: x, cy: f.y(p.value), r: isUse ? 6 : 4.5 });
    }
    // The number of the one to use first, of the others those that have room.
    const used = [];
    const order = [...points].sort((p, q) => (q.temperature === use) - (p.temperature === use));
    for (const p of order) {
      const [x, words] = [f.x(p.temperature), tauText(p.temperature)];
      const half = 3.6 * words.length + 4;
      f.add("line", { class: "axis", x1: x, x2: x, y1: bottom, y2: bottom + 4 });
      if (used.some((u) => Math.abs(u.x - x) < u.half + half)) continue;
      used.push({ x, half });
      label(f, x, bottom + 17, words, { anchor: "middle", kind: p.temperature === use ? "strong" : "tick-text" });
    }
    label(f, (f.left + f.width - aside) / 2, f.height - 2, "trained at τ", { anchor: "middle", kind: "axis-title" });
  }

  return Object.freeze({ chart });
})();
