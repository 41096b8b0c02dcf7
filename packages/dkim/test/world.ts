/** A domain that signs, and the DNS that knows its keys: what the tests here have in common. */
import { generateKeyPairSync } from 'node:crypto';
import { inMemoryZone } from '@mailwright/dns';
import type { ZoneObject } from '@mailwright/dns';
import { parseHeaders } from '@mailwright/mime';
import { BodyHasher, createDkimSigner, formatKeyRecord, loadSigningKey, makeSignedData, selectSignedFields, verifyDkim } from '../src/index.ts';
import type { DkimKey, DkimResult, DkimSignerOptions, DkimVerifierOptions } from '../src/index.ts';
import { octets } from './octets.ts';

export const NOW: number = Date.UTC(2026, 10, 22, 12);
export const NOW_SECONDS: number = NOW / 1000;

export const rsaKey: DkimKey = loadSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
export const ed25519Key: DkimKey = loadSigningKey(generateKeyPairSync('ed25519').privateKey);

export const keys = [{ selector: 'r1', key: rsaKey }, { selector: 'e1', key: ed25519Key }] as const;

export const zone = {
  'r1._domainkey.example.com': { TXT: formatKeyRecord(rsaKey) },
  'e1._domainkey.example.com': { TXT: formatKeyRecord(ed25519Key) },
} satisfies ZoneObject;

export const MESSAGE = [
  'Received: from a.example by b.example; Sun, 22 Nov 2026 11:59:00 +0000',
  'From: Alice <alice@example.com>',
  'To: Bob <bob@example.net>',
  'Subject: Lunch  tomorrow',
  ' at noon',
  'Date: Sun, 22 Nov 2026 11:59:00 +0000',
  'Message-ID: <1@example.com>',
  '',
  'Hi  Bob,\t ',
  '',
  '.lunch?',
  '',
  '',
  '',
].join('\r\n');

export function headerOf(message: string): Uint8Array {
  return octets(message.slice(0, bodyStart(message)));
}

export function bodyOf(message: string): Uint8Array {
  return octets(message.slice(bodyStart(message)));
}

function bodyStart(message: string): number {
  const end = message.indexOf('\r\n\r\n');
  return end === -1 ? message.length : end + 4;
}

/** The message with its signatures in front. */
export function sign(message: string, options: Partial<DkimSignerOptions> = {}): string {
  const signer = createDkimSigner({ domain: 'example.com', keys, clock: { wallTime: () => NOW }, ...options });
  const signing = signer.start(headerOf(message));
  signing.body(bodyOf(message));
  return signing.endSync().map(({ field }) => field).join('') + message;
}

export function verify(message: string, options: Partial<DkimVerifierOptions> = {}, records: ZoneObject = zone): Promise<DkimResult[]> {
  return verifyDkim(octets(message), { resolver: inMemoryZone(records), now: NOW, ...options });
}

/** Verdicts in short: `pass`, `fail body-hash-mismatch`. */
export async function verdicts(message: string, options: Partial<DkimVerifierOptions> = {}, records: ZoneObject = zone): Promise<string[]> {
  const results = await verify(message, options, records);
  return results.map(({ result, reason }) => (reason === undefined ? result : `${result} ${reason}`));
}

/**
 * The message with a signature whose tags are written by hand, in the words of the test: `bh=` and `b=` are put behind them and are right, so that
 * nothing but these tags can be the reason of a verdict. Signs with relaxed/relaxed and the fields of `h=`.
 */
export function signByHand(message: string, tags: string, { key = rsaKey, signedNames = ['from'], behind = '', canonicalOctets = undefined as number | undefined } = {}): string {
  const hasher = new BodyHasher();
  const bodyHash = hasher.want('relaxed', canonicalOctets);
  hasher.push(bodyOf(message));
  hasher.end();
  const header = headerOf(message);
  const unsigned = `DKIM-Signature: ${tags} bh=${Buffer.from(bodyHash.octets).toString('base64')}; b=`;
  const fields = selectSignedFields(parseHeaders(header).fields, signedNames);
  const data = makeSignedData({ octets: header, canonicalization: 'relaxed', fields, signatureField: octets(unsigned + behind) });
  return `${unsigned}${Buffer.from(key.signSync(data)).toString('base64')}${behind}\r\n${message}`;
}
