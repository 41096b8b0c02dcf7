/**
 * The options of a signer, and what they come to: checked once, when the signer is made.
 *
 * Read next: `signer.ts`.
 */
import { encodeUtf8 } from '@mailwright/wire';
import type { Clock } from '@mailwright/wire';
import type { Canonicalization } from './canonicalize-header.ts';
import { appendTags, plainTag, startField } from './format-signature.ts';
import type { FieldStart } from './format-signature.ts';
import type { ThreadPoolUse } from './judge-signature.ts';
import { canonicalSelector, canonicalSigningDomain, isSubdomain, keyName } from './key-name.ts';
import { encodeDkimQuotedPrintable } from './quoted-printable.ts';
import { DEFAULT_SIGN_RULES, resolveSignRules } from './sign-rules.ts';
import type { ResolvedRules, SignRule } from './sign-rules.ts';
import { DkimKey } from './signing-key.ts';

/** A key and the name it has in the DNS. */
export interface SelectedKey {
  readonly selector: string;
  readonly key: DkimKey;
}

/** How messages are signed. */
export interface DkimSignerOptions {
  /** The domain that takes responsibility (`d=`). U-labels become A-labels. */
  readonly domain: string;
  /** One signature for each, in this order. */
  readonly keys: readonly SelectedKey[];
  /** Which fields are signed, and how. Default `DEFAULT_SIGN_RULES`. */
  readonly headers?: readonly SignRule[] | undefined;
  /** Header and body. Default `relaxed/relaxed`. */
  readonly canonicalization?: `${Canonicalization}/${Canonicalization}` | undefined;
  /** The agent or user on whose behalf is signed (`i=`): `[local-part]@domain`, the domain being `domain` or below it. Default: not said. */
  readonly identity?: string | undefined;
  /** Seconds until the signature expires (`x=`). Default: never. */
  readonly expiresInSeconds?: number | undefined;
  /** Copies the signed fields into the signature (`z=`), for whoever has to find out why it fails. Default false. */
  readonly copyFields?: boolean | undefined;
  /**
   * Says how much of the body is signed (`l=`), which lets anybody add to the message: receivers that care don't take such a signature
   * for one. Default false.
   */
  readonly bodyLength?: boolean | undefined;
  /** Where the time for `t=` and `x=` comes from. Default the machine's. */
  readonly clock?: Pick<Clock, 'wallTime'> | undefined;
  /** Whether `end()` signs in the thread pool: `when-slow` (default: RSA, not Ed25519), `always`, `never`. */
  readonly threadPool?: ThreadPoolUse | undefined;
}

/** A key, and how every signature with it begins. */
export interface SignerKey extends SelectedKey {
  readonly start: FieldStart;
}

/** With the defaults filled in. */
export interface SignerSettings {
  readonly domain: string;
  readonly keys: readonly SignerKey[];
  readonly rules: ResolvedRules;
  readonly header: Canonicalization;
  readonly body: Canonicalization;
  readonly expiresInSeconds: number | undefined;
  readonly copyFields: boolean;
  readonly bodyLength: boolean;
  readonly clock: Pick<Clock, 'wallTime'>;
  readonly threadPool: ThreadPoolUse;
}

/** Throws TypeError and RangeError for options that make no sense. */
export function resolveSignerOptions(options: DkimSignerOptions): SignerSettings {
  const domain = canonicalSigningDomain(options.domain);
  if (domain === undefined) throw new TypeError('options.domain is not a domain of two labels or more');
  if (options.keys.length === 0) throw new TypeError('options.keys is empty');
  const { expiresInSeconds } = options;
  if (expiresInSeconds !== undefined && !(Number.isSafeInteger(expiresInSeconds) && expiresInSeconds > 0)) throw new RangeError('expiresInSeconds must be a positive integer');
  const [header, body] = resolveCanonicalization(options.canonicalization ?? 'relaxed/relaxed');
  const identity = resolveIdentity(options.identity, domain);
  return {
    domain,
    keys: options.keys.map((selected) => resolveKey(selected, domain, `${header}/${body}`, identity)),
    rules: resolveSignRules(options.headers ?? DEFAULT_SIGN_RULES),
    header,
    body,
    expiresInSeconds,
    copyFields: options.copyFields ?? false,
    bodyLength: options.bodyLength ?? false,
    clock: options.clock ?? { wallTime: Date.now },
    threadPool: options.threadPool ?? 'when-slow',
  };
}

function resolveKey({ selector: written, key }: SelectedKey, domain: string, canonicalization: string, identity: string | undefined): SignerKey {
  const selector = canonicalSelector(written);
  if (selector === undefined || keyName(selector, domain) === undefined) throw new TypeError(`not a selector: ${JSON.stringify(written)}`);
  if (!(key instanceof DkimKey)) throw new TypeError('a key comes from loadSigningKey');
  const tags = [plainTag('v', '1'), plainTag('a', key.algorithm), plainTag('c', canonicalization), plainTag('d', domain), plainTag('s', selector)];
  if (identity !== undefined) tags.push(plainTag('i', identity));
  return { selector, key, start: appendTags(startField('DKIM-Signature'), tags) };
}

function resolveCanonicalization(pair: string): readonly [Canonicalization, Canonicalization] {
  const [header, body] = pair.split('/') as [Canonicalization, Canonicalization];
  if (!/^(?:simple|relaxed)\/(?:simple|relaxed)$/.test(pair)) throw new TypeError('canonicalization is simple or relaxed for the header, a slash, and the same for the body');
  return [header, body];
}

/** @rfc 6376 3.5 */
function resolveIdentity(identity: string | undefined, domain: string): string | undefined {
  if (identity === undefined) return undefined;
  const at = identity.lastIndexOf('@');
  const ofIdentity = at === -1 ? undefined : canonicalSigningDomain(identity.slice(at + 1));
  if (ofIdentity === undefined || !isSubdomain(ofIdentity, domain)) throw new TypeError('identity is [local-part]@domain, and its domain is that of the signature or below it');
  if (/[\0-\x1f\x7f]/.test(identity)) throw new TypeError('identity has a control character');
  return `${encodeDkimQuotedPrintable(encodeUtf8(identity.slice(0, at)))}@${ofIdentity}`;
}
