/**
 * LIST and LSUB data: a mailbox, its attributes, its delimiter.
 *
 *     mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox [SP mbox-list-extended]
 *     mbox-list-extended      = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")"
 *     mbox-list-extended-item = astring SP tagged-ext-val
 *
 * @rfc 9051 7.3.1
 * @rfc 3501 7.2.3
 * @rfc 5258 6
 */
import { RIGHT_PARENTHESIS, SP } from '@mailwright/wire';
import type { DataSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';

/** An item that is none of those below. */
export interface OtherListItem {
  /** In upper case. */
  readonly name: string;
  /** A copy of the octets of its value. */
  readonly raw: Uint8Array;
}

export interface ListedMailbox {
  /** As sent: `\HasChildren`, `\Sent`. */
  readonly attributes: readonly string[];
  /** Undefined where names have no levels. */
  readonly delimiter: string | undefined;
  readonly mailbox: string;
  /** Why a mailbox is listed that does not fit itself: some of those under it have what was asked for. @rfc 5258 3.5 */
  readonly childInfo: readonly string[] | undefined;
  /** Under which name the client asked for it, or knew it. @rfc 9051 6.3.9.7 */
  readonly oldName: string | undefined;
  readonly others: readonly OtherListItem[];
}

export interface ListData extends ListedMailbox {
  readonly name: 'LIST';
}

export interface LsubData extends ListedMailbox {
  readonly name: 'LSUB';
}

/** Gmail's and others' list with uses of mailboxes, from before SPECIAL-USE. */
export interface XlistData extends ListedMailbox {
  readonly name: 'XLIST';
}

export const listData: DataSpec<ListData> = mailboxList('LIST', 'RFC 9051 7.3.1', (mailbox) => `There is a mailbox "${mailbox}".`);
export const lsubData: DataSpec<LsubData> = mailboxList('LSUB', 'RFC 3501 7.2.3', (mailbox) => `The user subscribed to the mailbox "${mailbox}".`);
export const xlistData: DataSpec<XlistData> = mailboxList('XLIST', 'no RFC', (mailbox) => `There is a mailbox "${mailbox}".`);

function mailboxList<N extends string>(name: N, source: string, explain: (mailbox: string) => string): DataSpec<ListedMailbox & { readonly name: N }> {
  return {
    name,
    numbered: false,
    source,
    parse: (reader) => ({ name, ...readListedMailbox(reader) }),
    encode: (writer, data) => writeListedMailbox(writer.raw(`${name} `), data),
    explain: ({ mailbox }) => explain(mailbox),
  };
}

function readListedMailbox(reader: ValueReader): ListedMailbox {
  reader.space();
  const attributes = reader.flags();
  reader.spaces();
  const delimiter = reader.nstring();
  reader.space();
  const mailbox = readMailbox(reader);
  const extended = { childInfo: undefined as readonly string[] | undefined, oldName: undefined as string | undefined, others: [] as OtherListItem[] };
  if (reader.skip(SP) && !reader.atEnd) {
    reader.list(() => {
      const item = reader.astring().toUpperCase();
      reader.space();
      if (item === 'CHILDINFO') extended.childInfo = reader.list(() => reader.astring());
      else if (item === 'OLDNAME') extended.oldName = readOldName(reader);
      else extended.others.push({ name: item, raw: readRaw(reader) });
    });
  }
  return { attributes, delimiter: delimiter === '' ? undefined : delimiter, mailbox, ...extended };
}

function readOldName(reader: ValueReader): string {
  if (!reader.open()) return '';
  const name = readMailbox(reader);
  if (!reader.close()) reader.expect(RIGHT_PARENTHESIS);
  return name;
}

function readRaw(reader: ValueReader): Uint8Array {
  const from = reader.at;
  reader.skipValue();
  return reader.octets.slice(from, reader.at);
}

function writeListedMailbox(writer: ValueWriter, { attributes, delimiter, mailbox, childInfo, oldName, others }: ListedMailbox): void {
  writer.flags(attributes).space();
  if (delimiter === undefined) writer.raw('NIL');
  else if ([...delimiter].length === 1) writer.quoted(delimiter);
  else throw new RangeError('a delimiter is one character');
  writeMailbox(writer.space(), mailbox);
  if (others.length > 0) throw new TypeError('items of LIST that no one knows are read, not written');
  if (childInfo === undefined && oldName === undefined) return;
  writer.raw(' (');
  if (childInfo !== undefined) writer.raw('"CHILDINFO" ').list(childInfo, (option) => writer.quoted(option));
  if (childInfo !== undefined && oldName !== undefined) writer.space();
  if (oldName !== undefined) {
    writeMailbox(writer.raw('"OLDNAME" ('), oldName);
    writer.raw(')');
  }
  writer.raw(')');
}
