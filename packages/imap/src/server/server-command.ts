/**
 * Commands as the server machine reads them: whole ones, the part of one up to a literal that has not come yet, and what can be said of one that
 * can't be read.
 *
 * Read next: `server-input.ts`, `command-gate.ts`.
 *
 * @rfc 9051 2.2.1
 */
import { ascii, indexOfOctet, LF, PLUS } from '@mailwright/wire';
import type { Command } from '../command.ts';
import { type ParsedCommand, parseCommand, type ReadCommand, type RefusedCommand } from '../command-parse.ts';
import type { Frame, StreamedLiteral } from '../frame.ts';
import type { ImapLimits } from '../limits.ts';
import { allSpecs, findCommand } from '../tables.ts';
import { ValueReader } from '../value-reader.ts';
import { isTag } from '../value-writer.ts';
import { bad, type Refusal, unknownCommand } from './command-gate.ts';

/** Commands whose literals may be messages. */
const CARRIERS: ReadonlySet<string> = new Set(['APPEND', 'REPLACE']);

/** What stands before a literal. */
export type CommandPart =
  /** The literal is a message, or a piece of one: `read` holds what came of the command. */
  | { readonly type: 'message'; readonly read: ReadCommand }
  /** The literal is an argument, to be kept. */
  | { readonly type: 'argument'; readonly head: CommandHead }
  | { readonly type: 'wrong'; readonly tag: string | undefined; readonly refusal: Refusal };

/** Who a command is, as far as its beginning tells. */
export interface CommandHead {
  readonly tag: string | undefined;
  /** In upper case, without UID; empty where it can't be read. */
  readonly name: string;
}

/** Whether messages come with a command of this name. */
export function isCarrier(name: string): boolean {
  return CARRIERS.has(name);
}

/**
 * As `parseCommand`, but a tag that can't be said in an answer (octets above 127) is none.
 */
export function readCommand(frame: Frame, limits: ImapLimits, utf8: boolean): ParsedCommand {
  const parsed = parseCommand(frame, limits, utf8);
  if (parsed.tag === undefined || isTag(parsed.tag)) return parsed;
  return { ok: false, error: 'no-tag', tag: undefined, name: undefined, spec: undefined, expected: 'a tag', at: 0 };
}

/** Reads tag and name alone. */
export function readHead(octets: Uint8Array, limits: ImapLimits): CommandHead {
  const reader = new ValueReader({ octets, streamed: [], complete: false }, limits, false);
  const tag = reader.tag();
  if (reader.failure !== undefined || !isTag(tag)) return { tag: undefined, name: '' };
  reader.space();
  let name = reader.keyword();
  if (name === 'UID' && reader.failure === undefined) {
    reader.space();
    name = reader.keyword();
  }
  return { tag, name };
}

/** Reads the part of a command before its last literal, as `literal-wanted` gives it. */
export function readPart(frame: Frame, limits: ImapLimits, utf8: boolean): CommandPart {
  const parsed = readCommand({ ...frame, streamed: frame.streamed.slice(0, -1) }, limits, utf8);
  if (parsed.ok) return { type: 'argument', head: { tag: parsed.tag, name: parsed.command.name } };
  if (parsed.error !== 'cut') return { type: 'wrong', tag: parsed.tag, refusal: refusalOf(parsed) };
  const { spec, name = '' } = parsed;
  const tag = parsed.tag!;
  if (spec !== undefined && isCarrier(spec.name)) {
    const command = spec.parse(new ValueReader(frame, limits, utf8, tag.length + 1 + name.length, allSpecs()), name.startsWith('UID ')) as Command;
    if (holds(command, frame.streamed.at(-1)!)) return { type: 'message', read: { ok: true, tag, command, spec } };
  }
  return { type: 'argument', head: { tag, name: spec?.name ?? '' } };
}

/** What a BAD says of a command that can't be read, with the form that it should have. */
export function refusalOf({ error, name, spec, expected, at }: RefusedCommand): Refusal {
  if (error === 'no-tag') return bad('IMAP_TAG', 'A command begins with a tag');
  if (error === 'unknown-command') return unknownCommand(name!);
  const known = spec ?? (name === undefined ? undefined : findCommand(name));
  return bad('IMAP_SYNTAX', `Expected ${expected} at octet ${at}${known === undefined ? '' : `. Form: ${known.syntax}`}`);
}

/** The octets of the largest literal in the frame that did not wait, or `undefined` where all waited. @rfc 7888 3 */
export function unaskedOctets({ octets, streamed }: Frame): number | undefined {
  let largest: number | undefined;
  let gone = 0;
  for (let lf = indexOfOctet(octets, LF); lf !== -1; lf = indexOfOctet(octets, LF, gone)) {
    const header = /\{(\d+)([+-]?)\}\r$/.exec(ascii(octets, Math.max(gone, lf - 24), lf));
    if (header === null) break;
    const octetCount = Number(header[1]);
    if (header[2] === String.fromCharCode(PLUS)) largest = Math.max(largest ?? 0, octetCount);
    gone = lf + 1 + (streamed.some(({ at }) => at === lf + 1) ? 0 : octetCount);
  }
  return largest;
}

/** Whether the literal stands somewhere in the value. */
function holds(value: unknown, literal: StreamedLiteral): boolean {
  if (value === literal) return true;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  return Object.values(value).some((inner) => holds(inner, literal));
}
