/**
 * What a mail server keeps mail in, as IMAP, POP3 and a delivering SMTP server see it: accounts by user, mailboxes by name, messages by UID.
 *
 * The required part is small. What an extension needs beside it is an add-on: an interface of its own in a property that is
 * `undefined` where the store has nothing of the kind, so that a server announces what its store can do.
 *
 * Names of mailboxes are text as a person reads it, levels separated by `/`; `INBOX` is always in upper case. How a store writes them down
 * is its own affair.
 *
 * Read next: `mail-account.ts`, `mailbox.ts` (the required part), `add-ons.ts`, `memory-store.ts`, `maildir-store.ts`.
 */
import type { Secret } from '@mailwright/sasl';
import type { MailAccount } from './mail-account.ts';

/** A store. */
export interface MailStore {
  /** The account of a user, opened once and shared by all that ask for it; `undefined` where there is no such user. */
  account(user: string): Promise<MailAccount | undefined>;
  /** Add-on: what log-ins are checked against. */
  readonly secrets: SecretsAddOn | undefined;
  /** Waits for what is being written and lets go of everything. The store is not used afterwards. */
  close(): Promise<void>;
}

/** The store knows the users' secrets. */
export interface SecretsAddOn {
  /** What the user's log-in is checked against; `undefined` where there is no such user. */
  secret(user: string): Promise<Secret | undefined>;
}
