/**
 * A maildrop as POP3 sees it, over a mailbox of a store: what was there at the login, its unique-ids, and the lock that keeps a second session out.
 *
 * @rfc 1939 3
 * @rfc 1939 7
 */
import type { MailAccount, Mailbox, MailStore } from '@mailwright/imap-server';
import type { MaildropMessage } from '@mailwright/pop3';
import { CR, LF, TextScanner } from '@mailwright/wire';

/** Maildrops that a session has open, of every store. */
const LOCKS: WeakMap<MailStore, Set<string>> = new WeakMap();

/** One session's maildrop. */
export interface OpenMaildrop {
  readonly mailbox: Mailbox;
  /** UIDs, in the order of the numbers of POP3. */
  readonly uids: readonly number[];
  readonly listed: readonly MaildropMessage[];
  /** Lets others in. Idempotent. */
  release(): void;
}

/** Opens the INBOX of a user. `in-use` where another session has it. Rejects with what the store throws. */
export async function openMaildrop(store: MailStore, account: MailAccount): Promise<OpenMaildrop | 'in-use'> {
  const release = lock(store, account.user);
  if (release === undefined) return 'in-use';
  try {
    const mailbox = await account.open('INBOX');
    await mailbox.refresh();
    const messages = mailbox.messages();
    const listed: MaildropMessage[] = [];
    for (const { uid, sizeOctets } of messages) listed.push(await list(mailbox, uid, sizeOctets));
    return { mailbox, uids: messages.map(({ uid }) => uid), listed, release };
  } catch (error) {
    release();
    throw error;
  }
}

function lock(store: MailStore, user: string): (() => void) | undefined {
  const locked = LOCKS.get(store) ?? new Set();
  LOCKS.set(store, locked);
  if (locked.has(user)) return undefined;
  locked.add(user);
  let held = true;
  return () => {
    if (held) locked.delete(user);
    held = false;
  };
}

async function list(mailbox: Mailbox, uid: number, sizeOctets: number): Promise<MaildropMessage> {
  const content = await mailbox.content(uid);
  const octets = content?.octets; // what is not in memory is not read to be counted
  await content?.close();
  return { octets: octets === undefined ? sizeOctets : sentOctets(octets), uid: `${mailbox.uidValidity}.${uid}`, utf8: octets !== undefined && hasUtf8Header(octets) };
}

/** The size of a message as it is sent, every line with CRLF. @rfc 1939 11 */
export function sentOctets(octets: Uint8Array): number {
  const scanner = new TextScanner();
  let added = 0;
  for (let at = scanner.next(octets, 0); scanner.kind !== 'none'; at = scanner.next(octets, at + 1)) {
    if (scanner.kind !== 'bare-cr' && scanner.kind !== 'bare-lf') continue;
    added++;
    scanner.startLine();
  }
  if (octets.at(-1) === CR) return octets.length + added + 1;
  return octets.at(-1) === LF || octets.length === 0 ? octets.length + added : octets.length + added + 2;
}

/** Whether an octet above ASCII stands before the first empty line. @rfc 6856 2.1 */
function hasUtf8Header(octets: Uint8Array): boolean {
  for (let at = 0, lineStart = 0; at < octets.length; at++) {
    const octet = octets[at]!;
    if (octet > 0x7f) return true;
    if (octet !== LF) continue;
    const lineOctets = at - lineStart - (octets[at - 1] === CR ? 1 : 0);
    if (lineOctets <= 0) return false;
    lineStart = at + 1;
  }
  return false;
}
