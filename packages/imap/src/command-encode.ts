/**
 * Commands onto the wire.
 *
 *     command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF
 *
 * Read next: `command-parse.ts`, the inverse; `value-writer.ts`.
 *
 * @rfc 9051 6
 */
import type { Command } from './command.ts';
import { allSpecs, findCommand } from './tables.ts';
import { isTag, ValueWriter, type WrittenPiece } from './value-writer.ts';

/**
 * Writes one command, its tag first, without its CRLF. `utf8`: IMAP4rev2 or UTF8=ACCEPT is enabled. How its literals are announced (`{n}` or
 * `{n+}`), and whether they wait, is for the caller.
 *
 * Errors: a `TypeError` or a `RangeError` for values that can't be written, before anything is.
 */
export function encodeCommand(tag: string, command: Command, utf8: boolean): readonly WrittenPiece[] {
  if (!isTag(tag)) throw new TypeError(`not a tag: ${JSON.stringify(tag)}`);
  const spec = findCommand(command.name);
  if (spec === undefined) throw new TypeError(`no command: ${JSON.stringify((command as { name: unknown }).name)}`);
  const writer = new ValueWriter(utf8, allSpecs());
  writer.raw(`${tag} ${spec.uidForm && 'uid' in command && command.uid ? 'UID ' : ''}${spec.name}`);
  spec.encode(writer, command);
  return writer.finish();
}
