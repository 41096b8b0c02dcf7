/**
 * LIST and LSUB: which mailboxes there are, and which the user subscribed to.
 *
 *     list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
 *     lsub = "LSUB" SP mailbox SP list-mailbox
 *     mbox-or-pat      = list-mailbox / "(" list-mailbox *(SP list-mailbox) ")"
 *     list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")"
 *
 * @rfc 9051 6.3.9
 * @rfc 3501 6.3.9
 */
import { LEFT_PARENTHESIS, SP } from '@mailwright/wire';
import type { CommandSpec } from '../extension.ts';
import { readListMailbox, readMailbox, writeListMailbox, writeMailbox } from '../mailbox-name.ts';
import { hasParameters, noParameters, readParameters, writeParameters } from '../parameters.ts';
import type { ExtensionParameters } from '../registry.ts';
import type { ValueReader } from '../value-reader.ts';
import { AUTHENTICATED } from './states.ts';

/** Which mailboxes, beside the patterns. @rfc 5258 3.1 */
export type ListSelectionOptions = ExtensionParameters<'LIST-SELECT'>;
/** What is told of each. @rfc 5258 3.2 */
export type ListReturnOptions = ExtensionParameters<'LIST-RETURN'>;

export interface ListCommand {
  readonly name: 'LIST';
  /** `''`, or what the patterns are relative to. */
  readonly reference: string;
  /** At least one. `%` stands for anything without the delimiter, `*` for anything. `''` alone asks for the delimiter. */
  readonly patterns: readonly string[];
  readonly selectionOptions: ListSelectionOptions;
  readonly returnOptions: ListReturnOptions;
}

export interface LsubCommand {
  readonly name: 'LSUB';
  readonly reference: string;
  readonly pattern: string;
}

export const list: CommandSpec<ListCommand> = {
  name: 'LIST',
  uidForm: false,
  syntax: 'LIST [(selection-option ...)] reference pattern|(pattern ...) [RETURN (return-option ...)]',
  source: 'RFC 9051 6.3.9',
  states: AUTHENTICATED,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    let selectionOptions = noParameters(reader, 'LIST-SELECT');
    if (reader.peek() === LEFT_PARENTHESIS) {
      selectionOptions = readParameters(reader, 'LIST-SELECT');
      reader.space();
    }
    const reference = readMailbox(reader);
    reader.space();
    const patterns = readPatterns(reader);
    return { name: 'LIST', reference, patterns, selectionOptions, returnOptions: readReturnOptions(reader) };
  },
  encode(writer, { reference, patterns, selectionOptions, returnOptions }) {
    if (patterns.length === 0) throw new RangeError('LIST needs at least one pattern');
    writer.space();
    if (hasParameters(selectionOptions)) {
      writeParameters(writer, 'LIST-SELECT', selectionOptions);
      writer.space();
    }
    writeMailbox(writer, reference);
    writer.space();
    if (patterns.length === 1) writeListMailbox(writer, patterns[0]!);
    else writer.list(patterns, (pattern) => writeListMailbox(writer, pattern));
    if (hasParameters(returnOptions)) writeParameters(writer.raw(' RETURN '), 'LIST-RETURN', returnOptions);
  },
  explain: ({ reference, patterns }) =>
    `The client asks for the mailboxes whose names fit ${patterns.map((pattern) => `"${pattern}"`).join(' or ')}${reference === '' ? '' : ` under "${reference}"`}.`,
};

export const lsub: CommandSpec<LsubCommand> = {
  name: 'LSUB',
  uidForm: false,
  syntax: 'LSUB reference pattern',
  source: 'RFC 3501 6.3.9',
  states: AUTHENTICATED,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const reference = readMailbox(reader);
    reader.space();
    return { name: 'LSUB', reference, pattern: readListMailbox(reader) };
  },
  encode(writer, { reference, pattern }) {
    writeMailbox(writer.space(), reference);
    writeListMailbox(writer.space(), pattern);
  },
  explain: ({ pattern }) => `The client asks which mailboxes that fit "${pattern}" the user subscribed to.`,
};

function readPatterns(reader: ValueReader): string[] {
  if (reader.peek() !== LEFT_PARENTHESIS) return [readListMailbox(reader)];
  const from = reader.at;
  const patterns = reader.list(() => readListMailbox(reader));
  if (patterns.length === 0) reader.fail('a pattern', from);
  return patterns;
}

function readReturnOptions(reader: ValueReader): ListReturnOptions {
  if (!reader.skip(SP)) return noParameters(reader, 'LIST-RETURN');
  if (!reader.skipKeyword('RETURN')) reader.fail('RETURN');
  reader.space();
  return readParameters(reader, 'LIST-RETURN');
}
