/**
 * Key records: what the DNS says at `selector._domainkey.domain` (RFC 6376 section 3.6.1, RFC 8463 section 4).
 *
 * ```abnf
 * key-v-tag = %x76 [FWS] "=" [FWS] %x44.4B.49.4D.31                    ; first, where it is there
 * key-h-tag = %x68 [FWS] "=" [FWS] key-h-tag-alg *( [FWS] ":" [FWS] key-h-tag-alg )
 * key-k-tag = %x6b [FWS] "=" [FWS] key-k-tag-type                      ; "rsa" where it is absent
 * key-n-tag = %x6e [FWS] "=" [FWS] qp-section
 * key-p-tag = %x70 [FWS] "=" [ [FWS] base64string ]                    ; empty: revoked
 * key-s-tag = %x73 [FWS] "=" [FWS] key-s-tag-type *( [FWS] ":" [FWS] key-s-tag-type )
 * key-t-tag = %x74 [FWS] "=" [FWS] key-t-tag-flag *( [FWS] ":" [FWS] key-t-tag-flag )
 * ```
 *
 * Left out: the key itself (`public-key.ts`), the DNS (`look-up-key.ts`), `g=`, which RFC 6376 took away.
 */
import { readBase64 } from './base64.ts';
import { parseTagList, removeWhiteSpace, splitColons } from './tag-list.ts';
import type { TagList } from './tag-list.ts';

/** The kinds of keys that there are. */
export type KeyType = 'rsa' | 'ed25519';

/** A key record. */
export interface KeyRecord {
  /** `k=`; `rsa` where it is absent. */
  readonly keyType: KeyType;
  /** `p=`, decoded; `undefined` where the key was revoked. */
  readonly publicKey: Uint8Array | undefined;
  /** `h=`: the hash algorithms that the key is for; `undefined` where it is for all. */
  readonly hashAlgorithms: readonly string[] | undefined;
  /** `s=`: the services that the key is for; `*` stands for all, and is what an absent tag says. */
  readonly serviceTypes: readonly string[];
  /** `t=`: `y` (the domain is testing DKIM), `s` (the domain of `i=` must be that of `d=`), and others, which mean nothing. */
  readonly flags: readonly string[];
  /** `n=`, as written: a remark for people. */
  readonly notes: string | undefined;
}

/** Why a record is no key record. */
export type KeyRecordError = 'bad-key-record' | 'bad-key-version' | 'unknown-key-type' | 'no-public-key' | 'bad-public-key';

/** The outcome of `parseKeyRecord`. */
export type ParsedKeyRecord = { readonly ok: true; readonly record: KeyRecord } | { readonly ok: false; readonly error: KeyRecordError };

/** Base64 of a key of 8,192 bits takes 1,420 characters; nobody needs a longer one. */
const MAX_PUBLIC_KEY_CHARACTERS = 4096;

/**
 * Reads a key record.
 *
 * Shape: `text` is the text of one TXT record, its strings joined without anything in between.
 * Errors: a `KeyRecordError`; never throws. Tags that nobody knows are skipped.
 *
 * @rfc 6376 3.6.1
 * @rfc 6376 3.6.2.2
 * @rfc 8463 4.2
 */
export function parseKeyRecord(text: string): ParsedKeyRecord {
  const parsed = parseTagList(text);
  if (!parsed.ok) return { ok: false, error: 'bad-key-record' };
  const tags = parsed.value;
  if (!isVersionRight(tags)) return { ok: false, error: 'bad-key-version' };
  const keyType = tags.get('k')?.value ?? 'rsa';
  if (keyType !== 'rsa' && keyType !== 'ed25519') return { ok: false, error: 'unknown-key-type' };
  const written = tags.get('p')?.value;
  if (written === undefined) return { ok: false, error: 'no-public-key' };
  const base64 = removeWhiteSpace(written);
  const publicKey = base64.length > MAX_PUBLIC_KEY_CHARACTERS ? undefined : readBase64(base64);
  if (publicKey === undefined) return { ok: false, error: 'bad-public-key' };
  return { ok: true, record: makeRecord(keyType, publicKey, tags) };
}

/** The version stands first or nowhere. @rfc 6376 3.6.1 */
function isVersionRight(tags: TagList): boolean {
  const version = tags.get('v');
  if (version === undefined) return true;
  const [first] = tags.values();
  return version === first && version.value === 'DKIM1';
}

function makeRecord(keyType: KeyType, publicKey: Uint8Array, tags: TagList): KeyRecord {
  const list = (name: string): readonly string[] | undefined => {
    const tag = tags.get(name);
    return tag === undefined ? undefined : splitColons(tag.value);
  };
  return {
    keyType,
    publicKey: publicKey.length === 0 ? undefined : publicKey,
    hashAlgorithms: list('h'),
    serviceTypes: list('s') ?? ['*'],
    flags: list('t') ?? [],
    notes: tags.get('n')?.value,
  };
}
