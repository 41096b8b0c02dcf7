/**
 * The verdict about one signature, when key and body hash are there (RFC 6376 section 6.1.2 and 6.1.3).
 *
 * Read next: `reasons.ts` (every way not to pass), `signed-data.ts` (what is verified).
 */
import type { TraceStep } from '@mailwright/authres';
import type { HeaderField } from '@mailwright/mime';
import { equalOctets } from '@mailwright/wire';
import type { BodyHash } from './hash-body.ts';
import { canonicalSelector, canonicalSigningDomain } from './key-name.ts';
import type { KeyLookup } from './look-up-key.ts';
import { REASONS } from './reasons.ts';
import type { DkimReason } from './reasons.ts';
import type { DkimResult, FoundKey } from './result.ts';
import { selectSignedFields } from './select-fields.ts';
import type { ParsedSignature, Signature } from './signature.ts';
import { decodeText } from './signature-tags.ts';
import { emptySignatureValue, makeSignedData } from './signed-data.ts';
import { verifyData, verifyDataSync } from './verify-data.ts';

/**
 * When the thread pool is used. `when-slow`: for Ed25519 and for RSA above 2,048 bits. Measured on Node 20.20: to check a signature of
 * RSA 2,048 takes 27 us, of Ed25519 70; the way to the pool and back 40.
 */
export type ThreadPoolUse = 'when-slow' | 'always' | 'never';

/** What a verdict is made of. */
export interface Evidence {
  readonly field: HeaderField;
  readonly signature: Signature;
  readonly lookup: KeyLookup;
  readonly keyName: string;
  readonly bodyHash: BodyHash;
  /** The header section, and its fields. */
  readonly octets: Uint8Array;
  readonly fields: readonly HeaderField[];
  readonly fromCount: number;
  readonly bodyIsIrregular: boolean;
  readonly leastRsaBits: number;
  readonly threadPool: ThreadPoolUse;
}

const SLOW_RSA_BITS = 2048;
const ADVISED_RSA_BITS = 2048;
const NO_STEPS: readonly TraceStep[] = [];

/** The verdict about a signature that can't pass whatever its key and the body are. */
export function refuseSignature(field: HeaderField, parsed: ParsedSignature | undefined, reason: DkimReason): DkimResult {
  const signature = parsed?.ok === true ? parsed.signature : undefined;
  const tag = (name: string): string => decodeText(parsed?.tags?.get(name)?.value ?? '');
  const wrongTag = parsed?.ok === false ? parsed.tag : undefined;
  return {
    result: REASONS[reason].result,
    reason,
    field,
    domain: signature?.domain ?? canonicalSigningDomain(tag('d')),
    selector: signature?.selector ?? canonicalSelector(tag('s')),
    identity: signature === undefined ? undefined : formatIdentity(signature),
    signature,
    key: undefined,
    testing: false,
    body: undefined,
    headerMatches: undefined,
    trace: [reasonStep(reason, wrongTag === undefined ? undefined : { tag: wrongTag })],
  };
}

/**
 * The verdict about a signature whose tags are right; a promise where the thread pool is asked.
 *
 * @rfc 6376 6.1.2
 * @rfc 6376 6.1.3
 */
export function judgeSignature(evidence: Evidence): DkimResult | Promise<DkimResult> {
  const { signature, bodyHash } = evidence;
  const { key, step: keyStep, reason: keyReason } = judgeKey(evidence);
  if (keyReason !== undefined || key === undefined) return makeResult(evidence, keyReason, { key, body: undefined, headerMatches: undefined, trace: [keyStep] });
  const matches = equalOctets(bodyHash.octets, signature.bodyHash);
  const body = { matches, computedHash: bodyHash.octets, canonicalOctets: bodyHash.canonicalOctets };
  const bodyFault = findBodyFault(evidence);
  if (bodyFault !== undefined) return makeResult(evidence, bodyFault, { key, body, headerMatches: undefined, trace: [keyStep, reasonStep(bodyFault)] });
  const conclude = (headerMatches: boolean): DkimResult => {
    const trace = [keyStep, ...remarksOf(key), bodyStep(evidence, matches), headerStep(evidence, headerMatches)];
    const reason = !matches ? 'body-hash-mismatch' : !headerMatches ? 'signature-mismatch' : findPolicyFault(evidence, key);
    if (matches && headerMatches && reason !== undefined) trace.push(reasonStep(reason));
    return makeResult(evidence, reason, { key, body, headerMatches, trace });
  };
  const verified = verifyHeader(evidence, key);
  return typeof verified === 'boolean' ? conclude(verified) : verified.then(conclude);
}

function makeResult(
  { field, signature, lookup }: Evidence, reason: DkimReason | undefined, { key, body, headerMatches, trace }: Pick<DkimResult, 'key' | 'body' | 'headerMatches' | 'trace'>,
): DkimResult {
  return {
    result: reason === undefined ? 'pass' : REASONS[reason].result,
    reason,
    field,
    domain: signature.domain,
    selector: signature.selector,
    identity: formatIdentity(signature),
    signature,
    key,
    testing: lookup.record?.flags.includes('y') ?? false,
    body,
    headerMatches,
    trace,
  };
}

/** Whether the key may be used for this signature, and what there is to say about it. */
function judgeKey({ keyName: name, lookup, signature }: Evidence): { readonly key: FoundKey | undefined; readonly reason: DkimReason | undefined; readonly step: TraceStep } {
  const { record, key, secure, reason } = lookup;
  if (record === undefined || key === undefined) return { key: undefined, reason: reason ?? 'no-key', step: reasonStep(reason ?? 'no-key', { name }) };
  const fault = findKeyFault(signature, lookup);
  const keyStep = fault === undefined
    ? step('6376 6.1.2', `the key is at ${name}: ${record.keyType}, ${key.bits} bits`, { name, bits: key.bits, secure })
    : reasonStep(fault, { name });
  return { key: { name, record, key, secure }, reason: fault, step: keyStep };
}

/** What there is to say about a key that may be used. @rfc 6376 3.6.1 @rfc 8301 3.2 */
function remarksOf({ record, key }: FoundKey): readonly TraceStep[] {
  const isWeak = record.keyType === 'rsa' && key.bits < ADVISED_RSA_BITS;
  const isTesting = record.flags.includes('y');
  if (!isWeak && !isTesting) return NO_STEPS;
  const steps: TraceStep[] = [];
  if (isWeak) steps.push(step('8301 3.2', `the key has ${key.bits} bits: ${ADVISED_RSA_BITS} are advised`, { bits: key.bits }));
  if (isTesting) steps.push(step('6376 3.6.1', 't=y of the key record: the domain says that it is only testing, so a signature that does not pass must not count against the message', { testing: true }));
  return steps;
}

/** @rfc 6376 3.6.1 @rfc 6376 6.1.2 */
function findKeyFault({ algorithm, domain, identity }: Signature, { record }: KeyLookup): DkimReason | undefined {
  const { keyType, hashAlgorithms, serviceTypes, flags } = record!;
  if (algorithm !== `${keyType}-sha256`) return 'key-type-mismatch';
  if (hashAlgorithms !== undefined && !hashAlgorithms.includes('sha256')) return 'hash-not-allowed';
  if (!serviceTypes.includes('*') && !serviceTypes.includes('email')) return 'service-not-allowed';
  return flags.includes('s') && identity.domain !== domain ? 'identity-not-domain' : undefined;
}

function findBodyFault({ bodyIsIrregular, signature, bodyHash }: Evidence): DkimReason | undefined {
  if (bodyIsIrregular) return 'bare-line-end';
  return signature.bodyLength !== undefined && signature.bodyLength > bodyHash.canonicalOctets ? 'body-length-too-large' : undefined;
}

/** What is not good enough of a signature that is right. */
function findPolicyFault({ signature, bodyHash, fromCount, leastRsaBits }: Evidence, { key, record }: FoundKey): DkimReason | undefined {
  if (signature.bodyLength !== undefined && signature.bodyLength < bodyHash.canonicalOctets) return 'body-not-covered';
  if (signature.signedNames.filter((name) => name === 'from').length < fromCount) return 'from-not-covered';
  return record.keyType === 'rsa' && key.bits < leastRsaBits ? 'key-below-policy' : undefined;
}

/** @rfc 6376 6.1.3 */
function verifyHeader({ field, signature, octets, fields, threadPool }: Evidence, { key, record }: FoundKey): boolean | Promise<boolean> {
  const written = octets.subarray(field.start, field.end);
  const data = makeSignedData({
    octets,
    canonicalization: signature.canonicalization.header,
    fields: selectSignedFields(fields, signature.signedNames, field),
    signatureField: emptySignatureValue(written, field.valueStart - field.start, signature.valueTag),
  });
  const isSlow = record.keyType === 'ed25519' || key.bits > SLOW_RSA_BITS;
  if (threadPool === 'always' || (threadPool === 'when-slow' && isSlow)) return verifyData(signature.algorithm, data, key.keyObject, signature.value);
  return verifyDataSync(signature.algorithm, data, key.keyObject, signature.value);
}

function formatIdentity({ identity }: Signature): string {
  return `${identity.localPart}@${identity.domain}`;
}

/** A step whose text is ours and whose names were checked: there is nothing to escape in it. */
function step(rfc: string, text: string, data: TraceStep['data']): TraceStep {
  return { rfc, text, data };
}

function reasonStep(reason: DkimReason, data?: TraceStep['data']): TraceStep {
  const { rfc, text } = REASONS[reason];
  return step(rfc, text, { reason, ...data });
}

function bodyStep({ signature, bodyHash }: Evidence, matches: boolean): TraceStep {
  if (!matches) return reasonStep('body-hash-mismatch', { canonicalOctets: bodyHash.canonicalOctets });
  const covered = signature.bodyLength ?? bodyHash.canonicalOctets;
  return step('6376 6.1.3', `the body is the one that was signed: ${covered} of ${bodyHash.canonicalOctets} octets (${signature.canonicalization.body})`, undefined);
}

function headerStep({ signature }: Evidence, matches: boolean): TraceStep {
  if (!matches) return reasonStep('signature-mismatch', { signedNames: signature.signedNames });
  return step('6376 6.1.3', `the signed fields are those that were signed (${signature.canonicalization.header})`, { signedNames: signature.signedNames });
}
