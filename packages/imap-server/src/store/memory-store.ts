/**
 * A mail store in memory, filled from one object literal: for tests, and for servers that catch mail. The same fixture gives the same
 * UIDs, UIDVALIDITYs and ids each time.
 *
 * Read next: `memory-account.ts`, `mailbox-core.ts`.
 */
import type { Secret } from '@mailwright/sasl';
import { systemClock } from '@mailwright/net';
import { encodeUtf8 } from '@mailwright/wire';
import { CoreAccount, EXPUNGED_HISTORY } from './account-core.ts';
import { EMPTY_STATE, withExtras } from './account-state.ts';
import type { AccountState } from './account-state.ts';
import type { MailAccount } from './mail-account.ts';
import type { MailStore, SecretsAddOn } from './mail-store.ts';
import type { InternalDate } from './mailbox.ts';
import { checkMailboxName } from './mailbox-name.ts';
import { MemoryAccountStorage } from './memory-account.ts';

/** A message: octets are taken as they are; of a text the line ends become CRLF, and it is written in UTF-8. */
export type MessageFixture = Uint8Array | string | {
  readonly raw: Uint8Array | string;
  readonly flags?: readonly string[] | undefined;
  /** Default: the time of the store's clock. */
  readonly internalDate?: InternalDate | Date | undefined;
};

/** The messages of a mailbox, or more about it. */
export type MailboxFixture = readonly MessageFixture[] | {
  readonly messages?: readonly MessageFixture[] | undefined;
  readonly subscribed?: boolean | undefined;
  readonly specialUse?: readonly string[] | undefined;
};

export interface UserFixture {
  /** Without one nobody logs in as this user. */
  readonly password?: string | undefined;
  /** `INBOX` is there in any case. */
  readonly mailboxes?: Readonly<Record<string, MailboxFixture>> | undefined;
}

export interface MemoryStoreOptions {
  readonly users?: Readonly<Record<string, UserFixture>> | undefined;
  /** Default: the system's. */
  readonly clock?: { wallTime(): number } | undefined;
  /** The UIDVALIDITY of the first mailbox; each later one gets one more. Default 1. */
  readonly firstUidValidity?: number | undefined;
  /** Ranges of UIDs of removed messages that a mailbox remembers. Default 10,000. */
  readonly expungedHistory?: number | undefined;
}

/** A `MailStore` in memory. */
export class MemoryStore implements MailStore {
  readonly secrets: SecretsAddOn;
  readonly #users: Map<string, UserFixture>;
  readonly #accounts: Map<string, Promise<CoreAccount>> = new Map();
  readonly #wallTime: () => number;
  readonly #expungedHistory: number;
  readonly #firstUidValidity: number;

  /** Errors: a `TypeError` or `RangeError` for options that can't be; what is wrong with a mailbox of the fixture rejects when its account is opened. */
  constructor(options: MemoryStoreOptions = {}) {
    const { users = {}, clock = systemClock, firstUidValidity = 1, expungedHistory = EXPUNGED_HISTORY } = options;
    if (!Number.isInteger(firstUidValidity) || firstUidValidity < 1 || firstUidValidity > 0x7fff_ffff) throw new RangeError('firstUidValidity must be from 1 to 2^31 - 1');
    if (!Number.isInteger(expungedHistory) || expungedHistory < 0) throw new RangeError('expungedHistory must be a natural number');
    this.#users = new Map(Object.entries(users));
    this.#wallTime = () => clock.wallTime();
    this.#expungedHistory = expungedHistory;
    this.#firstUidValidity = firstUidValidity;
    this.secrets = { secret: async (user) => this.#secret(user) };
  }

  /** Adds a user, or gives a known one more: the password is the new one, the mailboxes are those before. */
  addUser(user: string, fixture: UserFixture = {}): void {
    const known = this.#users.get(user);
    this.#users.set(user, known === undefined ? fixture : { ...known, password: fixture.password });
  }

  async account(user: string): Promise<MailAccount | undefined> {
    const fixture = this.#users.get(user);
    if (fixture === undefined) return undefined;
    let account = this.#accounts.get(user);
    if (account === undefined) this.#accounts.set(user, (account = this.#openAccount(user, fixture)));
    return account;
  }

  async close(): Promise<void> {
    for (const account of this.#accounts.values()) await (await account).close();
  }

  #secret(user: string): Secret | undefined {
    const password = this.#users.get(user)?.password;
    return password === undefined ? undefined : { password };
  }

  async #openAccount(user: string, fixture: UserFixture): Promise<CoreAccount> {
    const mailboxes = new Map(Object.entries(fixture.mailboxes ?? {}).map(([name, mailbox]) => [checkMailboxName(name), readMailbox(mailbox)]));
    const storage = new MemoryAccountStorage(`A${user.replace(/[^A-Za-z0-9]/g, (c) => `_${c.charCodeAt(0).toString(16)}_`)}`, this.#firstUidValidity);
    const account = new CoreAccount(user, storage, fixtureState(mailboxes), { wallTime: this.#wallTime, expungedHistory: this.#expungedHistory });
    await account.open('INBOX'); // first, so that its UIDVALIDITY does not depend on who asks
    for (const [name, { messages }] of mailboxes) {
      const mailbox = name === 'INBOX' ? await account.open(name) : await account.create(name);
      await mailbox.append(messages.map(readMessage));
      mailbox.markSeasoned();
    }
    return account;
  }
}

interface ReadMailbox {
  readonly messages: readonly MessageFixture[];
  readonly subscribed: boolean;
  readonly specialUse: readonly string[];
}

function readMailbox(fixture: MailboxFixture): ReadMailbox {
  const given = 'length' in fixture ? { messages: fixture } : fixture;
  return { messages: given.messages ?? [], subscribed: given.subscribed ?? false, specialUse: given.specialUse ?? [] };
}

function fixtureState(mailboxes: ReadonlyMap<string, ReadMailbox>): AccountState {
  let state: AccountState = { ...EMPTY_STATE, subscriptions: new Set([...mailboxes].filter(([, { subscribed }]) => subscribed).map(([name]) => name)) };
  for (const [name, { specialUse }] of mailboxes) state = withExtras(state, name, { specialUse, metadata: new Map(), acl: new Map() });
  return state;
}

function readMessage(fixture: MessageFixture): { readonly body: Uint8Array; readonly flags: readonly string[]; readonly internalDate: InternalDate | undefined } {
  const { raw, flags = [], internalDate } = typeof fixture === 'string' || fixture instanceof Uint8Array ? { raw: fixture } : fixture;
  const body = typeof raw === 'string' ? encodeUtf8(raw.replace(/\r?\n/g, '\r\n')) : raw;
  return { body, flags, internalDate: internalDate instanceof Date ? { ms: internalDate.getTime(), offsetMinutes: 0 } : internalDate };
}
