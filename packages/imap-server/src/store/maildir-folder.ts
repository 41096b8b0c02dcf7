/**
 * The files of one Maildir folder: where they are, finding them again when other programs gave them other names, and the letters of keywords.
 *
 * Read next: `maildir-names.ts`.
 */
import { encodeUtf8, utf8 } from '@mailwright/wire';
import { hasErrorCode, readIfThere, replaceFile } from './file-system.ts';
import type { ReadableFile, StoreFileSystem } from './file-system.ts';
import { countBareLfOf } from './line-end-content.ts';
import type { StagedBody } from './mailbox.ts';
import { formatKeywordFile, formatMessageFileName, parseMessageFileName, readKeywordFile, withKeywords } from './maildir-names.ts';
import type { KeywordLetters } from './maildir-names.ts';

const KEYWORDS = 'dovecot-keywords';
const COPY_OCTETS = 1 << 20;
/** File systems that keep times in steps of two seconds exist. */
const CLOCK_TICK_MS = 2500;
/** A delivery takes no longer. */
const TMP_MS = 36 * 60 * 60 * 1000;

/** A file of a message. */
export interface FolderFile {
  readonly place: 'tmp' | 'new' | 'cur';
  readonly name: string;
  readonly base: string;
  readonly letters: string;
}

/** A body that is in a file of the folder: in `tmp`, or where another program put it. */
export class MaildirBody implements StagedBody {
  readonly type = 'staged';
  readonly folder: MaildirFolder;
  readonly file: FolderFile;
  readonly sizeOctets: number;
  readonly hasLocalLineEnds: boolean;
  isTaken: boolean;

  constructor(folder: MaildirFolder, file: FolderFile, sizeOctets: number, hasLocalLineEnds: boolean) {
    this.folder = folder;
    this.file = file;
    this.sizeOctets = sizeOctets;
    this.hasLocalLineEnds = hasLocalLineEnds;
    this.isTaken = file.place !== 'tmp';
  }

  async discard(): Promise<void> {
    if (this.isTaken) return;
    this.isTaken = true;
    await this.folder.removeIfThere(this.folder.path('tmp', this.file.name));
  }
}

export class MaildirFolder {
  directory: string;
  readonly #fileSystem: StoreFileSystem;
  #files: Map<string, FolderFile> = new Map();
  #keywords: KeywordLetters = [];
  readonly #wallTime: () => number;
  /** When the directories were changed last, as of the last look. */
  #scanned = '';

  constructor(directory: string, fileSystem: StoreFileSystem, wallTime: () => number) {
    this.directory = directory;
    this.#fileSystem = fileSystem;
    this.#wallTime = wallTime;
  }

  path(...parts: readonly string[]): string {
    return [this.directory, ...parts].join('/');
  }

  get keywords(): KeywordLetters {
    return this.#keywords;
  }

  has(base: string): boolean {
    return this.#files.has(base);
  }

  file(base: string): FolderFile | undefined {
    return this.#files.get(base);
  }

  /** Files with other bases than `known`, in the order in which they were delivered, as far as their names say. */
  others(known: ReadonlySet<string>): readonly FolderFile[] {
    const seconds = (file: FolderFile): number => Number(/^\d{1,15}/.exec(file.base)?.[0] ?? 0);
    return [...this.#files.values()].filter(({ base }) => !known.has(base)).sort((a, b) => seconds(a) - seconds(b) || (a.base < b.base ? -1 : 1));
  }

  /** Looks at `new` and `cur`, in this order: that is the way files go. */
  async scan(): Promise<void> {
    const files = new Map<string, FolderFile>();
    const modified = await this.modified();
    for (const place of ['new', 'cur'] as const) {
      for (const name of await this.names(place)) {
        const parsed = parseMessageFileName(name);
        if (parsed !== undefined) files.set(parsed.base, { place, name, ...parsed });
      }
    }
    this.#files = files;
    this.#scanned = modified;
    const text = await readIfThere(this.#fileSystem, this.path(KEYWORDS));
    this.#keywords = text === undefined ? [] : readKeywordFile(utf8(text));
  }

  async isThere(): Promise<boolean> {
    return this.#fileSystem.list(this.directory).then(() => true, (error: unknown) => {
      if (hasErrorCode(error, 'ENOENT')) return false;
      throw error;
    });
  }

  /** When `new` and `cur` were changed last, as a text to be compared. */
  async modified(): Promise<string> {
    return `${await this.#fileSystem.modifiedMs(this.path('new'))} ${await this.#fileSystem.modifiedMs(this.path('cur'))}`;
  }

  /** Whether nothing happened in `new` and `cur` since. In the time of a change within the same tick of the file system's clock that would not be seen. */
  async isUnchangedSince(modified: string): Promise<boolean> {
    const now = await this.modified();
    return now === modified && Math.max(...now.split(' ').map(Number)) < this.#wallTime() - CLOCK_TICK_MS;
  }

  async names(place: string): Promise<readonly string[]> {
    return (await this.#fileSystem.list(this.path(place))).filter(({ kind }) => kind === 'file').map(({ name }) => name);
  }

  /** Runs `work` with the path of a file; looks for the file once more where it has another name. `undefined` where it is gone. */
  async withFile<T>(base: string, work: (path: string, file: FolderFile) => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const file = this.#files.get(base);
      if (file !== undefined) {
        try {
          return await work(this.path(file.place, file.name), file);
        } catch (error) {
          if (!hasErrorCode(error, 'ENOENT')) throw error;
        }
      }
      if (attempt === 0 && !(await this.isUnchangedSince(this.#scanned))) await this.scan(); // where many files are gone, one look tells
    }
    return undefined;
  }

  /** Moves a file that is in `tmp`, `new` or `cur` to `cur`. */
  async moveToCur(file: FolderFile, letters: string): Promise<void> {
    const { base } = file;
    const name = formatMessageFileName({ base, letters });
    if (file.place !== 'cur' || file.name !== name) await this.#fileSystem.rename(this.path(file.place, file.name), this.path('cur', name));
    this.#files.set(base, { place: 'cur', name, base, letters });
  }

  /** Gives a file other letters. Nothing where it is gone. */
  async rename(base: string, change: (letters: string) => string): Promise<void> {
    await this.withFile(base, (_, file) => this.moveToCur(file, change(file.letters)));
  }

  /** Nothing where it was not there when the folder was looked at last. */
  async remove(base: string): Promise<void> {
    if (!this.#files.has(base)) return;
    await this.withFile(base, (path) => this.#fileSystem.remove(path));
    this.#files.delete(base);
  }

  async removeIfThere(path: string): Promise<void> {
    try {
      await this.#fileSystem.remove(path);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  }

  /** Gives letters to keywords that have none, and writes them down before a file's name has them. */
  async learnKeywords(flags: readonly string[]): Promise<void> {
    const keywords = withKeywords(this.#keywords, flags);
    if (keywords === this.#keywords) return;
    await replaceFile(this.#fileSystem, this.directory, KEYWORDS, encodeUtf8(formatKeywordFile(keywords)));
    this.#keywords = keywords;
  }

  /** A file of another program: its size as it is served. `undefined` where it is gone already. */
  async examine(file: FolderFile): Promise<{ readonly body: MaildirBody; readonly modifiedMs: number } | undefined> {
    const path = this.path(file.place, file.name);
    try {
      const modifiedMs = await this.#fileSystem.modifiedMs(path);
      const opened = await this.#fileSystem.open(path);
      const missing = await countBareLfOf(opened).finally(() => opened.close());
      return { body: new MaildirBody(this, file, opened.sizeOctets + missing, missing > 0), modifiedMs };
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** A second name for the same octets in `tmp`; a copy where the file system has no second names. */
  async linkOrCopy(from: string, name: string): Promise<true> {
    const to = this.path('tmp', name);
    try {
      await this.#fileSystem.link(from, to);
    } catch (error) {
      if (!hasErrorCode(error, 'EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
      const source = await this.#fileSystem.open(from);
      await this.#copy(source, to).finally(() => source.close());
    }
    return true;
  }

  /** Removes what deliveries left behind that never ended. */
  async clearTmp(wallTime: number): Promise<void> {
    for (const name of await this.names('tmp')) {
      const path = this.path('tmp', name);
      const modifiedMs = await this.#fileSystem.modifiedMs(path).catch(() => wallTime);
      if (modifiedMs < wallTime - TMP_MS) await this.removeIfThere(path);
    }
  }

  async #copy(source: ReadableFile, to: string): Promise<void> {
    const file = await this.#fileSystem.create(to);
    try {
      for (let at = 0; at < source.sizeOctets; at += COPY_OCTETS) await file.write(await source.read(at, at + COPY_OCTETS));
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
