/**
 * Which signatures of a message a change to it breaks, and with what: the message before and after, compared in the canonical form of each
 * signature. So a change that a signature does not see (a field folded anew under `relaxed`, a line behind `l=`, a field that is not signed) breaks
 * nothing, and a field added below the ones that were signed is found where RFC 6376 section 5.4.2 would have it signed instead.
 *
 * Left out: whether a signature was valid before. Read next: `signature-field.ts`, `canonical-form.ts`.
 */
import type { HeaderField } from '../header/header-field.ts';
import { sharedBodyOctets } from './canonical-form.ts';
import type { Canonicalization } from './canonical-form.ts';
import { MessageVersion } from './message-version.ts';
import { readSignatures } from './signature-field.ts';
import type { SignatureField, SignatureFieldName } from './signature-field.ts';

/** What a change means for one signature. */
export interface DkimImpact {
  readonly name: SignatureFieldName;
  /** Where the field stands in the message before the change. */
  readonly offset: number;
  readonly domain: string | undefined;
  readonly selector: string | undefined;
  /** True where the signature, if it was valid, is no longer. */
  readonly breaks: boolean;
  /** The field of the signature itself was changed or removed. */
  readonly signatureChanged: boolean;
  /** Signed names, in lower case, of which the signature would now see other values. For an ARC-Seal the ARC fields that it covers. */
  readonly changedFields: readonly string[];
  /** What it covers of the body has changed. Always false for an ARC-Seal, which covers none. */
  readonly bodyChanged: boolean;
  /** Names that `h=` holds more often than the message has such fields: adding one breaks the signature. */
  readonly oversignedNames: readonly string[];
  /** Octets of the canonical body that are covered (`l=`), `undefined` for all. */
  readonly bodyOctets: number | undefined;
}

/**
 * Compares a message with what has become of it, signature by signature from the top down: those that it had before.
 *
 * Shape: `after` is anything that has octets; an editor is asked for its result. Each body is canonicalized twice at most, however many signatures there are.
 * Errors: none; a signature that says nothing of `h=` covers nothing.
 * Deviation: an LF alone counts as a line end on both sides, since a message in a file gets its CRs when it is sent.
 * @rfc 6376 3.7
 * @rfc 6376 5.4.2
 * @rfc 8617 5.1.1
 */
export function dkimImpact(before: Uint8Array, after: Uint8Array | { octets(): Uint8Array }): readonly DkimImpact[] {
  const was = new MessageVersion(before);
  const is = new MessageVersion(after instanceof Uint8Array ? after : after.octets());
  const shared = new Map<Canonicalization, number>();
  return readSignatures(was.section).map((signature) => compareSignature(was, is, signature, shared));
}

/** `shared`: what `sharedBodyOctets` said, once it was asked. */
function compareSignature(was: MessageVersion, is: MessageVersion, signature: SignatureField, shared: Map<Canonicalization, number>): DkimImpact {
  const isSeal = signature.name === 'ARC-Seal';
  const signatureChanged = !keepsSignature(was, is, signature);
  const changedFields = isSeal ? findChangedSets(was, is, signature) : findChangedFields(was, is, signature);
  const bodyChanged = !isSeal && !keepsBody(was, is, signature, shared);
  return {
    name: signature.name, offset: signature.field.start, domain: signature.domain, selector: signature.selector,
    breaks: signatureChanged || changedFields.length > 0 || bodyChanged,
    signatureChanged, changedFields, bodyChanged, oversignedNames: findOversigned(was, signature), bodyOctets: signature.bodyOctets,
  };
}

/** The field of the signature is still there, in the form that goes into its own hash. */
function keepsSignature(was: MessageVersion, is: MessageVersion, signature: SignatureField): boolean {
  const form = was.canonical(signature.field, signature.headerCanonicalization);
  return is.holds(signature.name.toLowerCase(), form, signature.headerCanonicalization);
}

function keepsBody(was: MessageVersion, is: MessageVersion, signature: SignatureField, shared: Map<Canonicalization, number>): boolean {
  const form = signature.bodyCanonicalization;
  const octetCount = shared.get(form) ?? sharedBodyOctets(was.body, is.body, form);
  shared.set(form, octetCount);
  return octetCount >= (signature.bodyOctets ?? Infinity);
}

/** A name for the n-th time in `h=` means the n-th field of that name from the bottom, or nothing where there is none. @rfc 6376 5.4.2 */
function findChangedFields(was: MessageVersion, is: MessageVersion, signature: SignatureField): readonly string[] {
  const form = signature.headerCanonicalization;
  const changed: string[] = [];
  for (const [name, count] of countNames(signature.signedNames)) {
    const before = was.fieldsFromBottom(name);
    const after = is.fieldsFromBottom(name);
    const signed = Math.min(count, Math.max(before.length, after.length));
    for (let index = 0; index < signed; index++) {
      if (sameForm(was, before[index], is, after[index], form)) continue;
      changed.push(name);
      break;
    }
  }
  return changed;
}

function sameForm(was: MessageVersion, before: HeaderField | undefined, is: MessageVersion, after: HeaderField | undefined, form: Canonicalization): boolean {
  if (before === undefined || after === undefined) return before === after;
  return was.canonical(before, form) === is.canonical(after, form);
}

/** A seal covers the fields of all sets up to its own. @rfc 8617 5.1.1 */
function findChangedSets(was: MessageVersion, is: MessageVersion, signature: SignatureField): readonly string[] {
  const { instance } = signature;
  if (instance === undefined) return [];
  const names = ['arc-authentication-results', 'arc-message-signature', 'arc-seal'];
  return names.filter((name) => was.arcSets(name, instance) !== is.arcSets(name, instance));
}

function findOversigned(was: MessageVersion, signature: SignatureField): readonly string[] {
  return Array.from(countNames(signature.signedNames)).flatMap(([name, count]) => (count > was.fieldsFromBottom(name).length ? [name] : []));
}

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
