"use strict";

/** What a loss lies between. */
const Bounds = (() => {
  /** Whether all others are a query's negatives: only then the bounds of a batch hold. */
  const isPlain = (data, out) => !data.hasIDs && !out.includes(1);

  /**
   * What no embeddings' loss is below, in batches of n.
   *
   * Where all others are negatives log(1 + (n−1)·exp(−n/((n−1)τ))), since unit vectors' mean cosine is at least
   * −1/(n−1); else log(1 + K·exp(−2/τ)) for the K that are surely there, since no cosine is below −1.
   */
  function floor(data, s, n, out) {
    if (n < 2) return 0;
    if (isPlain(data, out)) return Math.log1p((n - 1) * Math.exp((-s * n) / (n - 1)));
    let sum = 0;
    for (let i = 0; i < data.count; i += 1) {
      const absent = data.pairs - 1 - data.negatives[i] + Query.leftOut(data, i, out);
      sum += Math.log1p(Math.max(0, n - 1 - absent) * Math.exp(-2 * s));
    }
    return sum / data.count;
  }

  /** The loss when nothing is told apart, in batches of n: log n where all others are negatives. */
  function chance(data, n, out) {
    const part = (n - 1) / (data.pairs - 1);
    let sum = 0;
    for (let i = 0; i < data.count; i += 1) {
      sum += Math.log1p(part * (data.negatives[i] - Query.leftOut(data, i, out)));
    }
    return sum / data.count;
  }

  return Object.freeze({ isPlain, floor, chance });
})();
