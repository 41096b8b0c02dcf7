/**
 * `mailwright COMMAND ...`: finds the command, shows help, and turns what goes wrong into a text and an exit code.
 *
 * Read next: `commands/serve.ts`, `commands/send.ts`, `commands/explain.ts`.
 */
import { formatHelp } from './arguments/help.ts';
import { nearest } from './arguments/nearest.ts';
import type { CommandSpec } from './arguments/option-table.ts';
import { UsageError } from './arguments/usage-error.ts';
import { EXIT, type Command, type CommandIo, type ExitCode } from './command-io.ts';
import { audit, auditSpec } from './commands/audit.ts';
import { dkimCheck, dkimCheckSpec } from './commands/dkim-check.ts';
import { dkimKeygen, dkimKeygenSpec } from './commands/dkim-keygen.ts';
import { dkimSign, dkimSignSpec } from './commands/dkim-sign.ts';
import { dmarc, dmarcSpec } from './commands/dmarc.ts';
import { explain, explainSpec } from './commands/explain.ts';
import { imap, imapSpec } from './commands/imap.ts';
import { inspect, inspectSpec } from './commands/inspect.ts';
import { send, sendSpec } from './commands/send.ts';
import { serve, serveSpec } from './commands/serve.ts';
import { spf, spfSpec } from './commands/spf.ts';
import { verify, verifySpec } from './commands/verify.ts';
import { reportFailure } from './output/failure.ts';
import { pageWidth } from './output/layout.ts';
import { paletteFor } from './output/palette.ts';
import { padEnd, wrapText } from './output/visible-text.ts';
import { start, startSpec } from './start/start-command.ts';
import { VERSION } from './version.ts';

interface KnownCommand {
  readonly spec: CommandSpec;
  readonly run: Command;
}

/** By name. A name of two words is a command of a family: `dkim sign`. */
const COMMANDS: Readonly<Record<string, KnownCommand>> = {
  serve: { spec: serveSpec, run: serve },
  send: { spec: sendSpec, run: send },
  imap: { spec: imapSpec, run: imap },
  explain: { spec: explainSpec, run: explain },
  inspect: { spec: inspectSpec, run: inspect },
  audit: { spec: auditSpec, run: audit },
  verify: { spec: verifySpec, run: verify },
  spf: { spec: spfSpec, run: spf },
  'dkim keygen': { spec: dkimKeygenSpec, run: dkimKeygen },
  'dkim sign': { spec: dkimSignSpec, run: dkimSign },
  'dkim check': { spec: dkimCheckSpec, run: dkimCheck },
  dmarc: { spec: dmarcSpec, run: dmarc },
  start: { spec: startSpec, run: start },
};
const NAME_COLUMNS = 15;

/**
 * Runs one command line, without the program's own name, and gives the exit code. Never rejects: a failure is written to the
 * standard error, or with `--json` to the standard output.
 */
export async function runMailwright(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name] = args;
  if (name === undefined) {
    io.stderr.write(overview(io));
    return EXIT.usage;
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(args.slice(1), io);
  if (name === '--version' || name === '-V') {
    io.stdout.write(`mailwright ${VERSION} (Node ${process.versions.node})\n`);
    return EXIT.ok;
  }
  const { command, words } = findCommand(args);
  const rest = args.slice(words);
  const options = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length);
  const asksHelp = options.includes('--help') || options.includes('-h');
  if (asksHelp) return help(args, io);
  if (command === undefined) return unknownCommand(args, io);
  try {
    return await command.run(rest, io);
  } catch (error) {
    return reportFailure(error, command.spec.name, options.includes('--json'), io);
  }
}

/** The command that the arguments begin with, and how many of them are its name. */
function findCommand(args: readonly string[]): { readonly command: KnownCommand | undefined; readonly words: number } {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    if (args.length >= words && Object.hasOwn(COMMANDS, name)) return { command: COMMANDS[name], words };
  }
  return { command: undefined, words: 1 };
}

/** The names of the commands of a family: those of two words whose first one is `word`. */
function familyOf(word: string): readonly string[] {
  return Object.keys(COMMANDS).filter((name) => name.startsWith(`${word} `));
}

function help(args: readonly string[], io: CommandIo): ExitCode {
  const [word] = args;
  const palette = paletteFor(io.stdout, io.env);
  const width = pageWidth(io.stdout);
  if (word === undefined) {
    io.stdout.write(overview(io));
    return EXIT.ok;
  }
  const { command } = findCommand(args);
  const family = command === undefined && (args[1] === undefined || args[1].startsWith('-')) ? familyOf(word) : [];
  if (command === undefined && family.length === 0) return unknownCommand(args, io);
  const specs = command === undefined ? family.map((name) => COMMANDS[name]!.spec) : [command.spec];
  io.stdout.write(specs.map((spec) => formatHelp(spec, width, palette)).join('\n'));
  return EXIT.ok;
}

function unknownCommand(args: readonly string[], io: CommandIo): ExitCode {
  const name = args[0]!;
  const json = args.includes('--json');
  const family = familyOf(name);
  if (family.length > 0) {
    const second = args[1] === undefined || args[1].startsWith('-') ? undefined : args[1];
    const what = second === undefined ? `${name} needs the name of what to do` : `there is no command ${JSON.stringify(`${name} ${second}`)}`;
    return reportFailure(new UsageError(what, `Give one of: ${family.map((each) => `mailwright ${each}`).join(', ')}.`), '', json, io);
  }
  const meant = nearest(name, Object.keys(COMMANDS));
  const what = name.startsWith('-') ? 'the name of a command must come first, before' : 'there is no command';
  const hint = meant === undefined ? `The commands are: ${Object.keys(COMMANDS).join(', ')}.` : `Did you mean mailwright ${meant}?`;
  return reportFailure(new UsageError(`${what} ${JSON.stringify(name)}`, hint), '', json, io);
}

function overview(io: CommandIo): string {
  const palette = paletteFor(io.stdout, io.env);
  const width = pageWidth(io.stdout);
  const commands = Object.values(COMMANDS).flatMap(({ spec }) =>
    wrapText(spec.summary, width - NAME_COLUMNS).map((line, index) => `  ${padEnd(index === 0 ? palette.cyan(spec.name) : '', NAME_COLUMNS - 2)}${line}`));
  return [
    `${palette.bold('mailwright')} ${VERSION}: send, catch and understand mail`,
    '',
    `${palette.bold('Usage:')} mailwright COMMAND [OPTIONS]`,
    '',
    ...commands,
    '',
    ...wrapText('mailwright COMMAND --help shows the options of a command, mailwright --version the version.', width),
    ...wrapText('Exit codes: 0 done, 1 refused or not verified, 2 wrong usage, 3 not sent or no answer, 4 sent without a verdict, 5 a fault of mailwright.', width),
    '',
  ].join('\n');
}
