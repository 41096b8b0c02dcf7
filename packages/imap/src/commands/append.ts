/**
 * APPEND: a message, or several (MULTIAPPEND), into a mailbox.
 *
 *     append         = "APPEND" SP mailbox 1*append-message
 *     append-message = [SP flag-list] [SP date-time] SP append-data
 *     append-data    = literal / literal8 / append-data-ext
 *
 * `append-data-ext` (CATENATE, UTF8) is a parameter of the place APPEND.
 *
 * @rfc 9051 6.3.12
 * @rfc 3502 6.3.11
 * @rfc 4466 2.2
 */
import { DQUOTE, LEFT_PARENTHESIS, SP } from '@mailwright/wire';
import { readDateTime, writeDateTime } from '../dates.ts';
import type { CommandSpec } from '../extension.ts';
import type { InternalDate } from '../fetch/fetch-data.ts';
import type { StreamedLiteral } from '../frame.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { hasParameters, noParameters, readParameter, writeEach } from '../parameters.ts';
import type { ExtensionParameters } from '../registry.ts';
import type { ValueReader } from '../value-reader.ts';
import type { PendingLiteral, ValueWriter, WrittenLiteral } from '../value-writer.ts';
import { AUTHENTICATED } from './states.ts';

/**
 * A message as octets. Known octets go both ways; `pending-literal` is for writers whose octets come later, `streamed-literal` is what readers see of a
 * literal that goes by.
 */
export type MessageLiteral = WrittenLiteral | PendingLiteral | StreamedLiteral;

/** One message. Either `message` is there, or one of `parameters`. */
export interface AppendMessage {
  readonly flags: readonly string[];
  readonly internalDate: InternalDate | undefined;
  readonly message: MessageLiteral | undefined;
  /** Other forms of the message: `CATENATE (...)`, `UTF8 (...)`. */
  readonly parameters: ExtensionParameters<'APPEND'>;
}

export interface AppendCommand {
  readonly name: 'APPEND';
  readonly mailbox: string;
  /** At least one; more only with MULTIAPPEND. */
  readonly messages: readonly AppendMessage[];
}

export const append: CommandSpec<AppendCommand> = {
  name: 'APPEND',
  uidForm: false,
  syntax: 'APPEND mailbox [(flag ...)] ["date-time"] {octets}',
  source: 'RFC 9051 6.3.12',
  states: AUTHENTICATED,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    reader.space();
    const messages = [readAppendMessage(reader)];
    while (reader.skip(SP)) {
      messages.push(readAppendMessage(reader));
      reader.count();
    }
    return { name: 'APPEND', mailbox, messages };
  },
  encode(writer, { mailbox, messages }) {
    if (messages.length === 0) throw new RangeError('APPEND needs a message');
    writeMailbox(writer.space(), mailbox);
    for (const message of messages) writeAppendMessage(writer.space(), message);
  },
  explain: ({ mailbox, messages }) => `The client puts ${messages.length === 1 ? 'a message' : `${messages.length} messages`} into the mailbox "${mailbox}".`,
};

/** Reads flags, date and message, without a blank before them. */
export function readAppendMessage(reader: ValueReader): AppendMessage {
  let flags: readonly string[] = [];
  let internalDate: InternalDate | undefined;
  if (reader.peek() === LEFT_PARENTHESIS) {
    flags = reader.list(() => reader.settableFlag());
    reader.space();
  }
  if (reader.peek() === DQUOTE) {
    internalDate = readDateTime(reader);
    reader.space();
  }
  if (startsLiteral(reader)) return { flags, internalDate, message: readMessageLiteral(reader), parameters: noParameters(reader, 'APPEND') };
  return { flags, internalDate, message: undefined, parameters: readParameter(reader, 'APPEND') };
}

/** Writes flags, date and message, without a blank before them. Throws a `TypeError` where the message is not there or there twice. */
export function writeAppendMessage(writer: ValueWriter, { flags, internalDate, message, parameters }: AppendMessage): void {
  if ((message === undefined) !== hasParameters(parameters)) throw new TypeError('APPEND takes each message in one form');
  if (flags.length > 0) writer.flags(flags).space();
  if (internalDate !== undefined) {
    writeDateTime(writer, internalDate);
    writer.space();
  }
  if (message !== undefined) writeMessageLiteral(writer, message);
  else writeEach(writer, 'APPEND', parameters);
}

/** Reads a literal or literal8, kept or streamed. */
export function readMessageLiteral(reader: ValueReader): MessageLiteral {
  const from = reader.at;
  const binary = reader.peek() === TILDE;
  if (!startsLiteral(reader)) reader.fail('a literal', from);
  const value = reader.literalOrString();
  return 'type' in value ? (value as StreamedLiteral) : { type: 'literal', octets: value as Uint8Array, binary };
}

/** Writes a literal or literal8. Throws a `TypeError` for one that was streamed: its octets are gone. */
export function writeMessageLiteral(writer: ValueWriter, literal: MessageLiteral): void {
  if (literal.type === 'streamed-literal') throw new TypeError('the octets of a streamed literal are not here');
  if (literal.type === 'pending-literal') writer.piece(literal);
  else if (literal.binary) writer.literal8(literal.octets);
  else writer.literal(literal.octets);
}

const LEFT_BRACE = 0x7b;
const TILDE = 0x7e;

function startsLiteral(reader: ValueReader): boolean {
  const octet = reader.peek();
  return octet === LEFT_BRACE || (octet === TILDE && reader.octets[reader.at + 1] === LEFT_BRACE);
}
