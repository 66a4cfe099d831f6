"use strict";

/**
 * What a temperature does to a loss, from the statistics that the page holds: functions of numbers alone, which draw
 * nothing. `s` is 1/τ everywhere, logits are s·cosine, and `out` has a 1 for each of the hardest negatives that is
 * left out, query after query.
 */
const Model = (() => {
  // MARK: Reading

  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  /** Little-endian numbers of four bytes, in base 64. */
  function numbers(text, read) {
    const view = new DataView(bytes(text).buffer);
    return Float64Array.from({ length: view.byteLength / 4 }, (_, i) => view[read](4 * i, true));
  }
  const floats = (text) => numbers(text, "getFloat32");
  const integers = (text) => numbers(text, "getUint32");

  /** The data as the file holds them, with their arrays decoded. */
  function read(data) {
    const kept = data.kept;
    const cosines = floats(data.cosines);
    const count = data.rows.length;
    return {
      ...data,
      count,
      cosines,
      // How many of the hardest a query has.
      tops: Array.from({ length: count }, (_, i) => {
        let n = 0;
        while (n < kept && !Number.isNaN(cosines[i * kept + n])) n += 1;
        return n;
      }),
      positives: floats(data.positives),
      negatives: integers(data.negatives),
      ranks: floats(data.ranks),
      columns: integers(data.columns),
      suspicions: bytes(data.suspicions),
      rest: {
        ...data.rest,
        largest: floats(data.rest.largest),
        values: floats(data.rest.values),
        slopes: floats(data.rest.slopes),
        step:
          Math.log(data.rest.temperatures[1] / data.rest.temperatures[0]) / (data.rest.count - 1),
      },
      histogram: { ...data.histogram, counts: integers(data.histogram.counts) },
      // Cosines closer than their rounding are equal.
      tie: Math.max(4, Math.sqrt(data.dimension)) * 2 ** -23,
    };
  }

  // MARK: One query

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
  function query(data, i, s, out) {
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

  // MARK: All queries

  /** What every query's softmax is, and the mean loss with its standard error. */
  function all(data, s, out) {
    const queries = Array.from({ length: data.count }, (_, i) => query(data, i, s, out));
    return { queries, ...mean(queries.map((q) => q.loss)) };
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

  // MARK: Bounds

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
      const absent = data.pairs - 1 - data.negatives[i] + leftOut(data, i, out);
      sum += Math.log1p(Math.max(0, n - 1 - absent) * Math.exp(-2 * s));
    }
    return sum / data.count;
  }

  /** The loss when nothing is told apart, in batches of n: log n where all others are negatives. */
  function chance(data, n, out) {
    const part = (n - 1) / (data.pairs - 1);
    let sum = 0;
    for (let i = 0; i < data.count; i += 1) {
      sum += Math.log1p(part * (data.negatives[i] - leftOut(data, i, out)));
    }
    return sum / data.count;
  }

  // MARK: Smaller batches

  /**
   * A query's loss in batches of several sizes that are drawn from the data, in expectation.
   *
   * Each negative is in a batch of n of N pairs with chance π = (n−1)/(N−1), one as independently of the others as if
   * a coin were tossed for it (whose batches vary in size: up to about 1/(2(n−1)) is lost). With X the sum of xⱼ = exp(zⱼ − z₊) over those that are in,
   *
   *     E log(1 + X) = ∫ (1 − E e^(−tX)) e^(−t)/t dt,    E e^(−tX) = Πⱼ (1 − π(1 − e^(−t·xⱼ)))
   *
   * (Frullani). In u = log t the integrand is analytic, so that sums at steps of log 2 are right to
   * |Γ(2πi/log 2)| = 6e-7 of it, and 1 − e^(−2tx) = a(2 − a) of a = 1 − e^(−tx): one exponential a negative. The
   * hardest count one by one, the rest by bins of their cosines, all of a bin alike.
   *
   * @param fractions π of each size, below 1.
   */
  function expectedLosses(data, i, s, out, fractions) {
    const sums = fractions.map(() => 0);
    const { logs, counts } = terms(data, i, s, out);
    if (logs.length === 0) return sums;
    const top = logs.reduce((x, y) => Math.max(x, y));
    const total = logs.reduce((sum, x, k) => sum + counts[k] * Math.exp(x - top), 0);
    // From where t·ΣX is 1/1024; what is below adds up to the first term again.
    let u = -top - Math.log(total) - Math.log(1024);
    const a = Float64Array.from(logs, (x) => -Math.expm1(-Math.exp(u + x)));
    for (let isFirst = true; u < 3.7; u += Math.LN2, isFirst = false) {
      const weight = Math.exp(-Math.exp(u)) * Math.LN2 * (isFirst ? 2 : 1);
      for (let f = 0; f < fractions.length; f += 1) {
        let log = 0;
        for (let k = 0; k < a.length; k += 1) {
          const p = fractions[f] * a[k];
          // The logarithm's first terms are enough where it is small.
          log -= counts[k] * (p < 1e-3 ? p * (1 + p / 2) : -Math.log(1 - p));
        }
        sums[f] -= weight * Math.expm1(log);
      }
      for (let k = 0; k < a.length; k += 1) a[k] *= 2 - a[k];
    }
    return sums;
  }

  /** log x of a query's negatives, and how many have each: the hardest one by one, and bins of the rest. */
  function terms(data, i, s, out) {
    const { kept, cosines } = data;
    const z = s * data.positives[i];
    const [logs, counts] = [[], []];
    for (let k = 0; k < data.tops[i]; k += 1) {
      if (out[i * kept + k]) continue;
      logs.push(s * cosines[i * kept + k] - z);
      counts.push(1);
    }
    const left = rest(data, i, s);
    if (!left) return { logs, counts };
    const { start, width, count: binCount } = data.histogram;
    const c = data.rest.largest[i];
    const first = logs.length;
    let sum = 0;
    for (let b = 0; b < binCount; b += 1) {
      const n = data.histogram.counts[i * binCount + b];
      if (n === 0) continue;
      const step = s * (Math.min(start + (b + 0.5) * width, c) - c);
      sum += n * Math.exp(step);
      logs.push(step + s * c - z);
      counts.push(n);
    }
    // Their sum is known.
    const missing = left.value - Math.log(sum);
    for (let k = first; k < logs.length; k += 1) logs[k] += missing;
    return { logs, counts };
  }

  /** The mean loss over queries in batches of several sizes; that of all pairs is exact. */
  function batchLosses(data, s, sizes, out) {
    const parts = sizes.filter((n) => n < data.pairs);
    const fractions = parts.map((n) => (n - 1) / (data.pairs - 1));
    const sums = parts.map(() => 0);
    for (let i = 0; i < data.count && parts.length; i += 1) {
      expectedLosses(data, i, s, out, fractions).forEach((loss, f) => {
        sums[f] += loss;
      });
    }
    return sizes.map((n) =>
      n < data.pairs ? sums[parts.indexOf(n)] / data.count : all(data, s, out).mean,
    );
  }

  // MARK: Distributions

  /** Bins of one width over all cosines: how many positives, negatives, and how much of the gradient lie in each. */
  function distributions(data, s, out, queries) {
    const { start, width, counts, count: binCount } = data.histogram;
    const bin = (c) => Math.min(Math.max(Math.floor((c - start) / width), 0), binCount - 1);
    const result = {
      start,
      width,
      positives: new Float64Array(binCount),
      negatives: new Float64Array(binCount),
      gradient: new Float64Array(binCount),
    };
    for (let i = 0; i < data.count; i += 1) {
      const { logSum, pull } = queries[i];
      result.positives[bin(data.positives[i])] += 1;
      let left = 1;
      for (let k = 0; k < data.tops[i]; k += 1) {
        if (out[i * data.kept + k]) continue;
        const at = bin(data.cosines[i * data.kept + k]);
        const part = share(data, i, k, s, logSum, out);
        result.negatives[at] += 1;
        result.gradient[at] += pull * part;
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
        if (sum > 0) result.gradient[b] += (pull * Math.max(0, left) * weight) / sum;
      });
    }
    return result;
  }

  /**
   * How often the candidate of the largest probability is the right one, against that probability: groups of queries
   * of about equal probability, the expected calibration error, and what it would be by chance in a softmax that is
   * calibrated, √(2/π) of each group's standard deviation.
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
    let [error, expected] = [0, 0];
    const groups = Array.from({ length: groupCount }, (_, g) => {
      const group = points.slice(
        Math.floor((g * count) / groupCount),
        Math.floor(((g + 1) * count) / groupCount),
      );
      const n = group.length;
      const right = group.filter((p) => p.isRight).length;
      const confidence = group.reduce((sum, p) => sum + p.confidence, 0) / n;
      const variance = group.reduce((sum, p) => sum + p.confidence * (1 - p.confidence), 0);
      error += Math.abs(right - n * confidence) / count;
      expected += Math.sqrt((2 / Math.PI) * variance) / count;
      return { n, confidence, accuracy: right / n, ...wilson(right, n) };
    });
    const rights = points.filter((p) => p.isRight).length;
    return {
      groups,
      error,
      expected,
      accuracy: rights / count,
      confidence: points.reduce((sum, p) => sum + p.confidence, 0) / count,
    };
  }

  /** Wilson's interval of a share, at 95 %. */
  function wilson(right, n) {
    const z = 1.959964;
    const p = right / n;
    const middle = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
    const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
    return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
  }

  return Object.freeze({
    read, softplus, rest, negatives, query, share, leftOut, all, mean, quantile, isPlain, floor, chance,
    expectedLosses, batchLosses, distributions, reliability, wilson,
  });
})();
