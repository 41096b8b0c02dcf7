/**
 * Mail that came by SMTP put where it is read: into the INBOX of each recipient, octet by octet as it came.
 *
 * A recipient belongs to the user whose name is the whole address, or else its local part, or else what of that stands before a `+`.
 */
import type { MailAccount, MailStore } from '@mailwright/imap-server';

/** The account of a recipient; `undefined` where the store has no such user. */
export async function accountOf(store: MailStore, address: string): Promise<MailAccount | undefined> {
  const local = address.slice(0, address.lastIndexOf('@'));
  const plus = local.indexOf('+');
  const names = new Set([address, address.toLowerCase(), local, local.toLowerCase(), ...(plus > 0 ? [local.slice(0, plus), local.slice(0, plus).toLowerCase()] : [])]);
  for (const name of names) {
    const account = await store.account(name);
    if (account !== undefined) return account;
  }
  return undefined;
}

/** Resolves when the message is in each INBOX, once in each. Recipients without an account are passed over. Rejects with what the store throws. */
export async function deliverTo(store: MailStore, recipients: readonly string[], octets: Uint8Array, receivedAt: number): Promise<void> {
  const accounts = new Set<MailAccount>();
  for (const address of recipients) {
    const account = await accountOf(store, address);
    if (account !== undefined) accounts.add(account);
  }
  for (const account of accounts) {
    const inbox = await account.open('INBOX');
    await inbox.append([{ body: octets, internalDate: { ms: receivedAt, offsetMinutes: 0 } }]);
  }
}
