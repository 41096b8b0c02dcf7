/**
 * OBJECTID: ids of messages, threads and mailboxes that outlive renames, moves and new UIDs.
 *
 *     fetch-att    =/ "EMAILID" / "THREADID"
 *     msg-att      =/ "EMAILID" SP "(" objectid ")" / "THREADID" SP ("(" objectid ")" / nil)
 *     status-att-val =/ "MAILBOXID" SP "(" objectid ")"
 *     search-key   =/ "EMAILID" SP objectid / "THREADID" SP objectid
 *     resp-text-code =/ "MAILBOXID" SP "(" objectid ")"
 *     objectid     = 1*255(ALPHA / DIGIT / "_" / "-")
 *
 * @rfc 8474
 */
import { LEFT_PARENTHESIS, RIGHT_PARENTHESIS } from '@mailwright/wire';
import type { CodeSpec, FetchItemSpec, SearchKeySpec, StatusItemSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface EmailIdRequest {
  readonly name: 'EMAILID';
}

export interface ThreadIdRequest {
  readonly name: 'THREADID';
}

/** The mailbox that CREATE made or SELECT opened. @rfc 8474 4 */
export interface MailboxIdCode {
  readonly name: 'MAILBOXID';
  readonly mailboxId: string;
}

export interface EmailIdKey {
  readonly key: 'EMAILID';
  readonly id: string;
}

export interface ThreadIdKey {
  readonly key: 'THREADID';
  readonly id: string;
}

const EMAIL_ID: EmailIdRequest = { name: 'EMAILID' };
const THREAD_ID: ThreadIdRequest = { name: 'THREADID' };

const emailId: FetchItemSpec<'emailId', EmailIdRequest, string> = {
  name: 'EMAILID',
  field: 'emailId',
  source: 'RFC 8474 5.1',
  parseRequest: () => EMAIL_ID,
  encodeRequest: (writer) => void writer.raw('EMAILID'),
  parse(reader) {
    reader.space();
    return readInParentheses(reader);
  },
  encode: (writer, id) => writeInParentheses(writer.raw('EMAILID '), id),
};

/** Null where the server has no threads. */
const threadId: FetchItemSpec<'threadId', ThreadIdRequest, string | null> = {
  name: 'THREADID',
  field: 'threadId',
  source: 'RFC 8474 5.2',
  parseRequest: () => THREAD_ID,
  encodeRequest: (writer) => void writer.raw('THREADID'),
  parse(reader) {
    reader.space();
    return reader.nil() ? null : readInParentheses(reader);
  },
  encode(writer, id) {
    writer.raw('THREADID ');
    if (id === null) writer.raw('NIL');
    else writeInParentheses(writer, id);
  },
};

const mailboxIdItem: StatusItemSpec<'MAILBOXID', 'mailboxId', string> = {
  name: 'MAILBOXID',
  field: 'mailboxId',
  parse: readInParentheses,
  encode: writeInParentheses,
};

const mailboxIdCode: CodeSpec<MailboxIdCode> = {
  name: 'MAILBOXID',
  source: 'RFC 8474 4',
  parse(reader) {
    reader.space();
    return { name: 'MAILBOXID', mailboxId: readInParentheses(reader) };
  },
  encode: (writer, { mailboxId }) => writeInParentheses(writer.space(), mailboxId),
  explain: ({ mailboxId }) => `The mailbox has the id ${mailboxId}, which stays when it is renamed.`,
};

const emailIdKey: SearchKeySpec<EmailIdKey> = {
  key: 'EMAILID',
  source: 'RFC 8474 6',
  parse(reader) {
    reader.space();
    return { key: 'EMAILID', id: readObjectId(reader) };
  },
  encode: (writer, { id }) => writeObjectId(writer.raw('EMAILID '), id),
};

const threadIdKey: SearchKeySpec<ThreadIdKey> = {
  key: 'THREADID',
  source: 'RFC 8474 6',
  parse(reader) {
    reader.space();
    return { key: 'THREADID', id: readObjectId(reader) };
  },
  encode: (writer, { id }) => writeObjectId(writer.raw('THREADID '), id),
};

export const objectId: Brings<{
  codes: typeof mailboxIdCode;
  fetchItems: typeof emailId | typeof threadId;
  statusItems: typeof mailboxIdItem;
  searchKeys: typeof emailIdKey | typeof threadIdKey;
}> = {
  ...NOTHING,
  capability: 'OBJECTID',
  rfc: 8474,
  announced: ALWAYS,
  codes: [mailboxIdCode],
  fetchItems: [emailId, threadId],
  statusItems: [mailboxIdItem],
  searchKeys: [emailIdKey, threadIdKey],
  explain: () => 'Messages, threads and mailboxes have ids that outlive moves and renames.',
};

function readInParentheses(reader: ValueReader): string {
  reader.expect(LEFT_PARENTHESIS);
  const id = readObjectId(reader);
  reader.expect(RIGHT_PARENTHESIS);
  return id;
}

function writeInParentheses(writer: ValueWriter, id: string): void {
  writeObjectId(writer.raw('('), id);
  writer.raw(')');
}

function readObjectId(reader: ValueReader): string {
  const from = reader.at;
  const id = reader.astring();
  if (!isObjectId(id)) reader.fail('an id of 1 to 255 letters, digits, "_" and "-"', from);
  return id;
}

function writeObjectId(writer: ValueWriter, id: string): void {
  if (!isObjectId(id)) throw new TypeError(`not an object id: ${JSON.stringify(id)}`);
  writer.raw(id);
}

function isObjectId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}$/.test(id);
}
