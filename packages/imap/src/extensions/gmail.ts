/**
 * X-GM-EXT-1: Gmail's own: ids of messages and threads, labels in place of mailboxes, and its search language.
 *
 *     fetch-att  =/ "X-GM-MSGID" / "X-GM-THRID" / "X-GM-LABELS"
 *     msg-att    =/ "X-GM-MSGID" SP number64 / "X-GM-THRID" SP number64 / "X-GM-LABELS" SP "(" [label *(SP label)] ")"
 *     search-key =/ "X-GM-MSGID" SP number64 / "X-GM-THRID" SP number64 / "X-GM-LABELS" SP astring / "X-GM-RAW" SP astring
 *     label      = "\" atom / astring   ; \Inbox, \Sent and so on; others as names of mailboxes
 *
 * No RFC: Gmail's documentation of its IMAP extensions. Ids fill 64 bits; the web interface shows them in hexadecimal.
 */
import { BACKSLASH } from '@mailwright/wire';
import { decodeMailboxName, encodeMailboxName } from '../mailbox-name.ts';
import type { FetchItemSpec, SearchKeySpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import { isAtom, type ValueWriter } from '../value-writer.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

const SOURCE = 'Gmail IMAP extensions';

export interface GmailRequest<N extends 'X-GM-MSGID' | 'X-GM-THRID' | 'X-GM-LABELS'> {
  readonly name: N;
}

/** The message, or the messages of the thread, with this id. */
export interface GmailIdKey<N extends 'X-GM-MSGID' | 'X-GM-THRID' = 'X-GM-MSGID' | 'X-GM-THRID'> {
  readonly key: N;
  readonly id: bigint;
}

/** Messages with this label. */
export interface GmailLabelKey {
  readonly key: 'X-GM-LABELS';
  readonly label: string;
}

/** A search as one types it into Gmail: `has:attachment in:unread`. */
export interface GmailRawKey {
  readonly key: 'X-GM-RAW';
  readonly text: string;
}

const messageId: FetchItemSpec<'gmailMessageId', GmailRequest<'X-GM-MSGID'>, bigint> = idItem('X-GM-MSGID', 'gmailMessageId');
const threadId: FetchItemSpec<'gmailThreadId', GmailRequest<'X-GM-THRID'>, bigint> = idItem('X-GM-THRID', 'gmailThreadId');

const labels: FetchItemSpec<'gmailLabels', GmailRequest<'X-GM-LABELS'>, readonly string[]> = {
  name: 'X-GM-LABELS',
  field: 'gmailLabels',
  source: SOURCE,
  parseRequest: () => ({ name: 'X-GM-LABELS' }),
  encodeRequest: (writer) => void writer.raw('X-GM-LABELS'),
  parse(reader) {
    reader.space();
    return readLabels(reader);
  },
  encode: (writer, names) => writeLabels(writer.raw('X-GM-LABELS '), names),
};

const messageIdKey: SearchKeySpec<GmailIdKey<'X-GM-MSGID'>> = idKey('X-GM-MSGID');
const threadIdKey: SearchKeySpec<GmailIdKey<'X-GM-THRID'>> = idKey('X-GM-THRID');

const labelKey: SearchKeySpec<GmailLabelKey> = {
  key: 'X-GM-LABELS',
  source: SOURCE,
  parse(reader) {
    reader.space();
    return { key: 'X-GM-LABELS', label: readLabel(reader) };
  },
  encode: (writer, { label }) => writeLabel(writer.raw('X-GM-LABELS '), label),
};

const rawKey: SearchKeySpec<GmailRawKey> = {
  key: 'X-GM-RAW',
  source: SOURCE,
  parse(reader) {
    reader.space();
    return { key: 'X-GM-RAW', text: reader.astring() };
  },
  encode: (writer, { text }) => void writer.raw('X-GM-RAW ').astring(text),
};

export const gmail: Brings<{
  fetchItems: typeof messageId | typeof threadId | typeof labels;
  searchKeys: typeof messageIdKey | typeof threadIdKey | typeof labelKey | typeof rawKey;
}> = {
  ...NOTHING,
  capability: 'X-GM-EXT-1',
  rfc: 0,
  announced: ALWAYS,
  fetchItems: [messageId, threadId, labels],
  searchKeys: [messageIdKey, threadIdKey, labelKey, rawKey],
  explain: () => 'The server is Gmail: messages have labels, and its own search can be used.',
};

/** Reads `(label ...)`. */
function readLabels(reader: ValueReader): readonly string[] {
  return reader.list(() => readLabel(reader));
}

/** Writes `(label ...)`. */
function writeLabels(writer: ValueWriter, names: readonly string[]): void {
  writer.list(names, (label) => writeLabel(writer, label));
}

/** Gmail writes its own labels with a backslash, in quotes or without. */
function readLabel(reader: ValueReader): string {
  const label = reader.peek() === BACKSLASH ? reader.flag() : reader.astring();
  return reader.utf8 ? label : decodeMailboxName(label);
}

function writeLabel(writer: ValueWriter, label: string): void {
  const wire = writer.utf8 ? label : encodeMailboxName(label);
  if (wire.startsWith('\\') && isAtom(wire.slice(1))) writer.raw(wire);
  else writer.astring(wire);
}

function idItem<N extends 'X-GM-MSGID' | 'X-GM-THRID', K extends string>(name: N, field: K): FetchItemSpec<K, GmailRequest<N>, bigint> {
  return {
    name,
    field,
    source: SOURCE,
    parseRequest: () => ({ name }),
    encodeRequest: (writer) => void writer.raw(name),
    parse(reader) {
      reader.space();
      return reader.number64();
    },
    encode: (writer, id) => void writer.raw(`${name} `).number64(id),
  };
}

function idKey<N extends 'X-GM-MSGID' | 'X-GM-THRID'>(key: N): SearchKeySpec<GmailIdKey<N>> {
  return {
    key,
    source: SOURCE,
    parse(reader) {
      reader.space();
      return { key, id: reader.number64() };
    },
    encode: (writer, { id }) => void writer.raw(`${key} `).number64(id),
  };
}
