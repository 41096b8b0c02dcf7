/**
 * `mailwright dkim check SELECTOR DOMAIN`: is the key in the DNS, is it any good, and is it the one in my file?
 *
 * @rfc 6376 3.6.2
 */
import { checkKeyPublished, lookUpKey } from '@mailwright/dkim';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { readKeyFile } from '../authentication/key-file.ts';
import { formatKey, isUsable, keyRecord, type KeyFacts } from '../authentication/key-view.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { writeRecord } from '../output/json-lines.ts';
import { pageWidth } from '../output/layout.ts';
import { paletteFor } from '../output/palette.ts';
import { readKeyPlace } from './dkim-names.ts';
import { RESOLVER_OPTIONS, withResolver } from './resolver-options.ts';

const OPTIONS: OptionTable = {
  key: { value: 'FILE', help: 'The private key that signs: is it the one in the record? Its passphrase in $MAILWRIGHT_KEY_PASSPHRASE' },
  ...RESOLVER_OPTIONS,
  ...COMMON_OPTIONS,
};

export const dkimCheckSpec: CommandSpec = {
  name: 'dkim check',
  summary: 'Look a DKIM key up in the DNS: is it there, is it good, does it fit the file?',
  usage: ['[OPTIONS] SELECTOR DOMAIN'],
  description: [
    'Asks for SELECTOR._domainkey.DOMAIN, reads the key record, and says what verifiers make of it. With --key: whether it is the key in that file.',
    'Exit codes: 0 the key can be used (and fits), 1 it can not, 2 wrong usage, 3 the DNS could not say.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright dkim check mail2026 example.com', 'Is that key published?'],
    ['mailwright dkim check mail2026 example.com --key mail2026.example.com.pem', 'And is it mine?'],
  ],
  operands: { most: 2, name: 'SELECTOR and DOMAIN' },
};

/** Looks a key up. */
export async function dkimCheck(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(dkimCheckSpec, args);
  const [givenSelector, givenDomain] = given.operands;
  if (givenSelector === undefined || givenDomain === undefined) throw new UsageError('which key?', 'Give its SELECTOR and its DOMAIN: they are s= and d= of a signature.');
  const { selector, domain, name } = readKeyPlace(givenSelector, givenDomain);
  const keyFile = given.text('key');
  const key = keyFile === undefined ? undefined : await readKeyFile(keyFile, io);
  return await withResolver(given, io, async ({ resolver, signal, cost }) => {
    const lookup = await lookUpKey(name, { resolver, signal, now: io.clock.wallTime() });
    const report = key === undefined ? undefined : await checkKeyPublished({ resolver, signal, domain, selector, key });
    const facts: KeyFacts = { name, lookup, report, key };
    if (given.flag('json')) writeRecord(io.stdout, keyRecord(facts));
    else {
      const palette = paletteFor(io.stdout, io.env);
      io.stdout.write(`${[...formatKey(facts, pageWidth(io.stdout), palette), '', palette.dim(`${cost()}.`)].join('\n')}\n`);
    }
    if (lookup.result === 'temperror') return EXIT.notSent;
    return isUsable(facts) ? EXIT.ok : EXIT.rejected;
  });
}
