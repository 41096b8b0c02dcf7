/**
 * Making keys, and the record that has to be in the DNS before the first signature is.
 *
 * Left out: keeping them. Read next: `check-key-published.ts`, `rotation.ts`.
 */
import { generateKeyPair } from 'node:crypto';
import { encodeBase64 } from '@mailwright/wire';
import type { KeyType } from './key-record.ts';
import type { DkimKey } from './signing-key.ts';
import { loadSigningKey } from './signing-key.ts';

/** What a new key pair is like. */
export interface KeyPairOptions {
  /** For RSA. Default 2,048; 1,024 to 8,192, and above 2,048 the record needs TCP in many places. */
  readonly bits?: number | undefined;
  /** `t=` of the record. */
  readonly flags?: readonly ('y' | 's')[] | undefined;
}

/** A new key pair. */
export interface DkimKeyPair {
  readonly key: DkimKey;
  /** PKCS #8. A secret. */
  readonly privateKeyPem: string;
  /** The key record. */
  readonly record: string;
  /** The same as a zone file has it: in quotes, cut into strings of 255 octets. */
  readonly dnsText: string;
}

const DEFAULT_RSA_BITS = 2048; // RFC 8301 3.2
const LEAST_RSA_BITS = 1024;
const MOST_RSA_BITS = 8192;
const TXT_STRING_OCTETS = 255; // RFC 1035 3.3.14

/**
 * Makes a key pair, in the thread pool.
 *
 * Errors: RangeError for `bits` outside of 1,024 to 8,192.
 * @rfc 6376 3.3.3
 * @rfc 8301 3.2
 * @rfc 8463 4
 */
export async function generateDkimKeyPair(type: KeyType, options: KeyPairOptions = {}): Promise<DkimKeyPair> {
  const { bits = DEFAULT_RSA_BITS, flags = [] } = options;
  if (!Number.isInteger(bits) || bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) throw new RangeError(`bits must be ${LEAST_RSA_BITS} to ${MOST_RSA_BITS}`);
  const privateKeyPem = await generatePem(type, bits);
  const key = loadSigningKey(privateKeyPem);
  const record = formatKeyRecord(key, flags);
  return { key, privateKeyPem, record, dnsText: formatTxtStrings(record) };
}

function generatePem(type: KeyType, modulusLength: number): Promise<string> {
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _publicKey: string, privateKey: string): void => (error === null ? resolve(privateKey) : reject(error));
    if (type === 'rsa') generateKeyPair('rsa', { modulusLength, privateKeyEncoding, publicKeyEncoding }, done);
    else if (type === 'ed25519') generateKeyPair('ed25519', { privateKeyEncoding, publicKeyEncoding }, done);
    else reject(new TypeError('the type of a key is rsa or ed25519'));
  });
}

/**
 * The key record of a key, to be published at `selector._domainkey.domain`.
 *
 * @rfc 6376 3.6.1
 * @rfc 8463 4.2
 */
export function formatKeyRecord(key: DkimKey, flags: readonly ('y' | 's')[] = []): string {
  const t = flags.length === 0 ? '' : ` t=${flags.join(':')};`;
  return `v=DKIM1; k=${key.keyType};${t} p=${encodeBase64(key.publicKey)}`;
}

/** The record that takes a key back: signatures with it do not pass any more, and the name says why. @rfc 6376 3.6.1 */
export const REVOKED_KEY_RECORD: string = 'v=DKIM1; p=';

/**
 * Text of a TXT record as a zone file has it: strings of 255 octets at most, each in quotes. `text` is printable US-ASCII, TypeError
 * otherwise.
 *
 * @rfc 1035 5.1
 * @rfc 6376 3.6.2.2
 */
export function formatTxtStrings(text: string): string {
  return splitTxtStrings(text).map((part) => `"${part.replace(/["\\]/g, '\\$&')}"`).join(' ');
}

/** The strings of a TXT record with `text`, 255 octets each but for the last. Throws TypeError for what is not printable US-ASCII. @rfc 1035 3.3.14 */
export function splitTxtStrings(text: string): readonly string[] {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new TypeError('the text of a record is printable US-ASCII');
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += TXT_STRING_OCTETS) parts.push(text.slice(at, at + TXT_STRING_OCTETS));
  return parts.length === 0 ? [''] : parts;
}
