/**
 * Is the key that signs the one that the DNS shows? To be asked before the first signature with a key, and now and then after.
 *
 * Read next: `rotation.ts`, which asks it at every step.
 */
import { equalOctets } from '@mailwright/wire';
import type { QueryOptions, Resolver } from '@mailwright/dns';
import { canonicalSelector, canonicalSigningDomain, keyName } from './key-name.ts';
import { formatKeyRecord } from './key-pair.ts';
import type { KeyRecord } from './key-record.ts';
import { lookUpKey } from './look-up-key.ts';
import type { KeyLookup, KeyLookupReason } from './look-up-key.ts';
import type { DkimKey } from './signing-key.ts';

/**
 * What the DNS shows. `published`: the key, and it may sign mail. `restricted`: the key, with tags that keep verifiers from using it. `different`: another
 * key. `revoked`: a record that says that the key is no more. `missing`: no record. `unusable`: a record, or several, that are
 * no key. `unknown`: nobody could say; ask again.
 */
export type KeyPublication = 'published' | 'restricted' | 'different' | 'revoked' | 'missing' | 'unusable' | 'unknown';

/** What was found, and what is wrong with it. */
export interface PublishedKeyReport {
  readonly publication: KeyPublication;
  /** Where it was looked for. */
  readonly name: string;
  /** The record that should be there. */
  readonly expected: string;
  /** The text of the record that is there, where it is one; a character for each octet. */
  readonly found: string | undefined;
  readonly reason: KeyLookupReason | undefined;
  /** What verifiers make less of it, in words: testing, restricted, no DNSSEC. Empty where there is nothing. */
  readonly remarks: readonly string[];
  /** DNSSEC vouches for the answer. */
  readonly secure: boolean;
  /** Seconds that resolvers keep what was found: a change needs so long until everybody sees it. */
  readonly ttl: number | undefined;
}

/** Which key is looked for, and where. */
export interface CheckKeyOptions extends QueryOptions {
  readonly resolver: Resolver;
  readonly domain: string;
  readonly selector: string;
  readonly key: DkimKey;
}

const PUBLICATIONS: Readonly<Partial<Record<KeyLookupReason, KeyPublication>>> = {
  'no-key': 'missing', 'key-revoked': 'revoked', 'dns-temporary': 'unknown', 'dns-bogus': 'unknown',
};

/**
 * Looks a key up and compares it with the one that signs. Past every cache of this package.
 *
 * Errors: TypeError for a domain or selector that is none; rejects where `signal` aborts.
 * @rfc 6376 3.6
 */
export async function checkKeyPublished(options: CheckKeyOptions): Promise<PublishedKeyReport> {
  const { resolver, key, signal, deadline } = options;
  const domain = canonicalSigningDomain(options.domain);
  const selector = canonicalSelector(options.selector);
  const name = domain === undefined || selector === undefined ? undefined : keyName(selector, domain);
  if (name === undefined) throw new TypeError('domain and selector have to be those of a signature');
  const lookup = await lookUpKey(name, { resolver, now: 0, signal, deadline });
  const { text: found, reason, secure, ttl, record } = lookup;
  const publication = comparePublication(lookup, key);
  const isOurs = publication === 'published' || publication === 'restricted';
  return { publication, name, expected: formatKeyRecord(key), found, reason, remarks: isOurs ? findRemarks(record!) : [], secure, ttl };
}

function comparePublication({ record, reason }: KeyLookup, key: DkimKey): KeyPublication {
  if (reason !== undefined) return PUBLICATIONS[reason] ?? 'unusable';
  const { keyType, publicKey, hashAlgorithms, serviceTypes } = record!;
  if (keyType !== key.keyType || !isSameKey(publicKey!, key)) return 'different';
  const mayHash = hashAlgorithms === undefined || hashAlgorithms.includes('sha256');
  return mayHash && (serviceTypes.includes('*') || serviceTypes.includes('email')) ? 'published' : 'restricted';
}

/** SubjectPublicKeyInfo ends with the key as PKCS #1 has it, which may stand in a record as well (erratum 3017). */
function isSameKey(publicKey: Uint8Array, key: DkimKey): boolean {
  const ours = key.publicKey;
  if (publicKey.length === ours.length) return equalOctets(publicKey, ours);
  return key.keyType === 'rsa' && publicKey.length > key.bits / 8 && equalOctets(publicKey, ours.subarray(-publicKey.length));
}

function findRemarks({ flags, hashAlgorithms, serviceTypes }: KeyRecord): readonly string[] {
  const remarks: string[] = [];
  if (flags.includes('y')) remarks.push('t=y: the domain says that it is only testing');
  if (flags.includes('s')) remarks.push('t=s: i= has to have the very domain of d=');
  if (hashAlgorithms !== undefined && !hashAlgorithms.includes('sha256')) remarks.push('h= does not allow sha256');
  if (!serviceTypes.includes('*') && !serviceTypes.includes('email')) remarks.push('s= does not allow email');
  return remarks;
}
