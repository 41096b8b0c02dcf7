/**
 * `mailwright dkim keygen SELECTOR DOMAIN`: a key pair. The private key goes into a file, the record for the DNS to the standard output.
 *
 * @rfc 6376 3.6.1
 * @rfc 8463 4.2
 */
import { generateDkimKeyPair } from '@mailwright/dkim';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { writeKeyFile } from '../authentication/key-file.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { writeRecord } from '../output/json-lines.ts';
import { visibleText } from '../output/visible-text.ts';
import { readKeyPlace } from './dkim-names.ts';

const LEAST_BITS = 1024; // RFC 8301 3.2
const MOST_BITS = 8192;
const MOST_TTL = 604_800;
const DEFAULT_TTL = 3600;

const OPTIONS: OptionTable = {
  type: { value: 'TYPE', help: 'rsa, which everybody verifies, or ed25519, which some do. Default rsa' },
  bits: { value: 'BITS', help: 'Of an RSA key. Default 2048; larger ones make records that need TCP' },
  testing: { help: 'Flag t=y: the domain is only trying DKIM out' },
  strict: { help: 'Flag t=s: i= of signatures has to have this very domain' },
  ttl: { value: 'SECONDS', help: 'Of the record. Default 3600' },
  out: { value: 'FILE', short: 'o', help: 'Where the private key goes. Default SELECTOR.DOMAIN.pem; no file is overwritten' },
  ...COMMON_OPTIONS,
};

export const dkimKeygenSpec: CommandSpec = {
  name: 'dkim keygen',
  summary: 'Make a DKIM key: the private key into a file, the record for the DNS on the screen',
  usage: ['[OPTIONS] SELECTOR DOMAIN'],
  description: [
    'Makes a key pair. The private key goes into a file that only its owner may read, and is never shown. The record for the DNS goes to the standard output as a line of a zone file, its text cut into strings of 255 octets.',
    'Next: publish the record, see with "mailwright dkim check" that it is there, then sign with "mailwright dkim sign".',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright dkim keygen mail2026 example.com', 'The key in mail2026.example.com.pem'],
    ['mailwright dkim keygen ed2026 example.com --type ed25519 >> example.zone', 'The record into a zone file'],
  ],
  operands: { most: 2, name: 'SELECTOR and DOMAIN' },
};

/** Makes a key pair. */
export async function dkimKeygen(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(dkimKeygenSpec, args);
  const [givenSelector, givenDomain] = given.operands;
  if (givenSelector === undefined || givenDomain === undefined) throw new UsageError('a key needs a SELECTOR and a DOMAIN', 'mailwright dkim keygen mail2026 example.com');
  const { selector, domain, name } = readKeyPlace(givenSelector, givenDomain);
  const type = given.choice('type', ['rsa', 'ed25519']) ?? 'rsa';
  const bits = given.number('bits', LEAST_BITS, MOST_BITS);
  if (type === 'ed25519' && bits !== undefined) throw new UsageError('--bits is for RSA: an Ed25519 key has 256');
  const ttl = given.number('ttl', 1, MOST_TTL) ?? DEFAULT_TTL;
  const flags = [...(given.flag('testing') ? ['y' as const] : []), ...(given.flag('strict') ? ['s' as const] : [])];
  const file = given.text('out') ?? `${selector}.${domain}.pem`;
  const { key, privateKeyPem, record, dnsText } = await generateDkimKeyPair(type, { bits, flags });
  await writeKeyFile(file, privateKeyPem);
  const zoneLine = `${name}. ${ttl} IN TXT ${dnsText}`;
  if (given.flag('json')) {
    writeRecord(io.stdout, { type: 'key', name, selector, domain, keyType: key.keyType, bits: key.bits, record, zoneLine, file });
    return EXIT.ok;
  }
  const size = type === 'rsa' ? `RSA, ${key.bits} bits` : 'Ed25519';
  io.stdout.write(`; DKIM key of ${domain}, selector ${selector}: ${size}\n${zoneLine}\n`);
  io.stderr.write(`The private key is in ${visibleText(file)}; only you may read it. When the record is published: mailwright dkim check ${selector} ${domain} --key ${visibleText(file)}\n`);
  return EXIT.ok;
}
