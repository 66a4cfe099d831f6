"use strict";

/** The data as the file holds them: long arrays are little-endian numbers in base 64. */
const Reading = (() => {
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

  return Object.freeze({ read });
})();
