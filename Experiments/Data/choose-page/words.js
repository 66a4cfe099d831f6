"use strict";

// Numbers as text. A space before a unit does not break.

/** Four digits, and powers of ten where there would be many zeros. */
function text(value, digits = 4) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e6) {
    const rounded = Number(value.toPrecision(digits));
    return size >= 10 ** (digits - 1) ? Math.round(value).toLocaleString("en") : withDigits(rounded, digits);
  }
  const [m, e] = value.toExponential(digits - 1).split("e");
  const raised = [...String(Number(e))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
  return `${m} · 10${raised}`;
}
const withDigits = (v, digits) =>
  v.toFixed(Math.min(6, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(v) || 1)))));
const tauText = (tau) => String(Number(tau.toPrecision(3)));
const percent = (share) => {
  if (share === 0) return "0";
  if (share < 1e-4) return "< 0.01\u00a0%";
  if (share < 0.0995) return `${(100 * share).toPrecision(2)}\u00a0%`;
  return `${(100 * share).toFixed(share > 0.995 && share < 0.9995 ? 1 : 0)}\u00a0%`;
};
/** A share that is never called less than something: where bars of few thousandths are the largest. */
const exactPercent = (share) => (share > 0 && share < 1e-4 ? `${text(100 * share, 2)}\u00a0%` : percent(share));
const count = (n) => n.toLocaleString("en");
const short = (n) => (n >= 1e6 ? `${n / 1e6}M` : n >= 1000 ? `${n / 1000}k` : String(n));
