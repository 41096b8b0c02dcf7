/**
 * The decoder of Punycode, to show the U-label behind an A-label. The encoder is not needed: the way to A-labels goes
 * through `URL` (see `idna.ts`).
 */

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 0x80;
const MAX_INTEGER = 0x7fffffff;
const MAX_CODE_POINT = 0x10ffff;

/**
 * Decodes what follows `xn--` in an A-label; `undefined` where it is not Punycode, or names a surrogate. At most 63
 * characters are taken, so insertion into the middle costs nothing that matters.
 *
 * @rfc 3492 6.2
 */
export function decodePunycode(encoded: string): string | undefined {
  if (encoded.length > 63) return undefined;
  const delimiter = encoded.lastIndexOf('-');
  const codePoints: number[] = [];
  for (let at = 0; at < delimiter; at++) codePoints.push(encoded.charCodeAt(at));
  let n = INITIAL_N;
  let position = 0;
  let bias = INITIAL_BIAS;
  for (let at = delimiter < 0 ? 0 : delimiter + 1; at < encoded.length; ) {
    const before = position;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitValue(encoded.charCodeAt(at++));
      if (digit < 0 || digit > (MAX_INTEGER - position) / weight) return undefined;
      position += digit * weight;
      const threshold = k <= bias ? T_MIN : Math.min(k - bias, T_MAX);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const count = codePoints.length + 1;
    bias = adaptBias(position - before, count, before === 0);
    n += Math.floor(position / count);
    position %= count;
    if (n > MAX_CODE_POINT || (n >= 0xd800 && n <= 0xdfff)) return undefined;
    codePoints.splice(position++, 0, n);
  }
  return String.fromCodePoint(...codePoints);
}

/** The value of a digit of base 36 (a-z, 0-9, case ignored), or -1. */
function digitValue(unit: number): number {
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 26;
  return -1;
}

/** @rfc 3492 6.1 */
function adaptBias(delta: number, count: number, first: boolean): number {
  let scaled = first ? Math.floor(delta / DAMP) : delta >> 1;
  scaled += Math.floor(scaled / count);
  let k = 0;
  for (; scaled > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) scaled = Math.floor(scaled / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * scaled) / (scaled + SKEW));
}
