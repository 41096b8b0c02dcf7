/**
 * The directory of one user: INBOX itself (`cur`, `new`, `tmp`), a directory for each other mailbox (`.Sent`, `.Lists.ietf`), and files for what
 * is of the account. A mailbox is made and deleted by one change of a name, so that it is there as a whole or not at all.
 *
 * Read next: `maildir-mailbox.ts`, `account-file.ts`.
 */
import { posix } from 'node:path';
import { encodeUtf8, utf8 } from '@mailwright/wire';
import { formatAccountFile, formatSubscriptions, parseAccountFile, parseSubscriptions } from './account-file.ts';
import type { AccountFile } from './account-file.ts';
import type { AccountState } from './account-state.ts';
import { readIfThere, replaceFile } from './file-system.ts';
import { MaildirFolder } from './maildir-folder.ts';
import { MaildirMailbox, UID_LIST } from './maildir-mailbox.ts';
import type { MaildirMailboxOptions } from './maildir-mailbox.ts';
import { folderOf, mailboxOf } from './maildir-names.ts';
import type { AccountStorage, LoadedMailbox } from './mailbox-storage.ts';
import { parseUidList } from './uid-list.ts';
import type { UidList } from './uid-list.ts';

const ACCOUNT = 'mailwright-account.json';
const SUBSCRIPTIONS = 'subscriptions';
const MAKING = 'mailwright-making-';
const DELETED = 'mailwright-deleted-';
const PLACES = ['tmp', 'new', 'cur'] as const;

/** An account that was opened. */
export interface OpenedAccount {
  readonly storage: MaildirAccountStorage;
  readonly state: AccountState;
}

export class MaildirAccountStorage implements AccountStorage {
  readonly #directory: string;
  readonly #options: MaildirMailboxOptions;
  /** Those that are open, by their directories' names. */
  readonly #open: Map<string, MaildirMailbox> = new Map();
  #file: AccountFile;

  private constructor(directory: string, options: MaildirMailboxOptions, file: AccountFile) {
    this.#directory = directory;
    this.#options = options;
    this.#file = file;
  }

  /** Makes the directory where it is missing, and does what a crash left undone. */
  static async openAccount(directory: string, options: MaildirMailboxOptions): Promise<OpenedAccount> {
    const { fileSystem } = options;
    for (const place of PLACES) await fileSystem.makeDirectory(`${directory}/${place}`);
    for (const { name, kind } of await fileSystem.list(directory)) {
      if (kind === 'directory' && (name.startsWith(MAKING) || name.startsWith(DELETED))) await fileSystem.removeTree(`${directory}/${name}`);
    }
    const known = parseAccountFile(await readText(options, `${directory}/${ACCOUNT}`));
    const file = known ?? { accountId: `A${options.makeToken()}`, lastUidValidity: 0, extras: new Map(), quotaLimits: new Map() };
    const storage = new MaildirAccountStorage(directory, options, file);
    if (known === undefined) {
      await storage.#saveFile(file);
      await fileSystem.syncDirectory(posix.dirname(directory));
    }
    const subscriptions = parseSubscriptions((await readText(options, `${directory}/${SUBSCRIPTIONS}`)) ?? '');
    return { storage, state: { subscriptions, extras: file.extras, quotaLimits: file.quotaLimits } };
  }

  get accountId(): string {
    return this.#file.accountId;
  }

  makeEmailId(): string {
    return `M${this.#options.makeToken()}`;
  }

  async saveState({ subscriptions, extras, quotaLimits }: AccountState): Promise<void> {
    const text = formatSubscriptions(subscriptions);
    if (text !== ((await readText(this.#options, `${this.#directory}/${SUBSCRIPTIONS}`)) ?? '')) {
      await replaceFile(this.#options.fileSystem, this.#directory, SUBSCRIPTIONS, encodeUtf8(text));
    }
    if (extras !== this.#file.extras || quotaLimits !== this.#file.quotaLimits) await this.#saveFile({ ...this.#file, extras, quotaLimits });
  }

  async names(): Promise<readonly string[]> {
    const names = ['INBOX'];
    for (const { name, kind } of await this.#options.fileSystem.list(this.#directory)) {
      const mailbox = kind === 'directory' ? mailboxOf(name) : undefined;
      if (mailbox !== undefined) names.push(mailbox);
    }
    return names;
  }

  async open(name: string): Promise<LoadedMailbox | undefined> {
    if (!(await this.names()).includes(name)) return undefined;
    const folder = folderOf(name);
    const directory = this.#path(folder);
    for (const place of PLACES) await this.#options.fileSystem.makeDirectory(`${directory}/${place}`);
    const text = await readText(this.#options, `${directory}/${UID_LIST}`);
    const known = text === undefined ? undefined : parseUidList(text);
    const list = known ?? (await this.#newList());
    const mailbox = new MaildirMailbox(new MaildirFolder(directory, this.#options.fileSystem, this.#options.wallTime), list, this.#options);
    if (known === undefined) await mailbox.begin();
    await mailbox.recover(list.removedBases);
    this.#open.set(folder, mailbox);
    return mailbox.load();
  }

  async create(name: string): Promise<LoadedMailbox> {
    const { fileSystem } = this.#options;
    const folder = folderOf(name);
    const making = this.#path(MAKING + this.#options.makeToken());
    const list = await this.#newList();
    for (const place of PLACES) await fileSystem.makeDirectory(`${making}/${place}`);
    await (await fileSystem.create(`${making}/maildirfolder`)).close(); // tells delivery programs that this is no account
    const mailbox = new MaildirMailbox(new MaildirFolder(making, fileSystem, this.#options.wallTime), list, this.#options);
    await mailbox.begin();
    await fileSystem.rename(making, this.#path(folder));
    await fileSystem.syncDirectory(this.#directory);
    mailbox.directory = this.#path(folder);
    this.#open.set(folder, mailbox);
    return mailbox.load();
  }

  async delete(name: string): Promise<void> {
    const { fileSystem } = this.#options;
    const folder = folderOf(name);
    const deleted = this.#path(DELETED + this.#options.makeToken());
    await fileSystem.rename(this.#path(folder), deleted);
    await fileSystem.syncDirectory(this.#directory);
    this.#open.delete(folder);
    await fileSystem.removeTree(deleted);
  }

  async rename(pairs: readonly (readonly [from: string, to: string])[]): Promise<void> {
    const folders = pairs.map(([from, to]) => [folderOf(from), folderOf(to)] as const);
    for (const [from, to] of folders) {
      await this.#options.fileSystem.rename(this.#path(from), this.#path(to));
      const mailbox = this.#open.get(from);
      if (mailbox === undefined) continue;
      mailbox.directory = this.#path(to);
      this.#open.delete(from);
      this.#open.set(to, mailbox);
    }
    await this.#options.fileSystem.syncDirectory(this.#directory);
  }

  async close(): Promise<void> {
    this.#open.clear();
  }

  #path(name: string): string {
    return name === '' ? this.#directory : `${this.#directory}/${name}`;
  }

  /** A UIDVALIDITY above all before is written down before a mailbox has it. @rfc 9051 2.3.1.1 */
  async #newList(): Promise<UidList> {
    const uidValidity = Math.max(this.#file.lastUidValidity + 1, Math.min(0xf000_0000, Math.floor(this.#options.wallTime() / 1000)), 1);
    await this.#saveFile({ ...this.#file, lastUidValidity: uidValidity });
    return {
      uidValidity, mailboxId: `F${this.#options.makeToken()}`, uidNext: 1, highestModseq: 1n, expungedHorizon: 0n, expunged: [], entries: [],
      removedBases: new Set(), isWhole: true, lineCount: 0,
    };
  }

  async #saveFile(file: AccountFile): Promise<void> {
    await replaceFile(this.#options.fileSystem, this.#directory, ACCOUNT, encodeUtf8(formatAccountFile(file)));
    this.#file = file;
  }
}

async function readText({ fileSystem }: MaildirMailboxOptions, path: string): Promise<string | undefined> {
  const octets = await readIfThere(fileSystem, path);
  return octets === undefined ? undefined : utf8(octets);
}
