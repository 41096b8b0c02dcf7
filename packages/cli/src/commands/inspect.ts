/**
 * `mailwright inspect FILE`: what a message is made of, part by part with its octets, what is wrong with it, and what would break on
 * its way. With `--extract` its attachments as files, with `--part` one part as it was before it was encoded.
 *
 * Read next: `../inspection/inspection-view.ts`, `../inspection/extract.ts`.
 *
 * @rfc 8621 4.1.4
 */
import { findAmbiguities, jmapView, lintMessage, parseMessage, type MimeDefect, type ParsedMessage } from '@mailwright/mime';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { extractAttachments } from '../inspection/extract.ts';
import { formatInspection } from '../inspection/inspection-view.ts';
import { asJson, writeRecord } from '../output/json-lines.ts';
import { pageWidth } from '../output/layout.ts';
import { paletteFor } from '../output/palette.ts';
import { readInput } from './read-input.ts';

/** The whole message is held in memory. */
const MOST_OCTETS = 268_435_456;

const OPTIONS: OptionTable = {
  extract: { value: 'DIR', help: 'Write the attachments, uuencoded ones too, into this folder, under names made safe; no file is overwritten' },
  part: { value: 'N', help: 'Write the content of part N to the standard output, decoded, and nothing else' },
  headers: { help: 'Show all fields of the message, not only the usual ones' },
  check: { help: 'Exit code 1 where something is wrong with the message' },
  ...COMMON_OPTIONS,
};

export const inspectSpec: CommandSpec = {
  name: 'inspect',
  summary: 'Show what a message is made of, what is wrong with it and what would break on its way',
  usage: ['[OPTIONS] FILE.eml'],
  description: [
    'Shows the fields of the message, its parts as a tree with their offsets and sizes, the defects that were found while reading it, what readers would understand differently, and what would break in transit or under DKIM. - reads the standard input.',
    'With --json: one line with the message as JMAP shows it (RFC 8621 section 4.1), its defects and findings.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright inspect letter.eml', 'What is in this letter?'],
    ['mailwright inspect letter.eml --extract attachments', 'Its attachments as files'],
    ['mailwright inspect letter.eml --part 2 > picture.png', 'One part, decoded'],
    ['mailwright inspect - --json < letter.eml', 'For programs'],
  ],
  operands: { most: 1, name: 'message' },
};

/** Inspects what was given. */
export async function inspect(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(inspectSpec, args);
  const [file] = given.operands;
  if (file === undefined) throw new UsageError('there is nothing to inspect', 'Give a FILE.eml, or - for the standard input.');
  const octets = await readInput(file, MOST_OCTETS, io);
  const message = parseMessage(octets);
  const part = given.text('part');
  if (part !== undefined) return writePart(message, part, io);
  const defects = allDefects(message);
  const findings = { defects, lint: lintMessage(octets), ambiguities: findAmbiguities(octets) };
  const folder = given.text('extract');
  const extracted = folder === undefined ? [] : await extractAttachments(message, folder);
  if (given.flag('json')) {
    writeRecord(io.stdout, { type: 'message', ...asJson(jmapView(message)), ...asJson({ limit: message.limit, ...findings, extracted }) });
  } else {
    const lines = formatInspection({ name: file, message, ...findings, extracted, allFields: given.flag('headers') }, pageWidth(io.stdout), paletteFor(io.stdout, io.env));
    io.stdout.write(`${lines.join('\n')}\n`);
  }
  const wrong = defects.length > 0 || message.limit !== undefined || findings.lint.some(({ severity }) => severity === 'error');
  return given.flag('check') && wrong ? EXIT.rejected : EXIT.ok;
}

/** The content of one part; of a message or a multipart, its octets as they stand. */
function writePart(message: ParsedMessage, given: string, io: CommandIo): ExitCode {
  const part = /^\d{1,9}$/.test(given) ? message.parts[Number(given)] : undefined;
  if (part === undefined) throw new UsageError(`there is no part ${given}`, `The message has the parts 0 to ${message.parts.length - 1}; mailwright inspect FILE shows them.`);
  io.stdout.write(part.children.length > 0 ? part.rawBody() : part.content());
  return EXIT.ok;
}

/** Those of the structure, and those of each body. */
function allDefects(message: ParsedMessage): readonly MimeDefect[] {
  const bodies = message.parts.filter((part) => part.children.length === 0).flatMap((part) => part.bodyDefects());
  return [...message.defects, ...bodies].sort((one, other) => one.offset - other.offset);
}
