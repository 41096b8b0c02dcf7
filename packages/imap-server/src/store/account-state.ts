/** What an account keeps beside mailboxes: subscriptions, and what add-ons were told. */

/** Of one mailbox, or of the account itself under the name `''`. */
export interface MailboxExtras {
  readonly specialUse: readonly string[];
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly acl: ReadonlyMap<string, string>;
}

/** Never changed in place: each change makes a new one, which is kept when it was written down. */
export interface AccountState {
  readonly subscriptions: ReadonlySet<string>;
  readonly extras: ReadonlyMap<string, MailboxExtras>;
  readonly quotaLimits: ReadonlyMap<string, number>;
}

export const EMPTY_EXTRAS: MailboxExtras = { specialUse: [], metadata: new Map(), acl: new Map() };
export const EMPTY_STATE: AccountState = { subscriptions: new Set(), extras: new Map(), quotaLimits: new Map() };

/** The state with other extras for one name; extras that are empty are left out. */
export function withExtras(state: AccountState, name: string, extras: MailboxExtras | undefined): AccountState {
  const all = new Map(state.extras);
  const isEmpty = extras === undefined || (extras.specialUse.length === 0 && extras.metadata.size === 0 && extras.acl.size === 0);
  if (isEmpty) all.delete(name);
  else all.set(name, extras);
  return { ...state, extras: all };
}

/** The state after mailboxes were renamed. Subscriptions stay: they are names, not mailboxes. @rfc 9051 6.3.7 */
export function withRenamed(state: AccountState, pairs: readonly (readonly [string, string])[]): AccountState {
  let renamed = state;
  for (const [from, to] of pairs) {
    renamed = withExtras(withExtras(renamed, from, undefined), to, state.extras.get(from)); // what a mailbox of the new name once had is not this one's
  }
  return renamed;
}
