/** Floats as Go's fmt and strconv print them. */

/** `%v`: the shortest digits, with an exponent from 1e+06 on and below 1e-04. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** What strconv.ParseFloat takes: `_` between digits, `inf` and `nan` in any case. Undefined for anything else. */
export function parseFloatText(text: string): number | undefined {
  if (/^[-+]?(?:inf|infinity)$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const digits = text.replaceAll(/(?<=\d)_(?=\d)/g, '');
  if (!decimalFloat.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) ? value : undefined;
}

const decimalFloat = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** The shortest decimal that is the same float32. */
export function shortestFloat32(value: number): number {
  const narrow = Math.fround(value);
  if (!Number.isFinite(narrow)) return narrow;
  for (let digits = 1; digits <= 9; digits += 1) {
    const candidate = Number(narrow.toPrecision(digits));
    if (Math.fround(candidate) === narrow) return candidate;
  }
  return narrow;
}
