/**
 * IMAP's modified UTF-7, in which mailbox names are written: printable US-ASCII is itself, `&-` is an ampersand, all else is in runs of base64 over
 * UTF-16 from `&` to `-`, with `,` in the place of `/`.
 *
 * @rfc 3501 5.1.3
 */
import { decodeBase64, encodeBase64 } from '@mailwright/wire';

const SHIFTED = /[^\x20-\x7e]+|&/g;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Text in modified UTF-7; the result is printable US-ASCII. `decodeModifiedUtf7` is the inverse.
 *
 * Errors: a `TypeError` for half of a surrogate pair, which is no text.
 * @rfc 3501 5.1.3
 */
export function encodeModifiedUtf7(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new TypeError('a lone surrogate is no text');
  return encode(text);
}

/**
 * The text that is written in modified UTF-7, or `undefined` where it is not written as the RFC wants: only what `encodeModifiedUtf7` writes
 * is read, so that no two names of a mailbox are the same text.
 *
 * @rfc 3501 5.1.3
 */
export function decodeModifiedUtf7(text: string): string | undefined {
  let decoded = '';
  let from = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', from)) {
    const end = text.indexOf('-', at);
    const run = end === -1 ? undefined : decodeRun(text.slice(at + 1, end));
    if (run === undefined) return undefined;
    decoded += text.slice(from, at) + run;
    from = end + 1;
  }
  decoded += text.slice(from);
  return !LONE_SURROGATE.test(decoded) && encode(decoded) === text ? decoded : undefined;
}

function encode(text: string): string {
  return text.replace(SHIFTED, (run) => (run === '&' ? '&-' : `&${encodeRun(run)}-`));
}

function encodeRun(run: string): string {
  const octets = new Uint8Array(run.length * 2);
  const view = new DataView(octets.buffer);
  for (let at = 0; at < run.length; at++) view.setUint16(at * 2, run.charCodeAt(at));
  return encodeBase64(octets).replaceAll('=', '').replaceAll('/', ',');
}

/** What is between `&` and `-`; whether it is written as it should be is not looked at. */
function decodeRun(run: string): string | undefined {
  if (run === '') return '&';
  const base64 = run.replaceAll(',', '/');
  const octets = decodeBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='));
  if (octets === undefined || octets.length % 2 !== 0) return undefined;
  let text = '';
  for (let at = 0; at < octets.length; at += 2) text += String.fromCharCode((octets[at]! << 8) | octets[at + 1]!);
  return text;
}
