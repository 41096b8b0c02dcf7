/**
 * Validates the chain of a message while it streams by: header section first, then the body in chunks, then the verdict (RFC 8617
 * section 5.2).
 *
 * What has to hold: the structure, the newest message signature, and every seal. Older message signatures are checked down to the first
 * that fails, for `oldestPass`. Nothing of what an ARC-Authentication-Results field or a `cv=` claims is taken for a finding.
 *
 * Left out: whom to believe (`trusted-sealer.ts`). Read next: `arc-sets.ts` (structure), `seal-data.ts` (what seals are over).
 */
import { traceStep } from '@mailwright/authres';
import type { TraceStep, TraceValue } from '@mailwright/authres';
import { BodyHasher, emptySignatureValue, keyName } from '@mailwright/dkim';
import type { BodyHash } from '@mailwright/dkim';
import { findFields, streamMessage } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';
import { findBareLineEnd } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';
import { collectArcSets, makeFault } from './arc-sets.ts';
import type { ArcFault, ArcSet, ArcSets } from './arc-sets.ts';
import { ChainKeys } from './chain-keys.ts';
import type { ArcKeyOptions } from './chain-keys.ts';
import { checkMessageSignature } from './check-message-signature.ts';
import type { MessageEvidence } from './check-message-signature.ts';
import { checkSignature } from './check-signature.ts';
import type { SignatureCheck } from './check-signature.ts';
import { MOST_INSTANCES } from './instance.ts';
import { REASONS } from './reasons.ts';
import type { ArcInstance, ArcMessageSignatureVerdict, ArcResult, ArcSealVerdict, ChainStatus } from './result.ts';
import { SealData, sealedFieldsOf } from './seal-data.ts';

/** How a chain is validated. */
export interface ArcValidatorOptions extends ArcKeyOptions {
  /**
   * Hashes the body for others, too (`DkimVerifier`): whoever owns it pushes the body to it and ends it before `end()` is called here. Then
   * `body()` is not called. Left out: a hasher of its own.
   */
  readonly bodyHasher?: BodyHasher | undefined;
  /** Sets at most; a chain with more fails. 1 to 50, default 50. */
  readonly instances?: number | undefined;
  /** How far clocks may be apart, in seconds, for `x=`. Default 300. */
  readonly clockSkewSeconds?: number | undefined;
}

const DEFAULT_SKEW_SECONDS = 300;
const UNCHECKED: SignatureCheck = { reason: undefined, keyBits: undefined, secure: false };

/** What the checks of one set have given so far; `undefined`: not come to. */
interface Checks {
  seal: SignatureCheck | undefined;
  messageSignature: SignatureCheck | undefined;
}

/**
 * The validator of one message.
 *
 * ```ts
 * import { ArcValidator } from '@mailwright/arc';
 * import { inMemoryZone } from '@mailwright/dns';
 * import { parseHeaders } from '@mailwright/mime';
 * import { encodeLatin1 } from '@mailwright/wire';
 *
 * const headers = encodeLatin1('ARC-Seal: i=1; cv=fail\r\nFrom: a@example.com\r\n\r\n');
 * const validator = new ArcValidator({ resolver: inMemoryZone({}), now: Date.now() });
 * validator.headers(parseHeaders(headers), headers);
 * validator.body(encodeLatin1('Hi.\r\n'));
 * const { result, reason } = await validator.end();
 * [result, reason]; // => ['fail', 'failed-before']
 * ```
 *
 * @rfc 8617 5.2
 */
export class ArcValidator {
  readonly #options: ArcValidatorOptions;
  readonly #instances: number;
  readonly #clockSkewSeconds: number;
  readonly #bodyHasher: BodyHasher;
  readonly #keys: ChainKeys;
  readonly #trace: TraceStep[] = [];
  readonly #bodyHashes: Map<ArcSet, BodyHash> = new Map();
  #found: ArcSets | undefined = undefined;
  #octets: Uint8Array = new Uint8Array(0);
  #section: HeaderSection | undefined = undefined;

  /** Throws RangeError for a bound that is out of range. */
  constructor(options: ArcValidatorOptions) {
    const { instances = MOST_INSTANCES, clockSkewSeconds = DEFAULT_SKEW_SECONDS, now } = options;
    if (!Number.isInteger(instances) || instances < 1 || instances > MOST_INSTANCES) throw new RangeError('instances must be an integer from 1 to 50');
    for (const [name, value] of Object.entries({ clockSkewSeconds, now })) {
      if (!(value >= 0)) throw new RangeError(`${name} must be a number, 0 or more`);
    }
    this.#options = options;
    this.#instances = instances;
    this.#clockSkewSeconds = clockSkewSeconds;
    this.#bodyHasher = options.bodyHasher ?? new BodyHasher();
    this.#keys = new ChainKeys(options);
  }

  /** How many message signatures the body is hashed for. 0: the body need not be given. */
  get pending(): number {
    return this.#bodyHashes.size;
  }

  /**
   * The header section, and the octets it was read from (`parseHeaders(octets)`), which must stay as they are. Once, and first.
   * Asks the hasher for the hashes, and the DNS for the keys.
   */
  headers(section: HeaderSection, octets: Uint8Array): void {
    if (this.#found !== undefined) throw new TypeError('headers() was called before');
    this.#section = section;
    this.#octets = octets.subarray(0, section.bodyOffset);
    const found = collectArcSets(section, this.#instances);
    const fault = found.fault ?? (section.limit === undefined ? undefined : makeFault('header-too-large'));
    this.#found = fault === undefined ? found : { ...found, sets: [], fault };
    for (const set of this.#found.sets) {
      this.#askForKey(set.seal);
      if (!set.messageSignature.ok) continue;
      this.#askForKey(set.messageSignature.value);
      this.#bodyHashes.set(set, this.#bodyHasher.want(set.messageSignature.value.canonicalization.body));
    }
  }

  /** The next octets of the body; the array may be used again afterwards. Throws TypeError where the hasher is somebody else's. */
  body(chunk: Uint8Array): void {
    if (this.#options.bodyHasher !== undefined) throw new TypeError('the body goes to the bodyHasher that was given');
    if (this.#found === undefined) throw new TypeError('headers() comes before body()');
    this.#bodyHasher.push(chunk);
  }

  /**
   * The message is over: the verdict.
   *
   * Errors: rejects where `signal` aborts, and for nothing else.
   * @rfc 8617 5.2
   */
  async end(): Promise<ArcResult> {
    if (this.#found === undefined) throw new TypeError('headers() comes before end()');
    if (this.#options.bodyHasher === undefined) this.#bodyHasher.end();
    const { sets, fault, fieldCount, highestInstance } = this.#found;
    if (fault !== undefined) return this.#fail(fault, []);
    if (fieldCount === 0) {
      this.#step('8617 5.2', 'the message has no ARC field');
      return this.#result('none', undefined, [], undefined);
    }
    this.#step('8617 5.2', `the structure is right: ${highestInstance} ${highestInstance === 1 ? 'set' : 'sets'}`, { instances: highestInstance });
    const checks: Checks[] = sets.map(() => ({ seal: undefined, messageSignature: undefined }));
    const evidence = this.#makeEvidence();
    const newest = await this.#checkMessageSignature(sets.length - 1, checks, evidence);
    if (newest !== undefined) return this.#fail(newest, checks);
    const oldestPass = await this.#findOldestPass(checks, evidence);
    const broken = await this.#checkSeals(checks);
    if (broken !== undefined) return this.#fail(broken, checks);
    this.#step('8617 5.2', `the chain is whole: ${sets.map(({ seal }) => seal.domain).join(', ')}`);
    return this.#result('pass', undefined, checks, oldestPass);
  }

  #askForKey({ selector, domain }: { readonly selector: string; readonly domain: string }): void {
    const name = keyName(selector, domain);
    if (name !== undefined) this.#keys.lookUp(name).catch(() => undefined); // told by end()
  }

  #makeEvidence(): MessageEvidence {
    return {
      octets: this.#octets,
      fields: this.#section!.fields,
      fromCount: findFields(this.#section!, 'From').length,
      bodyIsIrregular: this.#bodyHasher.irregularity !== undefined || findBareLineEnd(this.#octets) !== -1,
      clockSkewSeconds: this.#clockSkewSeconds,
      now: this.#options.now,
    };
  }

  /** Step 4, and one of step 5. Gives what is wrong. */
  async #checkMessageSignature(index: number, checks: readonly Checks[], evidence: MessageEvidence): Promise<ArcFault | undefined> {
    const set = this.#found!.sets[index]!;
    const { messageSignature: parsed, messageSignatureField: field, instance } = set;
    const check = parsed.ok
      ? await checkMessageSignature(field, parsed.value, this.#bodyHashes.get(set)!, this.#keys, evidence)
      : { ...UNCHECKED, reason: parsed.reason };
    checks[index]!.messageSignature = check;
    if (!parsed.ok) return makeFault(parsed.reason, instance, 'ARC-Message-Signature', parsed.tag);
    if (check.reason !== undefined) return makeFault(check.reason, instance, 'ARC-Message-Signature');
    const { domain, canonicalization } = parsed.value;
    this.#step('8617 5.2', `i=${instance}: the message signature of ${domain} holds (${canonicalization.header}/${canonicalization.body}, ${check.keyBits} bits)`, { instance });
    return undefined;
  }

  /** Step 5. */
  async #findOldestPass(checks: readonly Checks[], evidence: MessageEvidence): Promise<number> {
    for (let index = checks.length - 2; index >= 0; index--) {
      const fault = await this.#checkMessageSignature(index, checks, evidence);
      if (fault === undefined) continue;
      this.#step(REASONS[fault.reason].rfc, `i=${index + 1}: the message signature does not hold any more: ${REASONS[fault.reason].text}; that is allowed`, faultData(fault));
      return index + 2;
    }
    return 0;
  }

  /** Step 6. Gives what is wrong. */
  async #checkSeals(checks: readonly Checks[]): Promise<ArcFault | undefined> {
    const { sets } = this.#found!;
    const data = new SealData(sets.map((set) => sealedFieldsOf(set, this.#octets)));
    for (let index = sets.length - 1; index >= 0; index--) {
      const { seal, sealField, instance } = sets[index]!;
      const check = await checkSignature(seal, this.#keys, () => {
        const written = this.#octets.subarray(sealField.start, sealField.end);
        return data.of(index, emptySignatureValue(written, sealField.valueStart - sealField.start, seal.valueTag));
      });
      checks[index]!.seal = check;
      if (check.reason !== undefined) return makeFault(check.reason, instance, 'ARC-Seal');
      this.#step('8617 5.2', `i=${instance}: the seal of ${seal.domain} holds (cv=${seal.chainStatus}, ${check.keyBits} bits)`, { instance });
    }
    return undefined;
  }

  #fail(fault: ArcFault, checks: readonly Checks[]): ArcResult {
    const { rfc, text } = REASONS[fault.reason];
    const place = fault.instance === undefined ? '' : `i=${fault.instance}: `;
    this.#step(rfc, `${place}${fault.field === undefined ? '' : `${fault.field}: `}${text}`, faultData(fault));
    return this.#result('fail', fault, checks, undefined);
  }

  #result(result: ChainStatus, fault: ArcFault | undefined, checks: readonly Checks[], oldestPass: number | undefined): ArcResult {
    const { sets, highestInstance, fieldCount, closed } = this.#found!;
    return {
      result,
      reason: fault?.reason,
      failedInstance: fault?.instance,
      failedField: fault?.field,
      instances: sets.map((set, index) => describeSet(set, checks[index]!)),
      sealers: result === 'pass' ? sets.map(({ seal }) => seal.domain) : [],
      oldestPass,
      highestInstance,
      fieldCount,
      closed,
      trace: this.#trace,
    };
  }

  #step(rfc: string, text: string, data?: Readonly<Record<string, TraceValue>>): void {
    this.#trace.push(traceStep(rfc, text, data));
  }
}

function faultData({ reason, instance, field, tag }: ArcFault): Readonly<Record<string, TraceValue>> {
  return { reason, instance, field, tag };
}

function describeSet({ instance, seal, messageSignature, authenticationResults }: ArcSet, checks: Checks): ArcInstance {
  const signature = messageSignature.ok ? messageSignature.value : undefined;
  const messageVerdict: ArcMessageSignatureVerdict = {
    ...describeCheck(checks.messageSignature, signature),
    signedNames: signature?.signedNames ?? [],
    canonicalization: signature?.canonicalization,
  };
  const sealVerdict: ArcSealVerdict = { ...describeCheck(checks.seal, seal), chainStatus: seal.chainStatus };
  return { instance, seal: sealVerdict, messageSignature: messageVerdict, authenticationResults };
}

type Described = Pick<ArcSealVerdict, 'domain' | 'selector' | 'algorithm' | 'timestamp'>;

function describeCheck(check: SignatureCheck | undefined, signature: Described | undefined): Omit<ArcSealVerdict, 'chainStatus'> {
  const { reason, keyBits, secure } = check ?? UNCHECKED;
  return {
    result: check === undefined ? 'unchecked' : reason === undefined ? 'pass' : 'fail',
    reason,
    domain: signature?.domain,
    selector: signature?.selector,
    algorithm: signature?.algorithm,
    timestamp: signature?.timestamp,
    keyBits,
    secure,
  };
}

/**
 * Validates the chain of a whole message: header section, empty line and body. The verdict is that of `ArcValidator.end()`.
 *
 * Errors: rejects where `message` does, and where `signal` aborts.
 * @rfc 8617 5.2
 */
export async function validateArc(message: Body, options: Omit<ArcValidatorOptions, 'bodyHasher'>): Promise<ArcResult> {
  const validator = new ArcValidator({ ...options, bodyHasher: undefined });
  await streamMessage(message, {
    headers: (section, octets) => validator.headers(section, octets),
    body: (chunk) => validator.body(chunk),
  });
  return validator.end();
}
