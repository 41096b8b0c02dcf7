/**
 * Commands from the wire: the tag, the name, and what its spec makes of the rest.
 *
 *     command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF
 *     tag     = 1*<any ASTRING-CHAR except "+">
 *     uid     = "UID" SP (copy / move / fetch / search / store / uid-expunge)
 *
 * Read next: `command-encode.ts`, the inverse; `commands/registered.ts`.
 *
 * @rfc 9051 6
 */
import { SP } from '@mailwright/wire';
import type { Command } from './command.ts';
import type { AnyCommandSpec } from './extension.ts';
import type { Frame } from './frame.ts';
import type { ImapLimits } from './limits.ts';
import { allSpecs, findCommand } from './tables.ts';
import type { Failure } from './value-cursor.ts';
import { ValueReader } from './value-reader.ts';

/** A command that was read. */
export interface ReadCommand {
  readonly ok: true;
  readonly tag: string;
  readonly command: Command;
  readonly spec: AnyCommandSpec;
}

/** A command that can't be read, with all that a BAD response can say of it. */
export interface RefusedCommand {
  readonly ok: false;
  /** `no-tag`: the line has none, so its answer is untagged. `cut`: as far as the frame goes it can be read, and a literal is to follow. */
  readonly error: 'no-tag' | 'unknown-command' | 'syntax' | 'cut';
  readonly tag: string | undefined;
  /** In upper case, with `UID ` where that stood before it. */
  readonly name: string | undefined;
  /** The command's spec where the name has one. */
  readonly spec: AnyCommandSpec | undefined;
  readonly expected: string;
  /** Offset in the frame. */
  readonly at: number;
}

export type ParsedCommand = ReadCommand | RefusedCommand;

/** Reads one command. Never throws. */
export function parseCommand(frame: Frame, limits: ImapLimits, utf8: boolean): ParsedCommand {
  const reader = new ValueReader(frame, limits, utf8, 0, allSpecs());
  const tag = reader.tag();
  if (reader.failure !== undefined) return refused('no-tag', undefined, undefined, undefined, reader.failure);
  reader.space();
  let name = reader.keyword();
  const uid = name === 'UID' && reader.peek() === SP;
  if (uid) {
    reader.space();
    name = reader.keyword();
  }
  const full = uid ? `UID ${name}` : name;
  if (reader.failure !== undefined) return refused('syntax', tag, full === '' ? undefined : full, undefined, reader.failure);
  const spec = findCommand(name);
  if (spec === undefined || (uid && !spec.uidForm)) return refused('unknown-command', tag, full, undefined, { expected: 'a command', at: tag.length + 1 });
  const command = spec.parse(reader, uid) as Command;
  reader.spaces(); // clients that end the line with a blank
  reader.finish();
  if (reader.failure === undefined) return { ok: true, tag, command, spec };
  return refused(reader.cut ? 'cut' : 'syntax', tag, full, spec, reader.failure);
}

function refused(
  error: RefusedCommand['error'], tag: string | undefined, name: string | undefined, spec: AnyCommandSpec | undefined, { expected, at }: Failure,
): RefusedCommand {
  return { ok: false, error, tag, name, spec, expected, at };
}
