/**
 * A mail store in directories that other programs understand: Maildir, with Maildir++ folders. Mail transfer agents deliver into `new`, mail
 * readers see the same flags. What is resolved is on the disk.
 *
 * Read next: `maildir-account.ts`, `maildir-mailbox.ts`.
 */
import type { Random } from '@mailwright/wire';
import { systemClock, systemRandom } from '@mailwright/net';
import { CoreAccount, EXPUNGED_HISTORY } from './account-core.ts';
import { nodeFileSystem } from './file-system.ts';
import type { StoreFileSystem } from './file-system.ts';
import type { MailAccount } from './mail-account.ts';
import type { MailStore, SecretsAddOn } from './mail-store.ts';
import { MaildirAccountStorage } from './maildir-account.ts';
import type { MaildirMailboxOptions } from './maildir-mailbox.ts';
import { userDirectory } from './maildir-names.ts';

export interface MaildirUser {
  /** Without one nobody logs in as this user. */
  readonly password?: string | undefined;
  /** The Maildir. Default: a directory of the store's, named for the user. */
  readonly directory?: string | undefined;
}

export interface MaildirStoreOptions {
  /** The directory in which users have theirs. */
  readonly directory: string;
  readonly users: Readonly<Record<string, MaildirUser>>;
  /** Default: the system's. */
  readonly clock?: { wallTime(): number } | undefined;
  readonly random?: Random | undefined;
  readonly fileSystem?: StoreFileSystem | undefined;
  /** Ranges of UIDs of removed messages that a mailbox remembers. Default 10,000. */
  readonly expungedHistory?: number | undefined;
}

const TOKEN_OCTETS = 12;

/** A `MailStore` of Maildirs. One process at a time has an account open this way. */
export class MaildirStore implements MailStore {
  readonly secrets: SecretsAddOn;
  readonly #directory: string;
  readonly #users: ReadonlyMap<string, MaildirUser>;
  readonly #accounts: Map<string, Promise<CoreAccount>> = new Map();
  readonly #options: MaildirMailboxOptions;

  /** Errors: a `TypeError` or `RangeError` for options that can't be. What the file system says rejects when an account is opened. */
  constructor(options: MaildirStoreOptions) {
    const { directory, users, clock = systemClock, random = systemRandom, fileSystem = nodeFileSystem, expungedHistory = EXPUNGED_HISTORY } = options;
    if (typeof directory !== 'string' || directory === '') throw new TypeError('directory must be the path of a directory');
    if (!Number.isInteger(expungedHistory) || expungedHistory < 0) throw new RangeError('expungedHistory must be a natural number');
    this.#directory = directory;
    this.#users = new Map(Object.entries(users));
    const makeToken = (): string => [...random.octets(TOKEN_OCTETS)].map((octet) => octet.toString(16).padStart(2, '0')).join('');
    this.#options = { fileSystem, makeToken, wallTime: () => clock.wallTime(), expungedHistory };
    this.secrets = {
      secret: async (user) => {
        const password = this.#users.get(user)?.password;
        return password === undefined ? undefined : { password };
      },
    };
  }

  async account(user: string): Promise<MailAccount | undefined> {
    const known = this.#users.get(user);
    if (known === undefined) return undefined;
    let account = this.#accounts.get(user);
    if (account === undefined) {
      account = this.#openAccount(user, known);
      this.#accounts.set(user, account);
      account.catch(() => this.#accounts.delete(user)); // the next one tries again
    }
    return account;
  }

  async close(): Promise<void> {
    for (const account of this.#accounts.values()) await (await account).close();
  }

  async #openAccount(user: string, { directory }: MaildirUser): Promise<CoreAccount> {
    const { wallTime, expungedHistory } = this.#options;
    const { storage, state } = await MaildirAccountStorage.openAccount(directory ?? `${this.#directory}/${userDirectory(user)}`, this.#options);
    return new CoreAccount(user, storage, state, { wallTime, expungedHistory });
  }
}
