/**
 * From a selector and a domain to a key: the question to the DNS, what its answer means, and the key in it.
 *
 * Every outcome is data. `temperror` means that nobody could say; everything else that is not `ok` means that there is no key that may be
 * used, and why.
 */
import { txtOctets } from '@mailwright/dns';
import type { Answer, QueryOptions, Resolver } from '@mailwright/dns';
import { latin1 } from '@mailwright/wire';
import type { KeyCache } from './key-cache.ts';
import { parseKeyRecord } from './key-record.ts';
import type { KeyRecord, KeyRecordError } from './key-record.ts';
import { importPublicKey } from './public-key.ts';
import type { PublicKey, PublicKeyError } from './public-key.ts';

/** Why there is no key. */
export type KeyLookupReason = KeyRecordError | PublicKeyError | 'no-key' | 'several-keys' | 'dns-temporary' | 'dns-bogus';

/** What came of a look-up. */
export interface KeyLookup {
  readonly result: 'ok' | 'temperror' | 'permerror';
  /** `undefined` where `result` is `ok`. */
  readonly reason: KeyLookupReason | undefined;
  /** The text of the record, where there is one and no more; a character for each octet. */
  readonly text: string | undefined;
  readonly record: KeyRecord | undefined;
  /** There where `result` is `ok`. */
  readonly key: PublicKey | undefined;
  /** DNSSEC vouches for the answer. */
  readonly secure: boolean;
  /** Seconds that the answer may be kept. */
  readonly ttl: number | undefined;
}

/** Who is asked. */
export interface KeyLookupOptions extends QueryOptions {
  readonly resolver: Resolver;
  /** Keys that were looked up before. None where it is left out. */
  readonly cache?: KeyCache | undefined;
  /** The time in milliseconds since 1970, for the cache. */
  readonly now: number;
}

/**
 * Looks a key up. `name` is `selector._domainkey.domain`, as `keyName` makes it.
 *
 * Errors: rejects where `signal` aborts, and for nothing else.
 * @rfc 6376 3.6.2
 * @rfc 6376 6.1.2
 */
export async function lookUpKey(name: string, options: KeyLookupOptions): Promise<KeyLookup> {
  const { resolver, cache, now, signal, deadline } = options;
  const kept = cache?.get(name, now);
  if (kept !== undefined) return kept;
  const lookup = readKeyAnswer(await resolver.query(name, 'TXT', { signal, deadline }));
  if (lookup.result !== 'temperror') cache?.set(name, lookup, now);
  return lookup;
}

/**
 * What an answer to the question for a key says. Several records are none: the RFC leaves open which would count, and an attacker must
 * not choose.
 *
 * @rfc 6376 3.6.2.2
 * @rfc 6376 6.1.2
 */
export function readKeyAnswer(answer: Answer<'TXT'>): KeyLookup {
  if (answer.status === 'temp') return makeLookup(answer, 'temperror', 'dns-temporary');
  if (answer.status === 'bogus') return makeLookup(answer, 'temperror', 'dns-bogus');
  const [only] = answer.records;
  if (only === undefined) return makeLookup(answer, 'permerror', 'no-key');
  if (answer.records.length > 1) return makeLookup(answer, 'permerror', 'several-keys');
  const text = latin1(txtOctets(only));
  const parsed = parseKeyRecord(text);
  if (!parsed.ok) return makeLookup(answer, 'permerror', parsed.error, text);
  const imported = importPublicKey(parsed.record);
  if (!imported.ok) return makeLookup(answer, 'permerror', imported.error, text, parsed.record);
  return makeLookup(answer, 'ok', undefined, text, parsed.record, imported.key);
}

function makeLookup(
  { secure, ttl }: Answer, result: KeyLookup['result'], reason: KeyLookupReason | undefined, text?: string, record?: KeyRecord, key?: PublicKey,
): KeyLookup {
  return { result, reason, text, record, key, secure, ttl };
}
