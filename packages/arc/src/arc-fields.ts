/**
 * ARC-Seal and ARC-Message-Signature as values (RFC 8617 sections 4.1.2 and 4.1.3).
 *
 * ```abnf
 * arc-as-hdr  = "ARC-Seal:" [CFWS] instance [CFWS] ";" tag-list
 * arc-ams-hdr = "ARC-Message-Signature:" [CFWS] instance [CFWS] ";" tag-list
 * seal-cv-tag = %s"cv" [CFWS] "=" [CFWS] ( %s"none" / %s"fail" / %s"pass" )
 * ```
 *
 * Both are tag lists of DKIM with another set of tags: no version, an instance in `i=`, and for the seal no `h=`, `bh=` and `c=`.
 *
 * Left out: how the fields make sets (`arc-sets.ts`) and what the signatures are over (`seal-data.ts`).
 */
import { SignatureTagReader, parseTagList, splitColons } from '@mailwright/dkim';
import type { CanonicalizationPair, SignatureAlgorithm, Tag, TagList } from '@mailwright/dkim';
import { latin1 } from '@mailwright/wire';
import { parsePosition } from './instance.ts';
import type { ArcReason } from './reasons.ts';
import type { ChainStatus } from './result.ts';

/** What both signatures of a set have. */
interface SignatureTags {
  readonly algorithm: SignatureAlgorithm;
  /** `b=` */
  readonly value: Uint8Array;
  /** Where the value stands in the field's value. */
  readonly valueTag: Tag;
  /** `d=`, as the DNS has it. */
  readonly domain: string;
  /** `s=`, as the DNS has it. */
  readonly selector: string;
  /** `t=`, seconds since 1970. */
  readonly timestamp: number | undefined;
}

/** An ARC-Seal whose tags are what they should be. */
export interface ArcSeal extends SignatureTags {
  /** `cv=` */
  readonly chainStatus: ChainStatus;
}

/** An ARC-Message-Signature whose tags are what they should be. */
export interface ArcMessageSignature extends SignatureTags {
  /** `bh=` */
  readonly bodyHash: Uint8Array;
  readonly canonicalization: CanonicalizationPair;
  /** `h=`, in lower case. */
  readonly signedNames: readonly string[];
  /** `l=` */
  readonly bodyLength: number | undefined;
  /** `x=`, seconds since 1970. */
  readonly expiration: number | undefined;
}

/** A field that was read: what it is, or why it is nothing. */
export type ParsedArcField<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: ArcReason; readonly tag: string | undefined };

/** The part of a field that says which set it belongs to. */
export type ParsedArcTags =
  | { readonly ok: true; readonly instance: number; readonly tags: TagList }
  | { readonly ok: false; readonly reason: ArcReason };

const CHAIN_STATUS: ReadonlyMap<string, ChainStatus> = new Map([['none', 'none'], ['pass', 'pass'], ['fail', 'fail']]);
const FIELD_NAME = /^[\x21-\x39\x3c-\x7e]+$/;

/**
 * The tags and the instance of an ARC-Seal or ARC-Message-Signature; `raw` is the field's value as it stands, folds included.
 *
 * Deviation: `i=` may stand anywhere in the list, where most sealers have it, and not only in front (test "i= anywhere").
 * @rfc 8617 4.1.2
 * @rfc 8617 4.1.3
 * @rfc 8617 4.2.1
 */
export function parseArcTags(raw: Uint8Array): ParsedArcTags {
  const parsed = parseTagList(latin1(raw));
  if (!parsed.ok) return { ok: false, reason: parsed.error };
  const instance = parsePosition(parsed.value.get('i')?.value ?? '');
  return instance === undefined ? { ok: false, reason: 'bad-instance' } : { ok: true, instance, tags: parsed.value };
}

/**
 * The ARC-Seal that `tags` make. Tags that nobody knows are skipped, but `h=` makes it nothing.
 *
 * @rfc 8617 4.1.3
 */
export function readArcSeal(tags: TagList): ParsedArcField<ArcSeal> {
  const reader = new SignatureTagReader(tags);
  const chainStatus = CHAIN_STATUS.get(reader.required('cv'));
  const seal = { ...readSignatureTags(reader), chainStatus: chainStatus ?? 'fail' };
  if (tags.has('h')) return { ok: false, reason: 'seal-names-fields', tag: 'h' };
  if (reader.error !== undefined) return { ok: false, reason: reader.error, tag: reader.errorTag };
  return chainStatus === undefined ? { ok: false, reason: 'bad-chain-status', tag: 'cv' } : { ok: true, value: seal };
}

/**
 * The ARC-Message-Signature that `tags` make. Tags that nobody knows are skipped, and so is a version.
 *
 * @rfc 8617 4.1.2
 * @rfc 6376 3.5
 */
export function readArcMessageSignature(tags: TagList): ParsedArcField<ArcMessageSignature> {
  const reader = new SignatureTagReader(tags);
  const signature = {
    ...readSignatureTags(reader),
    bodyHash: reader.bodyHash(),
    canonicalization: reader.canonicalization(),
    signedNames: readSignedNames(reader),
    bodyLength: reader.bodyLength(),
    expiration: reader.expiration(),
  };
  reader.queryMethod();
  if (reader.error !== undefined) return { ok: false, reason: reader.error, tag: reader.errorTag };
  const wrong = findContradiction(signature);
  return wrong === undefined ? { ok: true, value: signature } : { ok: false, reason: wrong[0], tag: wrong[1] };
}

function readSignatureTags(reader: SignatureTagReader): SignatureTags {
  return {
    algorithm: reader.algorithm(),
    value: reader.signatureValue(),
    valueTag: reader.tags.get('b')!, // the line above says so where it is not there
    domain: reader.domain(),
    selector: reader.selector(),
    timestamp: reader.timestamp(),
  };
}

/**
 * `h=` without the empty names.
 *
 * Deviation: `from::date` is read as `from:date`; a name that is empty takes no field, so nothing is less signed (test "an empty name").
 */
function readSignedNames(reader: SignatureTagReader): readonly string[] {
  const names = splitColons(reader.required('h').toLowerCase()).filter((name) => name !== '');
  return names.every((name) => FIELD_NAME.test(name)) ? names : reader.fail('bad-signed-names', 'h', names);
}

/** Tags that are right one by one and wrong together, or not allowed in ARC. */
function findContradiction({ signedNames, timestamp, expiration }: ArcMessageSignature): readonly [ArcReason, string] | undefined {
  if (signedNames.includes('arc-seal')) return ['seal-is-signed', 'h'];
  if (!signedNames.includes('from')) return ['from-not-signed', 'h'];
  if (timestamp !== undefined && expiration !== undefined && expiration <= timestamp) return ['expiration-before-timestamp', 'x'];
  return undefined;
}
