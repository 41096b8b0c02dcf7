/**
 * One folder of a Maildir: `tmp`, `new`, `cur`, and the file of UIDs (`uid-list.ts`), which decides.
 *
 * Every change is a row of steps, and between any two of them the process may end. A message is written to `tmp` and synced; then a group of
 * lines in the file of UIDs makes it, and all that came with it, part of the mailbox; then the files go to `cur`. Who opens the folder after a
 * crash does what is still to be done: files go from `tmp` to `cur`, files of removed messages are removed. Flags are in the file's name, as
 * other programs expect it; those that no letter fits are in the file of UIDs alone.
 *
 * One process at a time opens a folder this way. Any number of programs may deliver into `new`, and may change the flags of files or remove them:
 * `findChanges` notices.
 *
 * Read next: `maildir-folder.ts` (finding files), `maildir-account.ts`.
 */
import type { Body } from '@mailwright/wire';
import { encodeUtf8 } from '@mailwright/wire';
import { ExpungedLog } from './expunged-log.ts';
import type { Expunged } from './expunged-log.ts';
import { replaceFile } from './file-system.ts';
import type { StoreFileSystem } from './file-system.ts';
import { addCarriageReturns, fileContent, lineEndContent } from './line-end-content.ts';
import { MaildirFolder, MaildirBody } from './maildir-folder.ts';
import type { FolderFile } from './maildir-folder.ts';
import type { StagedBody, StoredMessage } from './mailbox.ts';
import type { AddedMessage, FoundMessage, LoadedMailbox, MailboxStorage, StorageChanges } from './mailbox-storage.ts';
import { flagsOf, foreignLetters, letterOf, lettersOf } from './maildir-names.ts';
import { octetsContent } from './message-content.ts';
import type { MessageContent } from './message-content.ts';
import { readBody } from './read-body.ts';
import { MailStoreError, rethrow } from './store-error.ts';
import { formatAdded, formatExpunged, formatFlags, formatUidList } from './uid-list.ts';
import type { UidEntry, UidList } from './uid-list.ts';

export const UID_LIST = 'mailwright-uidlist';
/** Smaller files are read at once: one file less that is open. */
const SMALL_FILE_OCTETS = 131_072;
/** Lines that say nothing new are allowed before the file is written anew. */
const SPARE_LINES = 1000;

export interface MaildirMailboxOptions {
  readonly fileSystem: StoreFileSystem;
  /** Hexadecimal digits that nobody guesses. */
  readonly makeToken: () => string;
  readonly wallTime: () => number;
  readonly expungedHistory: number;
}

export class MaildirMailbox implements MailboxStorage {
  readonly #folder: MaildirFolder;
  readonly #options: MaildirMailboxOptions;
  readonly #uidValidity: number;
  readonly #mailboxId: string;
  readonly #entries: Map<number, UidEntry>;
  readonly #expunged: ExpungedLog;
  /** Files of removed messages that the system would not remove: no new messages. They are removed when the folder is opened again. */
  readonly #leftBehind: Set<string> = new Set();
  /** When the directories were changed last, as of a look that found nothing. */
  #quietSince: string | undefined = undefined;
  #uidNext: number;
  #highestModseq: bigint;
  #lineCount: number;
  /** The file of UIDs ends in the middle of something, or may: it is written anew before anything else is. */
  #isTorn: boolean;
  /** Files were removed, and that may not survive a loss of power. */
  #hasRemoved = false;

  constructor(folder: MaildirFolder, list: UidList, options: MaildirMailboxOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#uidValidity = list.uidValidity;
    this.#mailboxId = list.mailboxId;
    this.#entries = new Map(list.entries.map((entry) => [entry.message.uid, entry]));
    this.#expunged = new ExpungedLog(options.expungedHistory, list.expungedHorizon, list.expunged);
    this.#uidNext = list.uidNext;
    this.#highestModseq = list.highestModseq;
    this.#lineCount = list.lineCount;
    this.#isTorn = !list.isWhole;
  }

  /** The directory was given another name. */
  set directory(directory: string) {
    this.#folder.directory = directory;
  }

  load(): LoadedMailbox {
    return {
      storage: this, mailboxId: this.#mailboxId, uidValidity: this.#uidValidity, uidNext: this.#uidNext, highestModseq: this.#highestModseq,
      messages: [...this.#entries.values()].map(({ message }) => message), keywords: this.#knownKeywords(), expunged: [...this.#expunged.entries], expungedHorizon: this.#expunged.horizon,
    };
  }

  async stage(body: Body, sizeOctets: number | undefined): Promise<StagedBody> {
    const base = this.#makeBase();
    const path = this.#folder.path('tmp', base);
    const file = await this.#options.fileSystem.create(path).catch(rethrow);
    let octetCount = 0;
    try {
      for await (const chunk of readBody(body, sizeOctets)) {
        octetCount += chunk.length;
        await file.write(chunk).catch(rethrow);
      }
      await file.sync().catch(rethrow);
      await file.close().catch(rethrow);
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.#folder.removeIfThere(path).catch(() => undefined);
      throw error;
    }
    return new MaildirBody(this.#folder, { place: 'tmp', name: base, base, letters: '' }, octetCount, false);
  }

  async stageCopy(source: MailboxStorage, message: StoredMessage): Promise<StagedBody | undefined> {
    const from = source as MaildirMailbox;
    const entry = from.#entries.get(message.uid);
    if (entry === undefined) return undefined;
    const base = this.#makeBase();
    const isThere = await from.#folder.withFile(entry.base, (path) => this.#folder.linkOrCopy(path, base));
    if (isThere === undefined) return undefined;
    return new MaildirBody(this.#folder, { place: 'tmp', name: base, base, letters: '' }, message.sizeOctets, entry.hasLocalLineEnds);
  }

  async add(messages: readonly AddedMessage[]): Promise<void> {
    const { fileSystem } = this.#options;
    const entries: { readonly entry: UidEntry; readonly file: FolderFile }[] = [];
    for (const { message, body } of messages) {
      if (!(body instanceof MaildirBody) || body.folder !== this.#folder) throw new TypeError('the body was staged in another mailbox');
      entries.push({ entry: { message, base: body.file.base, hasLocalLineEnds: body.hasLocalLineEnds }, file: body.file });
    }
    await this.#folder.learnKeywords(messages.flatMap(({ message }) => message.flags));
    if (entries.length > 1) await fileSystem.syncDirectory(this.#folder.path('tmp')); // all or none: no file may be lost once the lines are there
    await this.#write(formatAdded(entries.map(({ entry }) => entry)), entries.length);
    this.#isTorn = true; // until the files are in their place: else the lines are taken back
    await this.#moveAll(entries);
    this.#isTorn = false;
    for (const { body } of messages) (body as MaildirBody).isTaken = true;
    for (const { entry } of entries) this.#keep(entry);
  }

  /** All of them, or none of those that were staged here: a file that stayed in `cur` would be found as a message that nobody appended. */
  async #moveAll(entries: readonly { readonly entry: UidEntry; readonly file: FolderFile }[]): Promise<void> {
    const moved: string[] = [];
    try {
      for (const { entry, file } of entries) {
        await this.#folder.moveToCur(file, this.#lettersFor(entry.message, file.letters));
        if (file.place === 'tmp') moved.push(entry.base);
      }
      await this.#options.fileSystem.syncDirectory(this.#folder.path('cur'));
    } catch (error) {
      for (const base of moved) await this.#folder.remove(base).catch(() => this.#leftBehind.add(base));
      throw error;
    }
  }

  async setFlags(messages: readonly StoredMessage[]): Promise<void> {
    await this.#folder.learnKeywords(messages.flatMap(({ flags }) => flags));
    for (const message of messages) {
      const entry = this.#entries.get(message.uid);
      if (entry === undefined) continue;
      await this.#folder.rename(entry.base, (letters) => this.#lettersFor(message, letters));
      this.#keep({ ...entry, message });
    }
    await this.#options.fileSystem.syncDirectory(this.#folder.path('cur'));
    await this.#write(formatFlags(messages), messages.length);
  }

  async remove(messages: readonly StoredMessage[], expunged: Expunged): Promise<void> {
    await this.#write(formatExpunged(expunged), 1);
    for (const { uid } of messages) {
      const entry = this.#entries.get(uid);
      this.#entries.delete(uid);
      this.#hasRemoved = true;
      if (entry !== undefined) await this.#folder.remove(entry.base).catch(() => this.#leftBehind.add(entry.base));
    }
    this.#expunged.add(expunged.modseq, messages.map(({ uid }) => uid));
    this.#noteModseq(expunged.modseq);
  }

  async content({ uid, sizeOctets }: StoredMessage): Promise<MessageContent | undefined> {
    const entry = this.#entries.get(uid);
    const file = entry === undefined ? undefined : await this.#folder.withFile(entry.base, (path) => this.#options.fileSystem.open(path));
    if (entry === undefined || file === undefined) return undefined;
    let isKept = false;
    try {
      if (file.sizeOctets > SMALL_FILE_OCTETS) {
        const content = entry.hasLocalLineEnds ? lineEndContent(file, sizeOctets) : fileContent(file);
        if (!entry.hasLocalLineEnds && file.sizeOctets !== sizeOctets) throw corrupt();
        isKept = true;
        return content;
      }
      const octets = await file.read(0, file.sizeOctets);
      const served = entry.hasLocalLineEnds ? addCarriageReturns(octets, 0) : octets;
      if (served.length !== sizeOctets) throw corrupt();
      return octetsContent(served);
    } finally {
      if (!isKept) await file.close();
    }
  }

  async findChanges(messages: readonly StoredMessage[]): Promise<StorageChanges | 'gone' | undefined> {
    if (!(await this.#folder.isThere())) return 'gone';
    const modified = await this.#folder.modified();
    if (this.#quietSince !== undefined && (await this.#folder.isUnchangedSince(this.#quietSince))) return undefined;
    await this.#folder.scan();
    const isMissing = ({ uid }: StoredMessage): boolean => !this.#folder.has(this.#entries.get(uid)?.base ?? '');
    // A file that is given another name while the directory is read may be in neither half of what was read: only who is missing twice is lost.
    if (messages.some(isMissing)) await this.#folder.scan();
    const lost = messages.filter(isMissing).map(({ uid }) => uid);
    const reflagged = messages.flatMap((message) => {
      const flags = this.#changedFlags(message);
      return flags === undefined ? [] : [{ uid: message.uid, flags }];
    });
    const known = new Set([...this.#entries.values()].map(({ base }) => base));
    for (const base of this.#leftBehind) known.add(base);
    const found: FoundMessage[] = [];
    for (const file of this.#folder.others(known)) {
      const message = await this.#folder.examine(file);
      if (message === undefined) continue;
      found.push({ body: message.body, flags: flagsOf(file.letters, this.#folder.keywords), internalDate: { ms: message.modifiedMs, offsetMinutes: 0 } });
    }
    if (lost.length > 0 || reflagged.length > 0 || found.length > 0) return { found, lost, reflagged };
    this.#quietSince = modified;
    return undefined;
  }

  /** For the account, when the folder is opened: what a crash left undone. */
  async recover(removedBases: ReadonlySet<string>): Promise<void> {
    await this.#folder.scan();
    for (const base of removedBases) await this.#folder.remove(base);
    this.#hasRemoved = removedBases.size > 0;
    const missing = [...this.#entries.values()].filter(({ base }) => !this.#folder.has(base));
    if (missing.length > 0) {
      const inTmp = new Set((await this.#folder.names('tmp')));
      const rescued = missing.filter(({ base }) => inTmp.has(base));
      for (const { base, message } of rescued) await this.#folder.moveToCur({ place: 'tmp', name: base, base, letters: '' }, this.#lettersFor(message, ''));
      if (rescued.length > 0) await this.#options.fileSystem.syncDirectory(this.#folder.path('cur'));
    }
    await this.#folder.clearTmp(this.#options.wallTime());
    if (this.#isTorn || removedBases.size > 0) await this.#rewrite();
  }

  /** Writes the file of UIDs of a folder that has none yet. */
  async begin(): Promise<void> {
    await this.#rewrite();
  }

  #keep(entry: UidEntry): void {
    this.#entries.set(entry.message.uid, entry);
    this.#uidNext = Math.max(this.#uidNext, entry.message.uid + 1);
    this.#noteModseq(entry.message.modseq);
  }

  #noteModseq(modseq: bigint): void {
    if (modseq > this.#highestModseq) this.#highestModseq = modseq;
  }

  /** Letters for the flags, and those of other programs that mean nothing here. */
  #lettersFor({ flags }: StoredMessage, before: string): string {
    return [...lettersOf(flags, this.#folder.keywords), ...foreignLetters(before)].sort().join('');
  }

  /** The flags that the file's name says, with those that no letter fits; `undefined` where they are those of the message. */
  #changedFlags(message: StoredMessage): readonly string[] | undefined {
    const file = this.#folder.file(this.#entries.get(message.uid)?.base ?? '');
    const { keywords } = this.#folder;
    if (file === undefined) return undefined;
    const said = flagsOf(file.letters, keywords);
    if (lettersOf(said, keywords) === lettersOf(message.flags, keywords)) return undefined;
    return [...said, ...message.flags.filter((flag) => letterOf(flag, keywords) === undefined)];
  }

  #knownKeywords(): readonly string[] {
    const known = new Map(this.#folder.keywords.map((keyword) => [keyword.toLowerCase(), keyword]));
    for (const { message } of this.#entries.values()) for (const flag of message.flags) if (!flag.startsWith('\\') && !known.has(flag.toLowerCase())) known.set(flag.toLowerCase(), flag);
    return [...known.values()];
  }

  /** The seconds come first, as programs that sort names expect; the rest no other message has. */
  #makeBase(): string {
    return `${Math.floor(this.#options.wallTime() / 1000)}.R${this.#options.makeToken()}.mailwright`;
  }

  /** Appends a group of lines. Whatever fails, the next group is written to a file that is whole. */
  async #write(group: string, lineCount: number): Promise<void> {
    if (this.#isTorn || this.#lineCount > 2 * this.#entries.size + this.#expunged.entries.length + SPARE_LINES) await this.#rewrite();
    this.#isTorn = true;
    await this.#options.fileSystem.append(this.#folder.path(UID_LIST), encodeUtf8(group));
    this.#isTorn = false;
    this.#lineCount += lineCount + 1;
  }

  /** The new file does not say which files were removed: one that came back with the power would be taken for a new message. */
  async #rewrite(): Promise<void> {
    if (this.#hasRemoved) for (const place of ['new', 'cur']) await this.#options.fileSystem.syncDirectory(this.#folder.path(place));
    this.#hasRemoved = false;
    const text = formatUidList({
      uidValidity: this.#uidValidity, mailboxId: this.#mailboxId, uidNext: this.#uidNext, highestModseq: this.#highestModseq,
      expungedHorizon: this.#expunged.horizon, expunged: this.#expunged.entries, entries: [...this.#entries.values()],
    });
    await replaceFile(this.#options.fileSystem, this.#folder.directory, UID_LIST, encodeUtf8(text));
    this.#isTorn = false;
    this.#lineCount = this.#entries.size + this.#expunged.entries.length;
  }
}

function corrupt(): MailStoreError {
  return new MailStoreError('STORE_CORRUPT', 'the file of the message has another size than it had');
}

