"use strict";

/** All queries of the page together: their mean loss, and how what they do is distributed. */
const Sample = (() => {
  /** What every query's softmax is, and the mean loss with its standard error. */
  function all(data, s, out) {
    const queries = Array.from({ length: data.count }, (_, i) => Query.of(data, i, s, out));
    const { mean: average, error } = mean(queries.map((q) => q.loss));
    // They were drawn from all pairs without putting back: of all of them there is nothing left to err by.
    return { queries, mean: average, error: error * Math.sqrt(1 - data.count / data.pairs) };
  }

  function mean(values) {
    const n = values.length;
    const average = values.reduce((a, b) => a + b, 0) / n;
    const squares = values.reduce((a, b) => a + (b - average) ** 2, 0);
    return { mean: average, error: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 };
  }

  /** The value below which a share of sorted values lies, between two of them in proportion. */
  function quantile(sorted, share) {
    const at = share * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }

  /**
   * Bins of one width over all cosines: how many positives, negatives, and how much of the gradient lie in each; and
   * the sum of the gradient's weights times their cosines, exact for those that are known one by one.
   */
  function distributions(data, s, out, queries) {
    const { start, width, counts, count: binCount } = data.histogram;
    const bin = (c) => Math.min(Math.max(Math.floor((c - start) / width), 0), binCount - 1);
    const result = {
      start,
      width,
      positives: new Float64Array(binCount),
      negatives: new Float64Array(binCount),
      gradient: new Float64Array(binCount),
      weighted: 0,
    };
    for (let i = 0; i < data.count; i += 1) {
      const { logSum, pull } = queries[i];
      result.positives[bin(data.positives[i])] += 1;
      let left = 1;
      for (let k = 0; k < data.tops[i]; k += 1) {
        if (out[i * data.kept + k]) continue;
        const at = bin(data.cosines[i * data.kept + k]);
        const part = Query.share(data, i, k, s, logSum, out);
        result.negatives[at] += 1;
        result.gradient[at] += pull * part;
        result.weighted += pull * part * data.cosines[i * data.kept + k];
        left -= part;
      }
      const c = data.rest.largest[i];
      if (Number.isNaN(c)) continue;
      // The rest's share is known; inside it weights go by the middles of bins.
      let sum = 0;
      const weights = Array.from({ length: binCount }, (_, b) => {
        const middle = Math.min(start + (b + 0.5) * width, c);
        const weight = counts[i * binCount + b] * Math.exp(s * (middle - c));
        sum += weight;
        return weight;
      });
      weights.forEach((weight, b) => {
        result.negatives[b] += counts[i * binCount + b];
        if (!(sum > 0)) return;
        const part = (pull * Math.max(0, left) * weight) / sum;
        result.gradient[b] += part;
        result.weighted += part * Math.min(start + (b + 0.5) * width, c);
      });
    }
    return result;
  }

  /**
   * How often the candidate of the largest probability is the right one, against that probability: groups of queries
   * of about equal probability, and the mean distance of the two, the calibration error.
   */
  function reliability(data, s, out, queries) {
    const points = queries.map((q, i) => {
      const from = i * data.kept;
      let k = 0;
      while (k < data.tops[i] && out[from + k]) k += 1;
      const rival = k < data.tops[i] ? data.cosines[from + k] : data.rest.largest[i];
      const own = data.positives[i];
      const isRight = !(rival >= own - data.tie);
      const best = Number.isNaN(rival) ? own : Math.max(own, rival);
      return { isRight, confidence: Math.min(1, Math.exp(s * (best - own)) * q.probability) };
    });
    points.sort((a, b) => a.confidence - b.confidence);
    const count = points.length;
    const groupCount = Math.min(10, Math.max(1, Math.floor(count / 20)));
    let error = 0;
    const groups = Array.from({ length: groupCount }, (_, g) => {
      const group = points.slice(
        Math.floor((g * count) / groupCount),
        Math.floor(((g + 1) * count) / groupCount),
      );
      const n = group.length;
      const right = group.filter((p) => p.isRight).length;
      const confidence = group.reduce((sum, p) => sum + p.confidence, 0) / n;
      error += Math.abs(right - n * confidence) / count;
      const confidences = group.map((p) => p.confidence);
      return { n, confidence, confidences, accuracy: right / n, ...wilson(right, n) };
    });
    const rights = points.filter((p) => p.isRight).length;
    return {
      groups,
      error,
      accuracy: rights / count,
      confidence: points.reduce((sum, p) => sum + p.confidence, 0) / count,
    };
  }

  /**
   * What 95 % of calibrated softmaxes' errors are at the most: of queries that are right as often as their
   * probabilities say, drawn by lot, and always by the same lots, so that a reader sees τ change and no dice.
   */
  function errorLimit(groups) {
    const draws = 500;
    const count = groups.reduce((sum, g) => sum + g.n, 0);
    let seed = 1;
    const random = () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const errors = Float64Array.from({ length: draws }, () => {
      let error = 0;
      for (const { n, confidence, confidences } of groups) {
        let right = 0;
        for (const p of confidences) right += random() < p ? 1 : 0;
        error += Math.abs(right - n * confidence) / count;
      }
      return error;
    }).sort();
    return errors[Math.floor(0.95 * draws)];
  }

  /** Wilson's interval of a share, at 95 %. */
  function wilson(right, n) {
    const z = 1.959964;
    const p = right / n;
    const middle = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
    const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
    return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
  }

  return Object.freeze({ all, mean, quantile, distributions, reliability, errorLimit, wilson });
})();
