/** The arguments of commands: numbers, names, secrets. */

const NUMBER = /^\d{1,10}$/;
/** More messages than this are in no maildrop. */
const MAX_NUMBER = 4_294_967_295;

/** A message number or a count of lines: digits alone. `undefined` for what is none, or below `least`. */
export function parseNumber(text: string | undefined, least: number): number | undefined {
  if (text === undefined || !NUMBER.test(text)) return undefined;
  const number = Number(text);
  return number < least || number > MAX_NUMBER ? undefined : number;
}

/** Throws a `RangeError` for what is no whole number from `least`. */
export function encodeNumber(what: string, number: number, least: number): string {
  if (!Number.isInteger(number) || number < least || number > MAX_NUMBER) throw new RangeError(`${what} must be a whole number from ${least}, not ${number}`);
  return String(number);
}

/** A text that stands on a line. Throws a `TypeError` that does not show it: it may be a secret. */
export function encodeText(what: string, text: string): string {
  if (typeof text !== 'string' || text === '' || /[\0\r\n]/.test(text)) throw new TypeError(`${what} must be a text without CR, LF and NUL, and not empty`);
  return text;
}

/** As `encodeText`, for a text that ends at the next blank. */
export function encodeWord(what: string, text: string): string {
  if (/[ \t]/.test(encodeText(what, text))) throw new TypeError(`${what} must not hold blanks`);
  return text;
}
