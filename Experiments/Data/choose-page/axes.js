"use strict";

/** What pictures are made of: an SVG as wide as its element, scales, axes and labels. Colours are the style's. */
const Axes = (() => {
  function element(name, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  /** An SVG for an element, with room for axes: its parts, and the functions from data to places. */
  function frame(host, { height, x, y, margin = {} }) {
    const { left = 44, right = 12, top = 10, bottom = 34 } = margin;
    const width = Math.max(240, host.clientWidth);
    const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
    host.replaceChildren(svg);
    return {
      svg, width, height, left, right, top, bottom,
      x: scale(x, left, width - right),
      y: y && scale(y, height - bottom, top),
      add(name, attributes, ...children) {
        const node = element(name, attributes, ...children);
        svg.append(node);
        return node;
      },
    };
  }

  function scale({ from, to, log = false }, start, end) {
    const [a, b] = log ? [Math.log(from), Math.log(to)] : [from, to];
    const place = (v) => start + (((log ? Math.log(v) : v) - a) / (b - a || 1)) * (end - start);
    place.invert = (p) => {
      const v = a + ((p - start) / (end - start)) * (b - a);
      return log ? Math.exp(v) : v;
    };
    [place.from, place.to, place.log, place.start, place.end] = [from, to, log, start, end];
    return place;
  }

  /**
   * From 0 in proportion up to `split`, which is at a part of the way, and above it by logarithms: what is far above
   * is seen, and what is below stays large.
   */
  function splitScale({ split, to, part }, start, end) {
    const middle = start + part * (end - start);
    const below = scale({ from: 0, to: split }, start, middle);
    const above = scale({ from: split, to, log: true }, middle, end);
    const place = (v) => (v <= split ? below(v) : above(v));
    place.ticks = (wanted) => {
      const result = ticks(below, wanted);
      for (const v of ticks(above)) {
        if (Math.abs(place(v) - place(result.at(-1))) >= 18) result.push(v);
      }
      return result;
    };
    return place;
  }

  const round = (v) => Math.round(v * 10) / 10;

  function line(points) {
    return points.map(([x, y], i) => `${i ? "L" : "M"}${round(x)} ${round(y)}`).join("");
  }

  /** Round numbers inside a range: powers of ten with 2 and 5 on a log scale, some five elsewhere. */
  function ticks(place, wanted = 5) {
    const { from, to, log } = place;
    if (log) {
      const decades = Math.log10(to / from);
      const steps = decades > 4.5 ? [1] : decades > 1.2 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
      const result = [];
      for (let e = Math.floor(Math.log10(from)); e <= Math.log10(to); e += 1) {
        for (const m of steps) result.push(Number((m * 10 ** e).toPrecision(12)));
      }
      return result.filter((v) => v >= from * 0.999 && v <= to * 1.001);
    }
    const rough = (to - from) / wanted;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough * 0.999) ?? 10);
    const result = [];
    for (let v = Math.ceil(from / step - 1e-9) * step; v <= to + step * 1e-9; v += step) {
      result.push(Number(v.toPrecision(12)));
    }
    return result;
  }

  /** Numbers along the bottom, as many as fit; `drop` below the axis. */
  function bottomAxis(f, title, format = String, drop = 17) {
    const y = f.height - f.bottom;
    f.add("line", { class: "axis", x1: f.left, x2: f.width - f.right, y1: y, y2: y });
    let used = -Infinity;
    for (const v of ticks(f.x, Math.max(3, Math.floor(f.width / 90)))) {
      const x = f.x(v);
      f.add("line", { class: "axis", x1: x, x2: x, y1: y, y2: y + 4 });
      const text = format(v);
      const half = text.length * 3.6;
      if (x - half < used + 8) continue;
      used = x + half;
      f.add("text", { class: "tick-text", x, y: y + drop, "text-anchor": "middle" }, text);
    }
    if (title) {
      f.add("text", { class: "axis-title", x: f.width - f.right, y: f.height - 2, "text-anchor": "end" }, title);
    }
  }

  /** Numbers along the left, with lines across. */
  function leftAxis(f, format = String, wanted = 4) {
    for (const v of f.y.ticks?.(wanted) ?? ticks(f.y, wanted)) {
      const y = f.y(v);
      f.add("line", { class: "grid", x1: f.left, x2: f.width - f.right, y1: y, y2: y });
      f.add("text", { class: "tick-text", x: f.left - 8, y: y + 4, "text-anchor": "end" }, format(v));
    }
  }

  /** Lines across, with their numbers on them and what they count on the first. */
  function natsAxis(f) {
    const values = f.y.ticks?.(5) ?? ticks(f.y, 5);
    for (const v of values) {
      f.add("line", { class: "grid", x1: f.left, x2: f.width - f.right, y1: f.y(v), y2: f.y(v) });
      const unit = v === values.at(-1) ? ` nat${v === 1 ? "" : "s"}` : "";
      if (v > 0) label(f, f.left, f.y(v) - 4, `${v}${unit}`, { kind: "tick-text" });
    }
  }

  /** A label, on paper of its own so that it can be read over lines. */
  function label(f, x, y, text, { anchor = "start", kind = "label" } = {}) {
    return f.add("text", { class: kind, x: round(x), y: round(y), "text-anchor": anchor }, text);
  }

  /** Ranges of temperatures that are not told apart, with their name on the widest; arrows where they go on outside. */
  function bandRanges(f, bands) {
    const { from, to } = f.x;
    const inside = bands.filter(([a, b]) => b >= from && a <= to).map(([a, b]) => {
      const [low, high] = [f.x(Math.max(a, from)), f.x(Math.min(b, to))];
      f.add("rect", { class: "band", x: low - 1, y: f.top, width: high - low + 2, height: f.height - f.top - f.bottom });
      return { a, b, low, high };
    });
    if (!inside.length) return;
    const { a, b, low, high } = inside.reduce((x, y) => (y.high - y.low > x.high - x.low ? y : x));
    const name = "not told apart";
    const words = [a < from ? `← from ${tauText(a)}, ` : "", name, b > to ? `, to ${tauText(b)} →` : ""].join("");
    const half = 3.3 * words.length;
    const middle = Math.min(Math.max((low + high) / 2, half), f.width - f.right - half);
    label(f, middle, f.top - 7, words, { anchor: "middle", kind: "band-text" });
  }

  const area = (f, xs, lows, highs) =>
    `${line(xs.map((x, i) => [x, f.y(highs[i])]))}${line(
      xs.map((x, i) => [x, f.y(lows[i])]).reverse(),
    ).replace("M", "L")}Z`;

  return Object.freeze({ frame, scale, splitScale, element, round, line, ticks, bottomAxis, leftAxis, natsAxis, label, area, bandRanges });
})();
