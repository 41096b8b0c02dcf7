/**
 * The messages of the `dkim` and `auth` entries, made from a seed and signed by hand with a key of this run, and the DNS that goes with them. Signing by hand is
 * short here, since the messages are known: it needs nothing of what is measured.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '@mailwright/testing';
import type { AuthInput, ZoneInput } from '../sides/auth-inputs.ts';
import { temporaryFolder } from './corpus.ts';

const SEED = 6376;
const DOMAIN = 'client.example';
const SELECTOR = 'bench';
const LINE_OCTETS = 76;
const BASE64_LINE = 70;
const WORDS_BETWEEN_DOUBLE_BLANKS = 100; // seven lines or so
const CLIENT_IP = '192.0.2.200'; // the last network of the third include
const WORDS = 'invoice order delivery the of and a to in is your account with for this week new offer terms price we are happy that you have read so far'.split(' ');

const HEADER = [
  'Received: from app.client.example ([198.51.100.7]) by mx1.client.example with ESMTPSA id 1a2b3c\r\n\tfor <recipient@server.example>; Tue, 01 Jul 2025 10:00:01 +0000',
  'Date: Tue, 01 Jul 2025 10:00:00 +0000', 'From: "Sender, The" <sender@client.example>',
  'To: Recipient <recipient@server.example>,\r\n Second <second@server.example>', 'Reply-To: help@client.example',
  'Subject: a message from a seed, with a Subject of usual length', 'Message-ID: <6376@client.example>', 'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=us-ascii', 'Content-Transfer-Encoding: 7bit', '', '',
].join('\r\n');

const SIGNED_NAMES = ['from', 'to', 'reply-to', 'subject', 'date', 'message-id', 'mime-version', 'content-type', 'content-transfer-encoding'];

/** Words in lines of 76 octets at most; here and there two blanks in a row, a blank at the end of a line, an empty line: what relaxed looks for. */
function makeBody(octets: number): string {
  const random = new SeededRandom(SEED);
  const lines: string[] = [];
  let line = '';
  for (let size = 0; size < octets; ) {
    const word = random.pick(WORDS) + (random.integer(1, WORDS_BETWEEN_DOUBLE_BLANKS) === 1 ? '. ' : '');
    if (line.length + word.length < LINE_OCTETS) {
      line += line === '' ? word : ` ${word}`;
      continue;
    }
    const ending = random.integer(0, 15) === 0 ? '\r\n\r\n' : '\r\n';
    lines.push(line + ending);
    size += line.length + ending.length;
    line = word;
  }
  return `${lines.join('').slice(0, octets - 2).replace(/[\r\n]+$/, '')}\r\n`;
}

const relaxBody = (body: string): string => body.replace(/[ \t]+/g, ' ').replace(/ \r\n/g, '\r\n').replace(/(?:\r\n)+$/, '\r\n');

/** One field, without its CRLF. @rfc 6376 3.4.2 */
function relaxField(field: string): string {
  const colon = field.indexOf(':');
  return `${field.slice(0, colon).toLowerCase()}:${field.slice(colon + 1).replace(/\r\n/g, '').replace(/[ \t]+/g, ' ').trim()}`;
}

type SignedPart = Pick<AuthInput, 'privateKeyPem' | 'publicKeyPem' | 'publicKeyBase64' | 'signatureField' | 'signedData' | 'signatureBase64'>;

function makeSignature(keyType: AuthInput['keyType'], body: string): SignedPart {
  const { privateKey, publicKey } = keyType === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  const bodyHashBase64 = createHash('sha256').update(relaxBody(body)).digest('base64');
  const unsigned =
    `DKIM-Signature: v=1; a=${keyType}-sha256; c=relaxed/relaxed; d=${DOMAIN}; s=${SELECTOR};\r\n t=1751364000; ` +
    `h=${SIGNED_NAMES.slice(0, 5).join(':')}:\r\n ${SIGNED_NAMES.slice(5).join(':')};\r\n bh=${bodyHashBase64};\r\n b=`;
  const fields = HEADER.split(/\r\n(?![ \t])/).map(relaxField);
  const signedData = [...SIGNED_NAMES.map((name) => fields.find((field) => field.startsWith(`${name}:`))!), relaxField(unsigned)].join('\r\n');
  const data = Buffer.from(signedData);
  const signatureBase64 = (keyType === 'rsa' ? sign('sha256', data, privateKey) : sign(null, createHash('sha256').update(data).digest(), privateKey)).toString('base64');
  const folded = signatureBase64.match(new RegExp(`.{1,${BASE64_LINE}}`, 'g'))!.join('\r\n ');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    // The record of an Ed25519 key has the 32 octets alone (RFC 8463 section 4.2), which end its SPKI.
    publicKeyBase64: (keyType === 'rsa' ? spki : spki.subarray(-32)).toString('base64'),
    signatureField: `${unsigned}${folded}\r\n`, signedData, signatureBase64,
  };
}

const makeZone = (keyType: string, publicKeyBase64: string): ZoneInput => ({
  [DOMAIN]: { TXT: 'v=spf1 ip4:198.51.100.0/24 include:_spf.a.example include:_spf.b.example include:_spf.c.example ~all' },
  '_spf.a.example': { TXT: 'v=spf1 ip4:203.0.113.0/24 ip4:192.0.2.0/26 ip6:2001:db8:1::/48 ~all' },
  '_spf.b.example': { TXT: 'v=spf1 ip4:10.0.0.0/8 ip4:172.16.0.0/12 ip4:192.168.0.0/16 ~all' },
  '_spf.c.example': { TXT: 'v=spf1 ip4:100.64.0.0/10 ip4:192.0.2.128/25 -all' },
  [`mx.${DOMAIN}`]: { TXT: 'v=spf1 a -all', A: CLIENT_IP },
  [`${CLIENT_IP.split('.').reverse().join('.')}.in-addr.arpa`]: { PTR: `mx.${DOMAIN}` },
  [`_dmarc.${DOMAIN}`]: { TXT: `v=DMARC1; p=reject; rua=mailto:dmarc@${DOMAIN}` },
  [`${SELECTOR}._domainkey.${DOMAIN}`]: { TXT: `v=DKIM1; k=${keyType}; p=${publicKeyBase64}` },
});

function makeInput(keyType: AuthInput['keyType'], octets: number): AuthInput {
  const body = makeBody(octets - HEADER.length);
  const signature = makeSignature(keyType, body);
  return {
    keyType, domain: DOMAIN, selector: SELECTOR, ...signature, header: HEADER, body,
    ip: CLIENT_IP, helo: `mx.${DOMAIN}`, sender: `sender@${DOMAIN}`, zone: makeZone(keyType, signature.publicKeyBase64),
  };
}

export type AuthInputName = 'rsa-2k' | 'rsa-10k' | 'rsa-50k' | 'rsa-1m' | 'ed25519-2k';

const KILOBYTE = 1024;
const INPUTS: Readonly<Record<AuthInputName, readonly [keyType: AuthInput['keyType'], octets: number]>> = {
  'rsa-2k': ['rsa', 2 * KILOBYTE],
  'rsa-10k': ['rsa', 10 * KILOBYTE],
  'rsa-50k': ['rsa', 50 * KILOBYTE],
  'rsa-1m': ['rsa', KILOBYTE * KILOBYTE],
  'ed25519-2k': ['ed25519', 2 * KILOBYTE],
};

const written = new Map<AuthInputName, string>();

/** Path of that input. */
export function authInputPath(name: AuthInputName): string {
  const known = written.get(name);
  if (known !== undefined) return known;
  const path = join(temporaryFolder, `auth-${name}`);
  writeFileSync(path, JSON.stringify(makeInput(...INPUTS[name])));
  written.set(name, path);
  return path;
}
