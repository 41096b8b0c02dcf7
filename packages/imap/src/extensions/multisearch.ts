/**
 * MULTISEARCH: one search in many mailboxes, none of which has to be selected. Each mailbox with a result answers with ESEARCH data that names
 * it and its UIDVALIDITY; numbers are UIDs.
 *
 *     esearch           = "ESEARCH" [SP "IN" SP "(" source-mbox [SP scope-options] ")"] [SP "RETURN" SP "(" ... ")"] SP search-program
 *     source-mbox       = filter-mailboxes *(SP filter-mailboxes)
 *     filter-mailboxes  = "selected" / "inboxes" / "personal" / "subscribed" / ("subtree" / "subtree-one" / "mailboxes") SP one-or-more-mailbox
 *
 * Left out: scope options, of which none is defined; they are passed over.
 *
 * @rfc 7377
 */
import { LEFT_PARENTHESIS, RIGHT_PARENTHESIS, SP } from '@mailwright/wire';
import { readSearchReturn, type SearchReturnOptions, writeSearchReturn } from '../commands/search.ts';
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { writeSearchProgram } from '../search/encode.ts';
import { readSearchProgram } from '../search/parse.ts';
import type { SearchKey } from '../search/search-key.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** Mailboxes by what they are, or by name: `SUBTREE` with all below them, `SUBTREE-ONE` with one level. @rfc 7377 2.2 */
export type SearchSource =
  | { readonly type: (typeof PLAIN_SOURCES)[number] }
  | { readonly type: (typeof NAMED_SOURCES)[number]; readonly mailboxes: readonly string[] };

export interface EsearchCommand {
  readonly name: 'ESEARCH';
  /** Undefined: the selected mailbox. */
  readonly sources: readonly SearchSource[] | undefined;
  readonly returnOptions: SearchReturnOptions | undefined;
  readonly charset: string | undefined;
  readonly search: SearchKey;
}

const PLAIN_SOURCES = ['SELECTED', 'INBOXES', 'PERSONAL', 'SUBSCRIBED'] as const;
const NAMED_SOURCES = ['SUBTREE', 'SUBTREE-ONE', 'MAILBOXES'] as const;

const esearchCommand: CommandSpec<EsearchCommand> = {
  name: 'ESEARCH',
  uidForm: false,
  syntax: 'ESEARCH [IN (mailboxes)] [RETURN (option ...)] [CHARSET charset] key ...',
  source: 'RFC 7377 2',
  states: ['authenticated', 'selected'],
  pipelining: 'any',
  secret: false,
  parse(reader) {
    const sources = readSources(reader);
    const returnOptions = readSearchReturn(reader);
    reader.space();
    return { name: 'ESEARCH', sources, returnOptions, ...readSearchProgram(reader) };
  },
  encode(writer, { sources, returnOptions, charset, search }) {
    if (sources !== undefined) {
      if (sources.length === 0) throw new RangeError('IN needs at least one choice of mailboxes');
      writer.raw(' IN ').list(sources, (source) => writeSource(writer, source));
    }
    writeSearchReturn(writer, returnOptions);
    writeSearchProgram(writer.space(), { charset, search });
  },
  explain: ({ sources }) => `The client asks which messages fit, ${sources === undefined ? 'in the selected mailbox' : 'in many mailboxes at once'}.`,
};

/** ` IN (...)` if it is next. */
function readSources(reader: ValueReader): SearchSource[] | undefined {
  const { octets, at } = reader;
  const isIn = octets[at] === SP && (octets[at + 1]! | 0x20) === 0x69 && (octets[at + 2]! | 0x20) === 0x6e && octets[at + 3] === SP;
  if (!isIn) return undefined;
  reader.space();
  reader.keyword();
  reader.space();
  const sources: SearchSource[] = [];
  if (!reader.open()) return sources;
  do {
    if (reader.peek() === LEFT_PARENTHESIS) reader.skipValue();
    else sources.push(readSource(reader));
    reader.count();
  } while (reader.skip(SP) && reader.failure === undefined);
  if (!reader.close()) reader.expect(RIGHT_PARENTHESIS);
  return sources;
}

function readSource(reader: ValueReader): SearchSource {
  const from = reader.at;
  const word = reader.keyword();
  const plain = PLAIN_SOURCES.find((name) => name === word);
  if (plain !== undefined) return { type: plain };
  const named = NAMED_SOURCES.find((name) => name === word);
  if (named === undefined) reader.fail('a choice of mailboxes', from);
  reader.space();
  const mailboxes = reader.peek() === LEFT_PARENTHESIS ? reader.list(() => readMailbox(reader)) : [readMailbox(reader)];
  if (mailboxes.length === 0) reader.fail('a mailbox');
  return { type: named ?? 'MAILBOXES', mailboxes };
}

function writeSource(writer: ValueWriter, source: SearchSource): void {
  if (![...PLAIN_SOURCES, ...NAMED_SOURCES].includes(source.type)) throw new TypeError(`no choice of mailboxes: ${JSON.stringify(source.type)}`);
  writer.raw(source.type);
  if (!('mailboxes' in source)) return;
  if (source.mailboxes.length === 0) throw new RangeError(`${source.type} names at least one mailbox`);
  writer.space().list(source.mailboxes, (mailbox) => writeMailbox(writer, mailbox));
}

export const multisearch: Brings<{ commands: typeof esearchCommand }> = {
  ...NOTHING,
  capability: 'MULTISEARCH',
  implies: ['ESEARCH'],
  rfc: 7377,
  announced: ALWAYS,
  commands: [esearchCommand],
  explain: () => 'The server can search many mailboxes at once.',
};
