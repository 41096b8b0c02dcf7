/**
 * What may have happened to the signed fields on their way: each guess undoes one change and is proven when the signature is right for what
 * comes out.
 *
 * An RSA signature can be opened with the public key and shows the hash of what was signed. That tells at once whether the key made
 * it, and a guess costs a hash instead of a verification.
 *
 * Read next: `explain-failure.ts`, which asks; `explain-body.ts`, the same for bodies.
 */
import { constants, createHash, publicDecrypt } from 'node:crypto';
import type { HeaderSection } from '@mailwright/mime';
import { encodeLatin1, equalOctets, latin1 } from '@mailwright/wire';
import { writeCanonicalField } from './canonicalize-header.ts';
import type { Canonicalization } from './canonicalize-header.ts';
import type { DkimCause } from './explain-failure.ts';
import { decodeDkimQuotedPrintable } from './quoted-printable.ts';
import type { DkimResult, FoundKey } from './result.ts';
import type { Signature } from './signature.ts';
import { emptySignatureValue } from './signed-data.ts';
import { removeWhiteSpace } from './tag-list.ts';
import { verifyDataSync } from './verify-data.ts';

/** A field as text, a character for each octet, the CRLF at its end included. */
interface FieldText {
  readonly name: string;
  readonly text: string;
}

/** A message's fields after one change was undone. */
interface Guess {
  readonly cause: DkimCause;
  readonly fields: readonly FieldText[];
  readonly canonicalization: Canonicalization;
  readonly signatureField: string;
}

/** Guesses for one message; those that combine two are the last. */
const MAX_GUESSES = 400;
/** Places of a field where a fold may have been, from its end on. */
const MAX_FOLDS = 24;
/** DigestInfo of SHA-256 up to the hash. @rfc 8017 9.2 */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const TAG = /^([ \t]*(?:(?:re|aw|fw|fwd)[ \t]*:[ \t]*)*)(?:\[[^\]\r\n]{1,80}\]|\*{2,5}[^*\r\n]{1,40}\*{2,5}|\{[^}\r\n]{1,80}\}|\([^)\r\n]{1,80}\)|(?:SPAM|EXTERNAL|EXT)[ \t]*:)[ \t]*/i;

/** The causes that are found for a signature that does not fit the fields; the proven ones first. @rfc 6376 3.7 */
export function explainHeader(message: Uint8Array, section: HeaderSection, result: DkimResult, signature: Signature, key: FoundKey): readonly DkimCause[] {
  const proof = makeProof(signature, key);
  if (proof === undefined) {
    return [{ cause: 'other-key', proven: true, text: `the signature was not made with the key at ${key.name}: the key was changed, or the signature is forged`, data: undefined }];
  }
  const base = makeBase(message, section, result, signature);
  let guesses = 0;
  const isRight = (guess: Guess): boolean => guesses++ < MAX_GUESSES && proof(makeData(guess, signature.signedNames));
  const single = [...guessOnce(base, signature)];
  for (const guess of single) if (isRight(guess)) return [guess.cause];
  for (const first of single) {
    for (const second of guessOnce({ ...base, fields: first.fields }, signature)) {
      if (isRight({ ...second, canonicalization: first.canonicalization })) return [first.cause, second.cause];
    }
    if (guesses >= MAX_GUESSES) break;
  }
  return compareCopies(base, signature);
}

type Proof = (data: Uint8Array) => boolean;

/** What tells whether data is what was signed; `undefined` where the key did not make the signature. @rfc 8017 8.2.2 */
function makeProof({ algorithm, value }: Signature, { key: { keyObject } }: FoundKey): Proof | undefined {
  if (algorithm === 'ed25519-sha256') return (data) => verifyDataSync(algorithm, data, keyObject, value);
  try {
    const digestInfo = publicDecrypt({ key: keyObject, padding: constants.RSA_PKCS1_PADDING }, value);
    if (!equalOctets(digestInfo.subarray(0, SHA256_PREFIX.length), SHA256_PREFIX)) return undefined;
    const signed = digestInfo.subarray(SHA256_PREFIX.length);
    return (data) => equalOctets(createHash('sha256').update(data).digest(), signed);
  } catch {
    return undefined;
  }
}

function makeBase(message: Uint8Array, section: HeaderSection, { field }: DkimResult, signature: Signature): Guess {
  const own = section.fields.find(({ start }) => start === field.start) ?? field;
  const fields = section.fields.filter((other) => other !== own).map(({ name, start, end }) => ({ name: name.toLowerCase(), text: latin1(message, start, end) }));
  const emptied = emptySignatureValue(message.subarray(own.start, own.end), own.valueStart - own.start, signature.valueTag);
  const cause: DkimCause = { cause: 'fields-changed', proven: false, text: '', data: undefined };
  return { cause, fields, canonicalization: signature.canonicalization.header, signatureField: latin1(emptied) };
}

function makeData({ fields, canonicalization, signatureField }: Guess, signedNames: readonly string[]): Uint8Array {
  const left = new Map<string, string[]>();
  for (const { name, text } of fields) {
    const same = left.get(name);
    if (same === undefined) left.set(name, [text]);
    else same.push(text);
  }
  const selected = signedNames.flatMap((name) => left.get(name)?.pop() ?? []);
  const texts = [...selected, signatureField];
  const data = new Uint8Array(texts.reduce((sum, text) => sum + text.length + 2, 0));
  let at = 0;
  for (const text of texts) at = writeCanonicalField(data, at, encodeLatin1(text), 0, text.length, canonicalization);
  return data.subarray(0, at - 2);
}

/** Every way to undo one change. */
function* guessOnce(base: Guess, signature: Signature): Generator<Guess> {
  yield* guessSubjectTag(base);
  yield* guessAddedField(base, signature);
  yield* guessRewrittenFrom(base);
  yield* guessEncodingField(base);
  yield* guessFolds(base);
  yield* guessOrder(base);
  yield* guessCopies(base, signature);
  yield* guessFoldsBefore(base, signature); // the most guesses, so the last
}

function replaceField(base: Guess, at: number, text: string | undefined, cause: DkimCause['cause'], what: string): Guess {
  const { name } = base.fields[at]!;
  const fields = base.fields.flatMap((field, index) => (index !== at ? [field] : text === undefined ? [] : [{ name, text }]));
  return { ...base, fields, cause: { cause, proven: true, text: what, data: { field: name } } };
}

function* guessSubjectTag(base: Guess): Generator<Guess> {
  const at = base.fields.findLastIndex(({ name }) => name === 'subject');
  if (at === -1) return;
  const { text } = base.fields[at]!;
  const colon = text.indexOf(':') + 1;
  let value = text.slice(colon);
  for (let tags = 0; tags < 3 && TAG.test(value); tags++) {
    value = value.replace(TAG, '$1');
    const shown = text.slice(colon).trim().slice(0, 80);
    yield replaceField(base, at, text.slice(0, colon) + value, 'subject-tagged', `a tag was put into Subject (now ${JSON.stringify(shown)}), as mailing lists and spam filters do`);
    yield replaceField(base, at, `${text.slice(0, colon)} ${value.trimStart()}`, 'subject-tagged', `a tag was put into Subject (now ${JSON.stringify(shown)}), as mailing lists and spam filters do`);
  }
}

/** A field that was signed as absent, or one more than was signed. */
function* guessAddedField(base: Guess, { signedNames }: Signature): Generator<Guess> {
  const signed = new Set(signedNames);
  for (let at = 0; at < base.fields.length; at++) {
    const { name } = base.fields[at]!;
    if (signed.has(name)) yield replaceField(base, at, undefined, 'field-added', `a field ${name} was added that was not there when the message was signed`);
  }
}

/** A list that put its own address into From keeps the old one elsewhere. */
function* guessRewrittenFrom(base: Guess): Generator<Guess> {
  const at = base.fields.findLastIndex(({ name }) => name === 'from');
  if (at === -1) return;
  for (const { name, text } of base.fields) {
    if (!/^(?:x-)?(?:original|old|real)-(?:from|sender)$|^(?:reply-to|x-from|sender)$/.test(name)) continue;
    yield replaceField(base, at, `From:${text.slice(text.indexOf(':') + 1)}`, 'from-rewritten', `From was written anew; what was signed stands in ${name} now`);
  }
}

function* guessEncodingField(base: Guess): Generator<Guess> {
  const at = base.fields.findLastIndex(({ name }) => name === 'content-transfer-encoding');
  if (at === -1) return;
  for (const encoding of ['8bit', '7bit', 'quoted-printable', 'base64', 'binary', '8BIT', '7BIT']) {
    yield replaceField(base, at, `Content-Transfer-Encoding: ${encoding}\r\n`, 'transfer-encoding-changed', `Content-Transfer-Encoding was ${encoding} when the message was signed: it was encoded anew on the way`);
  }
}

function* guessFolds(base: Guess): Generator<Guess> {
  if (base.canonicalization !== 'simple') return;
  const cause = (text: string): DkimCause => ({ cause: 'refolded', proven: true, text, data: undefined });
  yield { ...base, canonicalization: 'relaxed', cause: { cause: 'other-canonicalization', proven: true, text: 'the fields were hashed as relaxed, and c= says simple: the signer is at fault', data: { used: 'relaxed', said: 'simple' } } };
  const unfold = (text: string, by: string): string => text.replace(/\r\n[ \t]+/g, by);
  for (const by of [' ', '']) {
    yield { ...base, fields: base.fields.map(({ name, text }) => ({ name, text: unfold(text, by) })), cause: cause('fields were folded on the way, which c=simple does not allow') };
    yield { ...base, signatureField: unfold(base.signatureField, by), cause: cause('the signature itself was folded on the way, which c=simple does not allow') };
    for (let at = 0; at < base.fields.length; at++) {
      const { name, text } = base.fields[at]!;
      const unfolded = unfold(text, by);
      if (unfolded !== text) yield replaceField(base, at, unfolded, 'refolded', `${name} was folded on the way, which c=simple does not allow`);
    }
  }
  for (let at = 0; at < base.fields.length; at++) {
    const { name, text } = base.fields[at]!;
    if (/[^ \t]\r\n$/.test(text)) yield replaceField(base, at, `${text.slice(0, -2)} \r\n`, 'refolded', `${name} lost a space at its end, which c=simple does not allow`);
  }
}

/** Fields that had a fold where none is any more: at one of their spaces. @rfc 5322 2.2.3 */
function* guessFoldsBefore(base: Guess, { signedNames }: Signature): Generator<Guess> {
  if (base.canonicalization !== 'simple') return;
  const signed = new Set(signedNames);
  for (let at = 0; at < base.fields.length; at++) {
    const { name, text } = base.fields[at]!;
    if (!signed.has(name)) continue;
    const plain = text.slice(0, -2).replaceAll('\r\n', '');
    let folds = 0;
    for (let space = plain.trimEnd().length - 1; space > name.length && folds < MAX_FOLDS; space--) {
      if (plain[space] !== ' ' && plain[space] !== '\t') continue;
      folds++;
      yield replaceField(base, at, `${plain.slice(0, space)}\r\n${plain.slice(space)}\r\n`, 'refolded', `${name} was folded at another place when it was signed, and c=simple does not allow to fold it anew`);
    }
  }
}

function* guessOrder(base: Guess): Generator<Guess> {
  const seen = new Set<string>();
  for (const { name } of base.fields) {
    if (seen.has(name)) continue;
    seen.add(name);
    const same = base.fields.filter((field) => field.name === name);
    if (same.length < 2) continue;
    const others = base.fields.filter((field) => field.name !== name);
    yield { ...base, fields: [...others, ...same.reverse()], cause: { cause: 'fields-reordered', proven: true, text: `the fields ${name} stand in another order than when they were signed`, data: { field: name } } };
  }
}

/** The fields as `z=` has them, where it has any. */
function readCopies({ copiedFields }: Signature): readonly FieldText[] {
  if (copiedFields === undefined) return [];
  return removeWhiteSpace(copiedFields).split('|').flatMap((copied) => {
    const colon = copied.indexOf(':');
    const value = decodeDkimQuotedPrintable(copied.slice(colon + 1));
    return colon < 1 || value === undefined ? [] : [{ name: copied.slice(0, colon).toLowerCase(), text: `${copied.slice(0, colon)}:${value}\r\n` }];
  });
}

function* guessCopies(base: Guess, signature: Signature): Generator<Guess> {
  const copies = readCopies(signature);
  if (copies.length === 0) return;
  const [first] = differences(base, copies);
  const cause: DkimCause = first ?? { cause: 'fields-changed', proven: true, text: 'the fields that z= holds are what was signed', data: undefined };
  yield { ...base, fields: [...copies].reverse(), cause: { ...cause, proven: true } };
}

/** What z= says against what is there, one cause for each field. It is the signer's word; without it nothing more is known. @rfc 6376 3.5 */
function compareCopies(base: Guess, signature: Signature): readonly DkimCause[] {
  const found = differences(base, readCopies(signature));
  if (found.length > 0) return found;
  return [{ cause: 'fields-changed', proven: false, text: `one or more of the signed fields were changed, added or removed: ${[...new Set(signature.signedNames)].join(', ')}`.slice(0, 380), data: undefined }];
}

function differences({ fields, canonicalization }: Guess, copies: readonly FieldText[]): DkimCause[] {
  const canonical = ({ text }: FieldText): string => {
    const target = new Uint8Array(text.length + 2);
    return latin1(target, 0, writeCanonicalField(target, 0, encodeLatin1(text), 0, text.length, canonicalization));
  };
  const left = fields.map((field) => ({ name: field.name, canonical: canonical(field) }));
  return copies.flatMap((copy) => {
    const wanted = canonical(copy);
    if (left.some((field) => field.canonical === wanted)) return [];
    const now = left.findLast(({ name }) => name === copy.name)?.canonical.slice(0, 200);
    const text = now === undefined ? `${copy.name} is gone` : `${copy.name} was changed`;
    return [{ cause: 'fields-changed', proven: false, text: `${text}, as z= of the signature tells`, data: { field: copy.name, signed: wanted.slice(0, 200), now } } satisfies DkimCause];
  });
}
