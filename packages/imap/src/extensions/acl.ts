/**
 * ACL: who may do what with a mailbox. Rights are single letters, granted to identifiers: users, groups, `anyone`, or with a
 * `-` before them, taken from them.
 *
 *     acl-data        = "ACL" SP mailbox *(SP identifier SP rights)
 *     listrights-data = "LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)
 *     myrights-data   = "MYRIGHTS" SP mailbox SP rights
 *     mod-rights      = astring   ; "+" to add, "-" to remove, else to replace
 *
 * Read next: `list-myrights.ts`.
 *
 * @rfc 4314
 */
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { CommandSpec, DataSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

/**
 * One right: `l` lookup, `r` read, `s` keep seen, `w` write flags, `i` insert, `p` post, `k` create mailboxes, `x` delete the mailbox,
 * `t` mark deleted, `e` expunge, `a` administer, `n` annotate. `c` and `d` are the ones of RFC 2086 that `k`, `x`, `t`, `e` replaced; digits and
 * other letters are a server's own.
 * @rfc 4314 2.1
 * @rfc 5257 4.1
 */
export type AclRight = 'l' | 'r' | 's' | 'w' | 'i' | 'p' | 'k' | 'x' | 't' | 'e' | 'a' | 'n' | 'c' | 'd' | (string & Record<never, never>);

/** The rights of RFC 4314, in its order, with what each allows. @rfc 4314 2.1 */
export const ACL_RIGHTS: ReadonlyMap<AclRight, string> = new Map([
  ['l', 'see the mailbox in LIST'], ['r', 'select it and read messages'], ['s', 'keep \\Seen between sessions'],
  ['w', 'set flags other than \\Seen and \\Deleted'], ['i', 'add messages'], ['p', 'send mail to its address'], ['k', 'create mailboxes below it'],
  ['x', 'delete or rename it'], ['t', 'set \\Deleted'], ['e', 'expunge'], ['a', 'administer its rights'], ['n', 'write shared annotations'],
  ['c', 'create (obsolete)'], ['d', 'delete (obsolete)'],
]);

export interface SetAclCommand {
  readonly name: 'SETACL';
  readonly mailbox: string;
  readonly identifier: string;
  readonly change: 'replace' | 'add' | 'remove';
  readonly rights: readonly AclRight[];
}

export interface DeleteAclCommand {
  readonly name: 'DELETEACL';
  readonly mailbox: string;
  readonly identifier: string;
}

export interface GetAclCommand {
  readonly name: 'GETACL';
  readonly mailbox: string;
}

export interface ListRightsCommand {
  readonly name: 'LISTRIGHTS';
  readonly mailbox: string;
  readonly identifier: string;
}

export interface MyRightsCommand {
  readonly name: 'MYRIGHTS';
  readonly mailbox: string;
}

export interface AclData {
  readonly name: 'ACL';
  readonly mailbox: string;
  readonly entries: readonly { readonly identifier: string; readonly rights: readonly AclRight[] }[];
}

export interface ListRightsData {
  readonly name: 'LISTRIGHTS';
  readonly mailbox: string;
  readonly identifier: string;
  /** What the identifier always has. */
  readonly required: readonly AclRight[];
  /** What it can be granted; the rights of one group come and go together. */
  readonly optional: readonly (readonly AclRight[])[];
}

export interface MyRightsData {
  readonly name: 'MYRIGHTS';
  readonly mailbox: string;
  readonly rights: readonly AclRight[];
}

const CHANGES = { replace: '', add: '+', remove: '-' } as const;

const setAcl: CommandSpec<SetAclCommand> = {
  name: 'SETACL',
  uidForm: false,
  syntax: 'SETACL mailbox identifier rights',
  source: 'RFC 4314 3.1',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    const { mailbox, identifier } = readSubject(reader);
    reader.space();
    const from = reader.at;
    const text = reader.astring();
    const sign = text[0];
    const change = sign === '+' ? 'add' : sign === '-' ? 'remove' : 'replace';
    return { name: 'SETACL', mailbox, identifier, change, rights: toRights(reader, change === 'replace' ? text : text.slice(1), from) };
  },
  encode(writer, { mailbox, identifier, change, rights }) {
    if (!Object.hasOwn(CHANGES, change)) throw new TypeError(`not a change of rights: ${JSON.stringify(change)}`);
    writeSubject(writer, mailbox, identifier);
    writer.space().astring(CHANGES[change] + fromRights(rights));
  },
  explain({ mailbox, identifier, change, rights }) {
    const verb = { replace: 'sets the rights of', add: 'adds to the rights of', remove: 'takes from the rights of' }[change];
    return `The client ${verb} "${identifier}" on mailbox "${mailbox}": ${describeRights(rights)}.`;
  },
};

const deleteAcl: CommandSpec<DeleteAclCommand> = {
  name: 'DELETEACL',
  uidForm: false,
  syntax: 'DELETEACL mailbox identifier',
  source: 'RFC 4314 3.2',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse: (reader) => ({ name: 'DELETEACL', ...readSubject(reader) }),
  encode: (writer, { mailbox, identifier }) => writeSubject(writer, mailbox, identifier),
  explain: ({ mailbox, identifier }) => `The client removes the entry of "${identifier}" from the rights on mailbox "${mailbox}".`,
};

const getAcl: CommandSpec<GetAclCommand> = {
  name: 'GETACL',
  uidForm: false,
  syntax: 'GETACL mailbox',
  source: 'RFC 4314 3.3',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    return { name: 'GETACL', mailbox: readMailbox(reader) };
  },
  encode: (writer, { mailbox }) => writeMailbox(writer.space(), mailbox),
  explain: ({ mailbox }) => `The client asks who has which rights on mailbox "${mailbox}".`,
};

const listRights: CommandSpec<ListRightsCommand> = {
  name: 'LISTRIGHTS',
  uidForm: false,
  syntax: 'LISTRIGHTS mailbox identifier',
  source: 'RFC 4314 3.4',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse: (reader) => ({ name: 'LISTRIGHTS', ...readSubject(reader) }),
  encode: (writer, { mailbox, identifier }) => writeSubject(writer, mailbox, identifier),
  explain: ({ mailbox, identifier }) => `The client asks which rights "${identifier}" could have on mailbox "${mailbox}".`,
};

const myRights: CommandSpec<MyRightsCommand> = {
  name: 'MYRIGHTS',
  uidForm: false,
  syntax: 'MYRIGHTS mailbox',
  source: 'RFC 4314 3.5',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    return { name: 'MYRIGHTS', mailbox: readMailbox(reader) };
  },
  encode: (writer, { mailbox }) => writeMailbox(writer.space(), mailbox),
  explain: ({ mailbox }) => `The client asks which rights it has itself on mailbox "${mailbox}".`,
};

const aclData: DataSpec<AclData> = {
  name: 'ACL',
  numbered: false,
  source: 'RFC 4314 3.6',
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    const entries: { identifier: string; rights: readonly AclRight[] }[] = [];
    for (reader.spaces(); !reader.atEnd; reader.spaces()) {
      const identifier = reader.astring();
      reader.space();
      entries.push({ identifier, rights: readRights(reader) });
      reader.count();
    }
    return { name: 'ACL', mailbox, entries };
  },
  encode(writer, { mailbox, entries }) {
    writeMailbox(writer.raw('ACL '), mailbox);
    for (const { identifier, rights } of entries) writer.space().astring(identifier).space().astring(fromRights(rights));
  },
  explain: ({ mailbox, entries }) =>
    `Rights on mailbox "${mailbox}": ${entries.map(({ identifier, rights }) => `${identifier} ${describeRights(rights)}`).join('; ') || 'none'}.`,
};

const listRightsData: DataSpec<ListRightsData> = {
  name: 'LISTRIGHTS',
  numbered: false,
  source: 'RFC 4314 3.7',
  parse(reader) {
    const subject = readSubject(reader);
    reader.space();
    const required = readRights(reader);
    const optional: (readonly AclRight[])[] = [];
    for (reader.spaces(); !reader.atEnd; reader.spaces()) {
      optional.push(readRights(reader));
      reader.count();
    }
    return { name: 'LISTRIGHTS', ...subject, required, optional };
  },
  encode(writer, { mailbox, identifier, required, optional }) {
    writeMailbox(writer.raw('LISTRIGHTS '), mailbox);
    writer.space().astring(identifier).space().astring(fromRights(required));
    for (const group of optional) writer.space().astring(fromRights(group));
  },
  explain: ({ mailbox, identifier, required, optional }) =>
    `On mailbox "${mailbox}", "${identifier}" always has ${describeRights(required)} and can be granted ${describeRights(optional.flat())}.`,
};

const myRightsData: DataSpec<MyRightsData> = {
  name: 'MYRIGHTS',
  numbered: false,
  source: 'RFC 4314 3.8',
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    reader.space();
    return { name: 'MYRIGHTS', mailbox, rights: readRights(reader) };
  },
  encode(writer, { mailbox, rights }) {
    writeMailbox(writer.raw('MYRIGHTS '), mailbox);
    writer.space().astring(fromRights(rights));
  },
  explain: ({ mailbox, rights }) => `On mailbox "${mailbox}" the user has ${describeRights(rights)}.`,
};

export const acl: Brings<{
  commands: typeof setAcl | typeof deleteAcl | typeof getAcl | typeof listRights | typeof myRights;
  data: typeof aclData | typeof listRightsData | typeof myRightsData;
}> = {
  ...NOTHING,
  capability: 'ACL',
  rfc: 4314,
  announced: LOGGED_IN,
  commands: [setAcl, deleteAcl, getAcl, listRights, myRights],
  data: [aclData, listRightsData, myRightsData],
  explain: () => 'The rights on mailboxes can be read, and changed by those who may.',
};

export const aclRights: Brings<object> = {
  ...NOTHING,
  capability: 'RIGHTS=',
  implies: ['ACL'],
  rfc: 4314,
  announced: LOGGED_IN,
  explain: (capability) => `Besides the rights of RFC 2086, the server knows ${describeRights([...capability.slice('RIGHTS='.length)])}.`,
};

/** `SP mailbox SP identifier`. */
function readSubject(reader: ValueReader): { readonly mailbox: string; readonly identifier: string } {
  reader.space();
  const mailbox = readMailbox(reader);
  reader.space();
  return { mailbox, identifier: reader.astring() };
}

function writeSubject(writer: ValueWriter, mailbox: string, identifier: string): void {
  writeMailbox(writer.space(), mailbox);
  writer.space().astring(identifier);
}

function readRights(reader: ValueReader): readonly AclRight[] {
  const from = reader.at;
  return toRights(reader, reader.astring(), from);
}

/** `right = %x61-7A / DIGIT` */
function toRights(reader: ValueReader, text: string, from: number): readonly AclRight[] {
  if (!/^[a-z0-9]*$/.test(text)) reader.fail('rights: lower-case letters and digits', from);
  return [...text];
}

function fromRights(rights: readonly AclRight[]): string {
  for (const right of rights) {
    if (!/^[a-z0-9]$/.test(right)) throw new TypeError(`not a right of an ACL: ${JSON.stringify(right)}`);
  }
  return rights.join('');
}

function describeRights(rights: readonly AclRight[]): string {
  return rights.length === 0 ? 'no rights' : rights.map((right) => `${right} (${ACL_RIGHTS.get(right) ?? 'of this server'})`).join(', ');
}
