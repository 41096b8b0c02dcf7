/**
 * `pnpm bench [NAME...] [--json]`: measures mailwright against the physical limit and its peers. `bench/README.md` says what
 * each entry means. Exit code 0 when everything could be measured (missed bars included), 1 when ours or the limit could
 * not, 2 for a wrong command line.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { HELP, parseArguments } from './runner/arguments.ts';
import type { BenchArguments } from './runner/arguments.ts';
import { build, installPeers, peersAreInstalled } from './runner/build.ts';
import type { Entry } from './runner/contender.ts';
import { ENTRIES } from './runner/entries.ts';
import { formatMarkdown } from './runner/markdown.ts';
import { profileOurs, takeProfiles } from './runner/profile.ts';
import { formatEntry } from './runner/report.ts';
import { measureEntry } from './runner/rounds.ts';
import type { EntryResult } from './runner/rounds.ts';

/** Contenders that need `bench/peers`. */
const INSTALLED_PEERS: ReadonlySet<string> = new Set(['nodemailer', 'smtp-server', 'nodemailer+smtp-server', 'mailparser', 'postal-mime', 'letterparser', 'mimetext', 'mailauth', 'imapflow', 'imapflow-download', 'node-imap']);
const RAMP_MS = 300;
const SHOWN_COMPLAINTS = 5;

const say = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else process.stderr.write(`${text}\n`);
};

/** The entries whose name is or starts with one of the names; an extra one with `--all` or by its full name. */
function select(options: BenchArguments): Entry[] {
  const named = (entry: Entry): boolean => options.names.length === 0 || options.names.some((name) => entry.name === name || entry.name.startsWith(`${name}.`));
  const wanted = (entry: Entry): boolean => !entry.extra || options.all || options.names.includes(entry.name);
  const withPeers = peersAreInstalled();
  const measurable = (name: string): boolean => (withPeers || !INSTALLED_PEERS.has(name)) && (options.only.length === 0 || options.only.includes(name));
  return ENTRIES.filter((entry) => named(entry) && wanted(entry)).map((entry) => ({
    ...entry, contenders: entry.contenders.filter((contender) => measurable(contender.name)),
  }));
}

async function measureAll(entries: readonly Entry[], options: BenchArguments): Promise<EntryResult[]> {
  const results: EntryResult[] = [];
  const forPrograms = options.json || options.markdown;
  const colours = process.stdout.isTTY === true;
  for (const [index, entry] of entries.entries()) {
    const progress = (text: string): void => say(`[${index + 1}/${entries.length}] ${text}`);
    const result = await measureEntry(entry, options.rounds, { rampMs: RAMP_MS, windowMs: options.seconds * 1000 }, progress);
    results.push(result);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    (forPrograms ? process.stderr : process.stdout).write(formatEntry(result, colours && !forPrograms) + takeProfiles());
  }
  return results;
}

async function main(options: BenchArguments): Promise<number> {
  if (options.peers) installPeers();
  if (options.profile) profileOurs();
  const entries = select(options);
  if (entries.length === 0) throw new RangeError(`no entry is named ${options.names.join(' or ')}; see --list`);
  if (options.list) {
    for (const entry of entries) process.stdout.write(`${entry.name}\n    ${entry.about}\n`);
    return 0;
  }
  say('compiling what is measured');
  const complaints = build();
  if (complaints !== '') process.stderr.write(`\nthe compiler complains:\n${complaints.split('\n').slice(0, SHOWN_COMPLAINTS).join('\n')}\n`);
  if (!peersAreInstalled()) process.stderr.write('\nthe peers are not installed (--peers does it)\n');
  process.stderr.write(`\nNode ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, load ${loadavg().map((load) => load.toFixed(2)).join(' ')}\n`);
  if (loadavg()[0]! > cpus().length / 4) process.stderr.write('the machine is busy: these rates are rough, CPU per message less so\n');
  const results = await measureAll(entries, options);
  const json = `${JSON.stringify(results, undefined, 2)}\n`;
  if (options.json) process.stdout.write(json);
  if (options.out !== undefined) writeFileSync(options.out, json);
  if (options.markdown) process.stdout.write(formatMarkdown(results, new Date(), options.rounds, options.seconds));
  return results.some(({ errors }) => 'ours' in errors || 'limit' in errors) ? 1 : 0;
}

function commandLine(): BenchArguments | undefined {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${HELP}`);
    return undefined;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const options = commandLine();
if (options === undefined) process.exitCode = 2;
else if (options.help) process.stdout.write(HELP);
else process.exit(await main(options));
