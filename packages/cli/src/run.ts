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
import { explain, explainSpec } from './commands/explain.ts';
import { inspect, inspectSpec } from './commands/inspect.ts';
import { send, sendSpec } from './commands/send.ts';
import { serve, serveSpec } from './commands/serve.ts';
import { reportFailure } from './output/failure.ts';
import { pageWidth } from './output/layout.ts';
import { paletteFor } from './output/palette.ts';
import { padEnd, wrapText } from './output/visible-text.ts';
import { start, startSpec } from './start/start-command.ts';
import { VERSION } from './version.ts';

const COMMANDS: Readonly<Record<string, { readonly spec: CommandSpec; readonly run: Command }>> = {
  serve: { spec: serveSpec, run: serve },
  send: { spec: sendSpec, run: send },
  explain: { spec: explainSpec, run: explain },
  inspect: { spec: inspectSpec, run: inspect },
  audit: { spec: auditSpec, run: audit },
  start: { spec: startSpec, run: start },
};
const NAME_COLUMNS = 12;

/**
 * Runs one command line, without the program's own name, and gives the exit code. Never rejects: a failure is written to the
 * standard error, or with `--json` to the standard output.
 */
export async function runMailwright(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined) {
    io.stderr.write(overview(io));
    return EXIT.usage;
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(rest[0], io);
  if (name === '--version' || name === '-V') {
    io.stdout.write(`mailwright ${VERSION} (Node ${process.versions.node})\n`);
    return EXIT.ok;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : undefined;
  if (command === undefined) return unknownCommand(name, io);
  const options = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length);
  if (options.includes('--help') || options.includes('-h')) return help(name, io);
  try {
    return await command.run(rest, io);
  } catch (error) {
    return reportFailure(error, name, options.includes('--json'), io);
  }
}

function help(name: string | undefined, io: CommandIo): ExitCode {
  if (name === undefined) {
    io.stdout.write(overview(io));
    return EXIT.ok;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : undefined;
  if (command === undefined) return unknownCommand(name, io);
  io.stdout.write(formatHelp(command.spec, pageWidth(io.stdout), paletteFor(io.stdout, io.env)));
  return EXIT.ok;
}

function unknownCommand(name: string, io: CommandIo): ExitCode {
  const meant = nearest(name, Object.keys(COMMANDS));
  const what = name.startsWith('-') ? 'the name of a command must come first, before' : 'there is no command';
  const hint = meant === undefined ? `The commands are: ${Object.keys(COMMANDS).join(', ')}.` : `Did you mean mailwright ${meant}?`;
  return reportFailure(new UsageError(`${what} ${JSON.stringify(name)}`, hint), '', false, io);
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
    ...wrapText('Exit codes: 0 done, 1 refused by the server, 2 wrong usage, 3 not sent, 4 sent without a verdict, 5 a fault of mailwright.', width),
    '',
  ].join('\n');
}
