/**
 * `mailwright dkim sign FILE`: a message with its signatures in front, octet by octet as it was behind them.
 *
 * @rfc 6376 5
 */
import { open } from 'node:fs/promises';
import { createDkimSigner, signMessage, type DkimSignature, type DkimSigner, type SelectedKey } from '@mailwright/dkim';
import { concatOctets, encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments, type Arguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { readKeyFile } from '../authentication/key-file.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { writeRecord } from '../output/json-lines.ts';
import { asUsageError } from './connection-options.ts';
import { readKeyPlace } from './dkim-names.ts';
import { describeInput, readInput } from './read-input.ts';

/** The whole message is held in memory. */
const MOST_OCTETS = 268_435_456;
const MOST_SECONDS = 3_153_600_000;
const CANONICALIZATIONS = ['relaxed/relaxed', 'relaxed/simple', 'simple/relaxed', 'simple/simple'] as const;
const KEY = 'The key';
const SIGNATURE = 'The signature';

const OPTIONS: OptionTable = {
  domain: { value: 'DOMAIN', help: 'Who takes responsibility (d=)', group: KEY },
  selector: { value: 'SELECTOR', many: true, help: 'Under which name the key is published (s=)', group: KEY },
  key: { value: 'FILE', many: true, help: 'The private key in PEM, readable by you alone; its passphrase in $MAILWRIGHT_KEY_PASSPHRASE. Several make several signatures, each with the --selector of its place', group: KEY },
  canonicalization: { value: 'FORM', help: 'Of header and body: relaxed/relaxed (default), relaxed/simple, simple/relaxed, simple/simple', group: SIGNATURE },
  identity: { value: 'ADDRESS', help: 'On whose behalf (i=): an address at DOMAIN or below it', group: SIGNATURE },
  expires: { value: 'SECONDS', help: 'The signature is good for so long (x=). Default for ever', group: SIGNATURE },
  'copy-fields': { help: 'Copy the signed fields into the signature (z=), to find out later what was changed', group: SIGNATURE },
  'normalize-line-ends': { help: 'Make CRLF of line ends that are LF or CR alone. Default: such a message is not signed', group: 'The message' },
  out: { value: 'FILE', short: 'o', help: 'Write the signed message there; no file is overwritten. Default the standard output', group: 'Output' },
  fields: { help: 'Write the signature fields alone', group: 'Output' },
  ...COMMON_OPTIONS,
};

export const dkimSignSpec: CommandSpec = {
  name: 'dkim sign',
  summary: 'Sign a message with DKIM, with one key or with several',
  usage: ['--domain DOMAIN --selector NAME --key FILE MESSAGE'],
  description: [
    'Writes the message with its DKIM-Signature in front. What people see, answer to and open is signed, and oversigned: a second From or Subject makes the signature fail. - reads the standard input.',
    'With --json: one line with the fields; the message itself is written with --out only. Exit codes: 0 signed, 1 the message can not be signed, 2 wrong usage.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright dkim sign letter.eml --domain example.com --selector mail2026 --key mail2026.example.com.pem > signed.eml', 'Sign a letter'],
    ['mailwright dkim sign - --domain example.com --selector a --key a.pem --selector b --key b.pem < letter.eml', 'Two keys, two signatures'],
  ],
  operands: { most: 1, name: 'message' },
};

/** Signs what was given. */
export async function dkimSign(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(dkimSignSpec, args);
  const [file] = given.operands;
  if (file === undefined) throw new UsageError('there is no message to sign', 'Give a FILE.eml, or - for the standard input.');
  const signer = await readSigner(given, io);
  const read = await readInput(file, MOST_OCTETS, io);
  if (read.length === 0) throw new UsageError(`${describeInput(file)} is empty: there is no message in it`);
  const message = given.flag('normalize-line-ends') ? normalizeLineEnds(read) : read;
  const signatures = await signMessage(message, signer);
  const fields = encodeUtf8(signatures.map(({ field }) => field).join(''));
  const output = given.flag('fields') ? fields : concatOctets([fields, message]);
  const out = given.text('out');
  if (out !== undefined) await writeNewFile(out, output);
  if (given.flag('json')) {
    writeRecord(io.stdout, { type: 'signed', octets: output.length, out, signatures: signatures.map(signatureRecord) });
  } else if (out === undefined) io.stdout.write(output);
  return EXIT.ok;
}

async function readSigner(given: Arguments, io: CommandIo): Promise<DkimSigner> {
  const [domain, selectors, files] = [given.text('domain'), given.list('selector'), given.list('key')];
  if (domain === undefined || selectors.length === 0 || files.length === 0) throw new UsageError('a signature needs --domain, --selector and --key', 'mailwright dkim keygen makes a key.');
  if (selectors.length !== files.length) throw new UsageError(`there are ${selectors.length} selectors and ${files.length} keys: each key needs its own`);
  const keys: SelectedKey[] = [];
  for (const [index, file] of files.entries()) {
    const { selector } = readKeyPlace(selectors[index]!, domain);
    keys.push({ selector, key: await readKeyFile(file, io) });
  }
  try {
    return createDkimSigner({
      domain,
      keys,
      canonicalization: given.choice('canonicalization', CANONICALIZATIONS),
      identity: given.text('identity'),
      expiresInSeconds: given.number('expires', 1, MOST_SECONDS),
      copyFields: given.flag('copy-fields'),
      clock: io.clock,
    });
  } catch (error) {
    throw asUsageError(error);
  }
}

/** Octets above ASCII stay as they are. */
function normalizeLineEnds(octets: Uint8Array): Uint8Array {
  return encodeLatin1(latin1(octets).replace(/\r\n|\r|\n/g, '\r\n'));
}

async function writeNewFile(name: string, octets: Uint8Array): Promise<void> {
  let file;
  try {
    file = await open(name, 'wx');
    await file.writeFile(octets);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new UsageError(`${name} is there already: no file is overwritten`);
    throw code === undefined ? error : new UsageError(`${name} can't be written: ${code}`);
  } finally {
    await file?.close();
  }
}

function signatureRecord({ field, domain, selector, algorithm, signedNames }: DkimSignature): { readonly [name: string]: string | readonly string[] } {
  return { field, domain, selector, algorithm, signedNames };
}
