"use strict";

/** The loss in batches that are smaller than the data. */
const Batches = (() => {
  /**
   * A query's loss in batches of several sizes that are drawn from the data, in expectation.
   *
   * Each negative is in a batch of n of N pairs with chance π = (n−1)/(N−1), one as independently of the others as if
   * a coin were tossed for it (whose batches vary in size, and by which the loss is too low: by up to about 1/(2(n−1)) where it is at most chance). With X the sum of xⱼ = exp(zⱼ − z₊) over those that are in,
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
    // From where t, and t·ΣX, are 1/1024 at the most; what is below adds up to the first term again.
    let u = Math.min(0, -top - Math.log(total)) - Math.log(1024);
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
    const left = Query.rest(data, i, s);
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
  function losses(data, s, sizes, out) {
    const parts = sizes.filter((n) => n < data.pairs);
    const fractions = parts.map((n) => (n - 1) / (data.pairs - 1));
    const sums = parts.map(() => 0);
    for (let i = 0; i < data.count && parts.length; i += 1) {
      expectedLosses(data, i, s, out, fractions).forEach((loss, f) => {
        sums[f] += loss;
      });
    }
    return sizes.map((n) =>
      n < data.pairs ? sums[parts.indexOf(n)] / data.count : Sample.all(data, s, out).mean,
    );
  }

  return Object.freeze({ expectedLosses, losses });
})();
