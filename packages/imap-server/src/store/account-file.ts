/**
 * The files of an account that are about no single message: subscriptions, a name on each line as Maildir servers keep them, and all else as JSON.
 */
import { decodeBase64, encodeBase64 } from '@mailwright/wire';
import type { MailboxExtras } from './account-state.ts';

/** What the JSON file says. */
export interface AccountFile {
  readonly accountId: string;
  /** No mailbox ever had a greater UIDVALIDITY. */
  readonly lastUidValidity: number;
  readonly extras: ReadonlyMap<string, MailboxExtras>;
  readonly quotaLimits: ReadonlyMap<string, number>;
}

export function formatAccountFile({ accountId, lastUidValidity, extras, quotaLimits }: AccountFile): string {
  const mailboxes = [...extras].map(([name, { specialUse, metadata, acl }]) => ({
    name, specialUse, metadata: [...metadata].map(([entry, value]) => [entry, encodeBase64(value)]), acl: [...acl],
  }));
  return `${JSON.stringify({ version: 1, accountId, lastUidValidity, quotaLimits: [...quotaLimits], mailboxes }, undefined, 1)}\n`;
}

/** `undefined` where there is no such file or it can't be read; what is strange in it is left out. */
export function parseAccountFile(text: string | undefined): AccountFile | undefined {
  const json = text === undefined ? undefined : parseJson(text);
  if (!isRecord(json)) return undefined;
  const { accountId, lastUidValidity, quotaLimits, mailboxes } = json as { readonly [name: string]: unknown };
  if (typeof accountId !== 'string' || !/^[A-Za-z0-9_-]{1,255}$/.test(accountId) || !Number.isSafeInteger(lastUidValidity)) return undefined;
  const limits = pairs(quotaLimits).filter((pair): pair is [string, number] => typeof pair[1] === 'number');
  const extras = new Map<string, MailboxExtras>();
  for (const mailbox of Array.isArray(mailboxes) ? mailboxes : []) if (isRecord(mailbox) && typeof mailbox['name'] === 'string') extras.set(mailbox['name'], readExtras(mailbox));
  return { accountId, lastUidValidity: lastUidValidity as number, extras, quotaLimits: new Map(limits) };
}

export function formatSubscriptions(names: ReadonlySet<string>): string {
  return [...names].sort().map((name) => `${name}\n`).join('');
}

export function parseSubscriptions(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').filter((line) => line !== ''));
}

function readExtras(mailbox: { readonly [name: string]: unknown }): MailboxExtras {
  const specialUse = Array.isArray(mailbox['specialUse']) ? mailbox['specialUse'].filter((use): use is string => typeof use === 'string') : [];
  const metadata = new Map<string, Uint8Array>();
  for (const [entry, value] of pairs(mailbox['metadata'])) {
    const octets = typeof value === 'string' ? decodeBase64(value) : undefined;
    if (octets !== undefined) metadata.set(entry, octets);
  }
  const acl = pairs(mailbox['acl']).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return { specialUse, metadata, acl: new Map(acl) };
}

function pairs(value: unknown): readonly [string, unknown][] {
  return Array.isArray(value) ? value.filter((pair): pair is [string, unknown] => Array.isArray(pair) && typeof pair[0] === 'string') : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
