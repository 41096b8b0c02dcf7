/**
 * A file system in memory that can stop between any two steps, and that knows what would survive a loss of power: octets that were synced, and
 * names in directories that were synced. Of names that were not, any may survive; a change of a name does so as a whole.
 */
import { concatOctets } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { ReadableFile, StoreFileSystem } from '../../src/store/file-system.ts';

/** Thrown by every step after the last one. */
export class Crash extends Error {}

interface FileNode {
  octets: Uint8Array;
  synced: Uint8Array;
}

type Names = Map<string, FileNode>;

/** What is left when the machine comes back: all that was done, or only what is sure, or that and some of the rest. */
export type Survival = 'all' | 'synced' | 'some';

/** A change of names that is not sure yet. */
interface NameChange {
  readonly directories: readonly string[];
  apply(names: Names): void;
}

export class CrashFileSystem implements StoreFileSystem {
  /** Steps that change something, so far. */
  steps = 0;
  /** The step with this number, and all after it, fail; half of what it would write is written. */
  crashAt: number = Infinity;
  readonly #files: Names = new Map();
  #sureFiles: Names = new Map();
  #unsure: NameChange[] = [];
  readonly #directories: Set<string> = new Set(['']);

  /** The file system after a restart. */
  restart(survival: Survival): CrashFileSystem {
    const next = new CrashFileSystem();
    for (const directory of this.#directories) next.#directories.add(directory);
    const random = new SeededRandom(this.steps);
    const names = new Map(survival === 'all' ? this.#files : this.#sureFiles);
    if (survival === 'some') for (const change of this.#unsure) if (random.chance(0.5)) change.apply(names);
    for (const [path, node] of names) {
      const octets = survival === 'all' || (survival === 'some' && random.chance(0.5)) ? node.octets : node.synced;
      next.#files.set(path, { octets, synced: octets });
    }
    next.#sureFiles = new Map(next.#files);
    return next;
  }

  async makeDirectory(path: string): Promise<void> {
    if (this.#directories.has(path)) return;
    this.#step();
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) this.#directories.add(path.slice(0, at));
    this.#directories.add(path);
  }

  async list(path: string): Promise<readonly { readonly name: string; readonly kind: 'file' | 'directory' }[]> {
    if (!this.#directories.has(path)) throw systemError('ENOENT');
    const within = (paths: Iterable<string>): string[] => [...paths].filter((other) => parentOf(other) === path && other !== path).map((other) => other.slice(path.length + 1));
    return [...within(this.#files.keys()).map((name) => ({ name, kind: 'file' as const })), ...within(this.#directories).map((name) => ({ name, kind: 'directory' as const }))];
  }

  async create(path: string): ReturnType<StoreFileSystem['create']> {
    this.#step();
    if (this.#files.has(path)) throw systemError('EEXIST');
    if (!this.#directories.has(parentOf(path))) throw systemError('ENOENT');
    const node: FileNode = { octets: new Uint8Array(), synced: new Uint8Array() };
    this.#change([parentOf(path)], (names) => names.set(path, node));
    return {
      write: async (octets) => this.#write(node, octets),
      sync: async () => {
        this.#step();
        node.synced = node.octets;
      },
      close: async () => undefined,
    };
  }

  async append(path: string, octets: Uint8Array): Promise<void> {
    const node = this.#files.get(path);
    if (node === undefined) throw systemError('ENOENT');
    this.#write(node, octets);
    this.#step();
    node.synced = node.octets;
  }

  async read(path: string): Promise<Uint8Array> {
    return this.#find(path).octets;
  }

  async open(path: string): Promise<ReadableFile> {
    const { octets } = this.#find(path);
    return { sizeOctets: octets.length, read: async (from, to) => octets.subarray(from, to), close: async () => undefined };
  }

  async modifiedMs(): Promise<number> {
    return 0;
  }

  async link(from: string, to: string): Promise<void> {
    this.#step();
    const node = this.#find(from);
    this.#change([parentOf(to)], (names) => names.set(to, node));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step();
    if (this.#directories.has(from)) return this.#renameDirectory(from, to);
    const node = this.#find(from);
    this.#change([parentOf(from), parentOf(to)], (names) => names.set(to, node).delete(from));
  }

  async remove(path: string): Promise<void> {
    this.#step();
    this.#find(path);
    this.#change([parentOf(path)], (names) => names.delete(path));
  }

  /** Each file is a step, as it is for the system. */
  async removeTree(path: string): Promise<void> {
    for (const other of [...this.#files.keys()].filter((name) => name.startsWith(`${path}/`))) {
      this.#step();
      this.#files.delete(other);
      this.#sureFiles.delete(other);
    }
    this.#step();
    for (const other of [...this.#directories]) if (other === path || other.startsWith(`${path}/`)) this.#directories.delete(other);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#step();
    for (const change of this.#unsure) if (change.directories.includes(path)) change.apply(this.#sureFiles);
    this.#unsure = this.#unsure.filter(({ directories }) => !directories.includes(path));
  }

  /** A directory's new name is taken to survive with it: what is tested is files. */
  #renameDirectory(from: string, to: string): void {
    const moved = (path: string): string => to + path.slice(from.length);
    const isWithin = (path: string): boolean => path === from || path.startsWith(`${from}/`);
    for (const names of [this.#files, this.#sureFiles]) {
      for (const [path, node] of [...names]) {
        if (!isWithin(path)) continue;
        names.delete(path);
        names.set(moved(path), node);
      }
    }
    this.#unsure = this.#unsure.filter(({ directories }) => !directories.some(isWithin));
    for (const path of [...this.#directories].filter(isWithin)) {
      this.#directories.delete(path);
      this.#directories.add(moved(path));
    }
  }

  #change(directories: readonly string[], apply: (names: Names) => void): void {
    apply(this.#files);
    this.#unsure.push({ directories, apply });
  }

  #write(node: FileNode, octets: Uint8Array): void {
    if (this.steps >= this.crashAt) throw new Crash();
    if (this.steps + 1 >= this.crashAt) node.octets = concatOctets([node.octets, octets.subarray(0, octets.length >> 1)]);
    this.#step();
    node.octets = concatOctets([node.octets, octets]);
  }

  #find(path: string): FileNode {
    const node = this.#files.get(path);
    if (node === undefined) throw systemError('ENOENT');
    return node;
  }

  #step(): void {
    if (++this.steps >= this.crashAt) throw new Crash();
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'test' });
}
