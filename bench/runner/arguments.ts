/** The command line of `pnpm bench`. */
import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Prefixes of entry names; none means all that are not extra. */
  readonly names: readonly string[];
  readonly json: boolean;
  readonly markdown: boolean;
  /** A file that gets the JSON too. */
  readonly out: string | undefined;
  readonly all: boolean;
  readonly peers: boolean;
  readonly list: boolean;
  readonly help: boolean;
  /** Show where the CPU time of our sides goes. */
  readonly profile: boolean;
  readonly rounds: number;
  readonly seconds: number;
  /** Names of contenders to measure; none means all. */
  readonly only: readonly string[];
}

export const HELP = `pnpm bench [NAME...] [options]

  NAME           prefix of an entry's name: smtp, mime, dkim, smtp.send, dkim.sign.rsa2048.2k; none means all
  --json         an array of results on standard output
  --out FILE     the same array into a file
  --markdown     the page that is kept as bench/results.md
  --all          every size (1k 10k 100k 5m) at every concurrency (1 8 32 100), not only the usual entries
  --peers        install the peers (nodemailer, mailparser, ...) into bench/peers first
  --only A,B     measure only these contenders: ours, limit, nodemailer, ...
  --rounds N     rounds in which all contenders take turns (default 3)
  --seconds S    length of one measurement (default 2)
  --profile      a CPU profile of our sides; slows them down
  --list         names and what they measure
`;

/** Throws a TypeError or RangeError with a clear text on a wrong option. */
export function parseArguments(argv: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: argv.filter((argument) => argument !== '--'),
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false }, markdown: { type: 'boolean', default: false }, all: { type: 'boolean', default: false }, peers: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false }, help: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '2' }, only: { type: 'string', default: '' }, out: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  const seconds = Number(values.seconds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`--rounds ${values.rounds}: a whole number from 1`);
  if (!(seconds > 0)) throw new RangeError(`--seconds ${values.seconds}: a number above 0`);
  const only = values.only.split(',').filter((name) => name !== '');
  return { names: positionals, json: values.json, markdown: values.markdown, out: values.out, all: values.all, peers: values.peers, list: values.list, help: values.help, profile: values.profile, rounds, seconds, only };
}
