"use strict";

/**
 * One query's softmax at a temperature, from what the page holds of its negatives.
 *
 * Here as everywhere `s` is 1/τ, logits are s·cosine, and `out` has a 1 for each of the hardest negatives that is left
 * out, query after query.
 */
const Query = (() => {
  const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

  /**
   * h = ℓ − s·c₀ of the negatives that are not held one by one, and dh/d log s, by the cubic between the two
   * neighbours on the grid; null where there are none. Beyond the grid h is that of its end.
   */
  function rest(data, i, s) {
    const { largest, values, slopes, count, step, temperatures } = data.rest;
    if (Number.isNaN(largest[i])) return null;
    const x = Math.min(Math.max(Math.log(s * temperatures[1]) / step, 0), count - 1);
    const left = Math.min(Math.floor(x), count - 2);
    const t = x - left;
    const at = i * count + left;
    const [a, b, u, v] = [values[at], values[at + 1], slopes[at] * step, slopes[at + 1] * step];
    const [p, q] = [3 * (b - a) - 2 * u - v, 2 * (a - b) + u + v];
    return {
      value: a + t * (u + t * (p + t * q)),
      slope: (u + t * (2 * p + 3 * t * q)) / step,
    };
  }

  /** ℓ = log Σ exp z of a query's negatives, and the softmax's mean of their logits; ℓ = −∞ without any. */
  function negatives(data, i, s, out) {
    const { kept, cosines } = data;
    const [from, to] = [i * kept, i * kept + data.tops[i]];
    const left = rest(data, i, s);
    const c = data.rest.largest[i];
    // What exponentials are relative to: the largest logit, the first that is in.
    let first = from;
    while (first < to && out[first]) first += 1;
    if (first === to && !left) return { logSum: -Infinity, mean: 0 };
    const shift = s * (first < to ? cosines[first] : c);
    let [sum, weighted] = [0, 0];
    for (let k = first; k < to; k += 1) {
      if (out[k]) continue;
      const u = s * cosines[k] - shift;
      const e = Math.exp(u);
      sum += e;
      weighted += u * e;
    }
    if (left) {
      const base = s * c - shift;
      const e = Math.exp(left.value + base);
      sum += e;
      weighted += (left.slope + base) * e;
    }
    return { logSum: shift + Math.log(sum), mean: shift + weighted / sum };
  }

  /** What a query's softmax is. */
  function of(data, i, s, out) {
    const { logSum, mean } = negatives(data, i, s, out);
    const z = s * data.positives[i];
    const loss = softplus(logSum - z);
    return {
      logSum,
      loss,
      probability: Math.exp(-loss),
      // 1 − p without a difference.
      pull: -Math.expm1(-loss),
      // The exponential of the entropy of the negatives' shares.
      effective: logSum === -Infinity ? 0 : Math.exp(Math.max(0, logSum - mean)),
    };
  }

  /** The share of the negatives' gradient that one of the hardest has. */
  const share = (data, i, k, s, logSum, out) =>
    out[i * data.kept + k] ? 0 : Math.exp(s * data.cosines[i * data.kept + k] - logSum);

  /** How many of a query's negatives are left out. */
  function leftOut(data, i, out) {
    let n = 0;
    for (let k = i * data.kept; k < (i + 1) * data.kept; k += 1) n += out[k];
    return n;
  }

  return Object.freeze({ softplus, rest, negatives, of, share, leftOut });
})();
