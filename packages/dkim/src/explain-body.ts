/**
 * What may have happened to a body on its way: each guess undoes one change and is proven when the hash that was signed comes out.
 *
 * Read next: `explain-failure.ts`, which asks; `explain-header.ts`, the same for fields.
 */
import { createHash } from 'node:crypto';
import { parseMessage } from '@mailwright/mime';
import { LF, encodeLatin1, equalOctets, indexOfOctet, latin1 } from '@mailwright/wire';
import { canonicalizeBody } from './canonicalize-body.ts';
import type { Canonicalization } from './canonicalize-header.ts';
import type { DkimCause } from './explain-failure.ts';
import type { Signature } from './signature.ts';

/** More lines than this at the beginning of a body are not taken for a banner, nor those at which so much would have to be hashed. */
const BANNER_LINES = 64;
const BANNER_HASHED_OCTETS = 16_777_216;
/** More lines than this at the end of a body are not taken for a footer. */
const FOOTER_LINES = 5000;
/** A longer body is compared as it is, and its changes are not guessed: a guess costs as much as a body hash. */
const MAX_GUESSED_OCTETS = 8_388_608;
/** Lines shorter than this are not cut by anybody. */
const LEAST_CUT_LINE = 500;

/** What a body is compared with. */
interface Target {
  readonly hash: Uint8Array;
  readonly canonicalization: Canonicalization;
  readonly limit: number | undefined;
}

/** The causes that are proven for a body whose hash is not the one that was signed; empty where none is. @rfc 6376 3.7 */
export function explainBody(message: Uint8Array, bodyOffset: number, signature: Signature): readonly DkimCause[] {
  const { bodyHash: hash, bodyLength: limit, canonicalization } = signature;
  const target: Target = { hash, limit, canonicalization: canonicalization.body };
  const body = message.subarray(bodyOffset);
  if (body.length > MAX_GUESSED_OCTETS) return [];
  const guesses = [findOther, findFooter, findBanner, findTextChange, (octets: Uint8Array, of: Target) => findRecoding(message, bodyOffset, octets, of)];
  for (const guess of guesses) {
    const cause = guess(body, target);
    if (cause !== undefined) return [cause];
  }
  return [];
}

function proven(cause: DkimCause['cause'], text: string, data: DkimCause['data'] = undefined): DkimCause {
  return { cause, proven: true, text, data };
}

function matches(body: Uint8Array, target: Target): boolean {
  return matchesCanonical(canonicalizeBody(body, target.canonicalization), target);
}

function matchesCanonical(canonical: Uint8Array, { hash, limit }: Target): boolean {
  const covered = limit === undefined ? canonical : canonical.subarray(0, limit);
  return equalOctets(createHash('sha256').update(covered).digest(), hash);
}

/** The signer hashed an empty body, or with the other canonicalization, or with LF alone as line ends. */
function findOther(body: Uint8Array, target: Target): DkimCause | undefined {
  if (matches(new Uint8Array(0), target)) return proven('signed-empty-body', 'the signature is over an empty body: the signer had not seen the body, or all of it was added later');
  const other = target.canonicalization === 'simple' ? 'relaxed' : 'simple';
  if (matches(body, { ...target, canonicalization: other })) {
    return proven('other-canonicalization', `the body was hashed as ${other}, and c= says ${target.canonicalization}: the signer is at fault`, { used: other, said: target.canonicalization });
  }
  const withoutCr = encodeLatin1(latin1(canonicalizeBody(body, target.canonicalization)).replaceAll('\r\n', '\n'));
  if (matchesCanonical(withoutCr, target)) return proven('line-ends-changed', 'the body was hashed with LF alone as its line ends: the signer saw it before it was sent');
  return undefined;
}

/** The prefixes that end with one of the last lines, in one pass: a hash can be asked on its way. */
function findFooter(body: Uint8Array, target: Target): DkimCause | undefined {
  if (target.limit !== undefined) return undefined;
  const canonical = canonicalizeBody(body, target.canonicalization);
  let from = 0;
  for (let line = 0, at = canonical.length; line < FOOTER_LINES && at > 0; line++) from = at = canonical.lastIndexOf(LF, at - 1);
  from = Math.max(0, from);
  const running = createHash('sha256').update(canonical.subarray(0, from));
  for (let end = nextLine(canonical, from); end < canonical.length; end = nextLine(canonical, end)) {
    running.update(canonical.subarray(from, end));
    from = end;
    if (!equalOctets(running.copy().digest(), target.hash)) continue;
    return proven('footer-appended', `the first ${end} octets of the canonical body are what was signed, ${canonical.length - end} were added behind them: a footer, as mailing lists and virus scanners add`, {
      signedOctets: end, addedOctets: canonical.length - end, added: latin1(canonical, end, Math.min(canonical.length, end + 200)),
    });
  }
  return undefined;
}

function findBanner(body: Uint8Array, target: Target): DkimCause | undefined {
  let from = nextLine(body, 0);
  for (let line = 0; line < Math.min(BANNER_LINES, BANNER_HASHED_OCTETS / body.length) && from < body.length; line++, from = nextLine(body, from)) {
    if (!matches(body.subarray(from), target)) continue;
    return proven('banner-inserted', `the first ${from} octets of the body were put in front of what was signed: a banner, as "this mail comes from outside"`, {
      addedOctets: from, added: latin1(body, 0, Math.min(from, 200)),
    });
  }
  return undefined;
}

function nextLine(octets: Uint8Array, from: number): number {
  const lf = indexOfOctet(octets, LF, from);
  return lf === -1 ? octets.length : lf + 1;
}

/** Changes of single lines that programs make by mistake. */
const TEXT_CHANGES: readonly { readonly cause: DkimCause['cause']; readonly text: string; readonly undo: (body: string) => string }[] = [
  { cause: 'dots-changed', text: 'a dot at the beginning of lines was doubled: somebody stuffed it twice or did not take it out', undo: (body) => body.replace(/^\.\./gm, '.') },
  { cause: 'dots-changed', text: 'a dot at the beginning of lines is missing: somebody took it out without its being stuffed', undo: (body) => body.replace(/^\./gm, '..') },
  { cause: 'from-mangled', text: 'lines that began with "From " have a ">" in front: a mailbox file did that', undo: (body) => body.replace(/^>(>*From )/gm, '$1') },
  { cause: 'white-space-changed', text: 'tabs became eight spaces', undo: (body) => body.replaceAll('        ', '\t') },
  { cause: 'white-space-changed', text: 'a signature line "-- " lost its space', undo: (body) => body.replace(/^--\r$/gm, '-- \r') },
  { cause: 'white-space-changed', text: 'the spaces of format=flowed at the end of lines are gone', undo: (body) => body.replace(/([^ \r])\r\n(?=[^\r\n])/g, '$1 \r\n') },
  { cause: 'line-ends-changed', text: 'an empty line was put between all lines', undo: (body) => body.replaceAll('\r\n\r\n', '\r\n') },
  { cause: 'lines-cut', text: 'long lines were cut', undo: joinCutLines },
  { cause: 'lines-cut', text: 'long lines were cut and begin with a space now', undo: (body) => joinCutLines(body, '\r\n ') },
];

function findTextChange(body: Uint8Array, target: Target): DkimCause | undefined {
  const text = latin1(body);
  for (const { cause, text: what, undo } of TEXT_CHANGES) {
    const undone = undo(text);
    if (undone !== text && matches(encodeLatin1(undone), target)) return proven(cause, what);
  }
  return undefined;
}

/** Takes out the line ends behind lines of the greatest length, where that is one at which programs cut. */
function joinCutLines(body: string, lineEnd: string = '\r\n'): string {
  const lines = body.split('\r\n');
  const longest = lines.reduce((most, { length }) => Math.max(most, length), 0);
  if (longest < LEAST_CUT_LINE) return body;
  let joined = '';
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const next = lines[index + 1];
    const isCut = next !== undefined && (line.length === longest || (lineEnd === '\r\n ' && line.length === longest - 1)) && (lineEnd === '\r\n' || next.startsWith(' '));
    joined += isCut ? line : index === lines.length - 1 ? line : `${line}\r\n`;
    if (isCut && lineEnd === '\r\n ') lines[index + 1] = next.slice(1);
  }
  return joined;
}

/** Somebody encoded the parts for a hop without 8BITMIME: decoded, and with the Content-Transfer-Encoding of before, they are what was signed. */
function findRecoding(message: Uint8Array, bodyOffset: number, _body: Uint8Array, target: Target): DkimCause | undefined {
  for (const before of ['8bit', '7bit', 'binary', undefined]) {
    const decoded = decodeParts(message, bodyOffset, before);
    if (decoded !== undefined && matches(decoded, target)) {
      return proven('transfer-encoding-changed', 'the parts of the body were encoded anew on the way: the text is the same, its quoted-printable or base64 was not signed');
    }
  }
  return undefined;
}

/** The body with every encoded part decoded and `before` as what its field says; `undefined` where nothing is encoded. */
function decodeParts(message: Uint8Array, bodyOffset: number, before: string | undefined): Uint8Array | undefined {
  const { parts } = parseMessage(message);
  const pieces: Uint8Array[] = [];
  let from = bodyOffset;
  let changed = false;
  for (const part of parts) {
    if (part.children.length > 0 || (part.transferEncoding !== 'quoted-printable' && part.transferEncoding !== 'base64') || part.bodyStart < from) continue;
    changed = true;
    const field = part.headers.fields.find(({ name }) => name.toLowerCase() === 'content-transfer-encoding');
    if (field !== undefined && before !== undefined && field.start >= from) {
      pieces.push(message.subarray(from, field.valueStart), encodeLatin1(` ${before}\r\n`));
      from = field.end;
    }
    pieces.push(message.subarray(from, part.bodyStart), part.content());
    from = part.bodyEnd;
  }
  return changed ? Buffer.concat([...pieces, message.subarray(from)]) : undefined;
}
