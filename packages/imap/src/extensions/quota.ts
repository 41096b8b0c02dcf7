/**
 * QUOTA: what a user may keep, and how much of it is used. Resources are counted per quota root; a mailbox has one or several.
 *
 *     quota-list     = "(" quota-resource *(SP quota-resource) ")"
 *     quota-resource = resource-name SP resource-usage SP resource-limit
 *
 * DELETED of STATUS is IMAP4rev2's own (`responses/status-items.ts`).
 *
 * Read next: `acl.ts`.
 *
 * @rfc 9208
 */
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { CommandSpec, DataSpec, StatusItemSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

/** STORAGE in units of 1024 octets, the others as numbers; servers may have more of their own. @rfc 9208 5 */
export type QuotaResourceName = 'STORAGE' | 'MESSAGE' | 'MAILBOX' | 'ANNOTATION-STORAGE' | (string & Record<never, never>);

export interface QuotaResource {
  readonly name: QuotaResourceName;
  readonly usage: number;
  /** Servers that mean "none" send 2^63 - 1; whatever a number can't hold is `Number.MAX_SAFE_INTEGER`. */
  readonly limit: number;
}

export interface GetQuotaCommand {
  readonly name: 'GETQUOTA';
  readonly root: string;
}

export interface GetQuotaRootCommand {
  readonly name: 'GETQUOTAROOT';
  readonly mailbox: string;
}

export interface SetQuotaCommand {
  readonly name: 'SETQUOTA';
  readonly root: string;
  /** Resources that aren't named become unlimited. */
  readonly limits: readonly { readonly name: QuotaResourceName; readonly limit: number }[];
}

export interface QuotaData {
  readonly name: 'QUOTA';
  readonly root: string;
  readonly resources: readonly QuotaResource[];
}

export interface QuotaRootData {
  readonly name: 'QUOTAROOT';
  readonly mailbox: string;
  readonly roots: readonly string[];
}

const getQuota: CommandSpec<GetQuotaCommand> = {
  name: 'GETQUOTA',
  uidForm: false,
  syntax: 'GETQUOTA root',
  source: 'RFC 9208 4.1.1',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    return { name: 'GETQUOTA', root: reader.astring() };
  },
  encode: (writer, { root }) => void writer.space().astring(root),
  explain: ({ root }) => `The client asks how much of quota root "${root}" is used, and what its limits are.`,
};

const getQuotaRoot: CommandSpec<GetQuotaRootCommand> = {
  name: 'GETQUOTAROOT',
  uidForm: false,
  syntax: 'GETQUOTAROOT mailbox',
  source: 'RFC 9208 4.1.2',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    return { name: 'GETQUOTAROOT', mailbox: readMailbox(reader) };
  },
  encode: (writer, { mailbox }) => writeMailbox(writer.space(), mailbox),
  explain: ({ mailbox }) => `The client asks which quota roots mailbox "${mailbox}" counts against, and how full they are.`,
};

const setQuota: CommandSpec<SetQuotaCommand> = {
  name: 'SETQUOTA',
  uidForm: false,
  syntax: 'SETQUOTA root (resource limit ...)',
  source: 'RFC 9208 4.1.3',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const root = reader.astring();
    reader.space();
    const limits = reader.list(() => {
      const name = reader.keyword();
      reader.space();
      return { name, limit: saturatedNumber(reader) };
    });
    return { name: 'SETQUOTA', root, limits };
  },
  encode(writer, { root, limits }) {
    writer.space().astring(root).space().list(limits, ({ name, limit }) => writer.atom(name).space().number(limit));
  },
  explain: ({ root, limits }) =>
    limits.length === 0
      ? `The client takes all limits from quota root "${root}".`
      : `The client sets the limits of quota root "${root}": ${limits.map(({ name, limit }) => `${name} ${limit}`).join(', ')}.`,
};

const quotaData: DataSpec<QuotaData> = {
  name: 'QUOTA',
  numbered: false,
  source: 'RFC 9208 4.2.1',
  parse(reader) {
    reader.space();
    const root = reader.astring();
    reader.space();
    return { name: 'QUOTA', root, resources: reader.list(() => readResource(reader)) };
  },
  encode(writer, { root, resources }) {
    writer.raw('QUOTA ').astring(root).space();
    writer.list(resources, ({ name, usage, limit }) => writer.atom(name).space().number(usage).space().number(limit));
  },
  explain: ({ root, resources }) =>
    `Quota root "${root}": ${resources.map(({ name, usage, limit }) => `${usage} of ${limit} ${name}`).join(', ') || 'no limits'}.`,
};

const quotaRootData: DataSpec<QuotaRootData> = {
  name: 'QUOTAROOT',
  numbered: false,
  source: 'RFC 9208 4.2.2',
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    const roots: string[] = [];
    for (reader.spaces(); !reader.atEnd; reader.spaces()) {
      roots.push(reader.astring());
      reader.count();
    }
    return { name: 'QUOTAROOT', mailbox, roots };
  },
  encode(writer, { mailbox, roots }) {
    writeMailbox(writer.raw('QUOTAROOT '), mailbox);
    for (const root of roots) writer.space().astring(root);
  },
  explain: ({ mailbox, roots }) =>
    `Mailbox "${mailbox}" counts against ${roots.length === 0 ? 'no quota root' : `quota root ${roots.map((root) => `"${root}"`).join(', ')}`}.`,
};

/** Octets that an expunge would free. @rfc 9208 4.1.4 */
const deletedStorage: StatusItemSpec<'DELETED-STORAGE', 'deletedStorage', number> = {
  name: 'DELETED-STORAGE',
  field: 'deletedStorage',
  parse: saturatedNumber,
  encode: (writer, value) => void writer.number(value),
};

/** SETQUOTA is among its commands, since servers of RFC 2087 take it and announce nothing but QUOTA. */
export const quota: Brings<{
  commands: typeof getQuota | typeof getQuotaRoot | typeof setQuota;
  data: typeof quotaData | typeof quotaRootData;
  statusItems: typeof deletedStorage;
}> = {
  ...NOTHING,
  capability: 'QUOTA',
  rfc: 9208,
  announced: LOGGED_IN,
  commands: [getQuota, getQuotaRoot, setQuota],
  data: [quotaData, quotaRootData],
  statusItems: [deletedStorage],
  explain: () => 'The server limits what a user may keep, and tells how much of it is used.',
};

export const quotaResource: Brings<object> = {
  ...NOTHING,
  capability: 'QUOTA=RES-',
  rfc: 9208,
  announced: LOGGED_IN,
  explain: (capability) => `Quotas may limit the resource ${capability.slice('QUOTA=RES-'.length)}.`,
};

export const quotaSet: Brings<{ commands: typeof setQuota }> = {
  ...NOTHING,
  capability: 'QUOTASET',
  implies: ['QUOTA'],
  rfc: 9208,
  announced: LOGGED_IN,
  commands: [setQuota],
  explain: () => 'Limits can be set with SETQUOTA by those who may.',
};

function readResource(reader: ValueReader): QuotaResource {
  const name = reader.keyword();
  reader.space();
  const usage = saturatedNumber(reader);
  reader.space();
  return { name, usage, limit: saturatedNumber(reader) };
}

/** A number of 64 bits as a number: above 2^53 - 1 it is that. */
function saturatedNumber(reader: ValueReader): number {
  return Math.min(Number(reader.number64()), Number.MAX_SAFE_INTEGER);
}
