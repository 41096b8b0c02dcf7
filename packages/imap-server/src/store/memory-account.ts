/**
 * What lies beneath `MemoryStore`: octets by UID, and counters. Nothing is written down, so every step is durable at once.
 *
 * Read next: `mailbox-storage.ts`, which says what each method is to do.
 */
import type { Body } from '@mailwright/wire';
import type { StagedBody, StoredMessage } from './mailbox.ts';
import type { AccountStorage, AddedMessage, LoadedMailbox, MailboxStorage, StorageChanges } from './mailbox-storage.ts';
import { octetsContent } from './message-content.ts';
import type { MessageContent } from './message-content.ts';
import { readWholeBody } from './read-body.ts';

/** A body that is in memory already, which is as good as written down. */
class MemoryBody implements StagedBody {
  readonly type = 'staged';
  readonly octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.octets = octets;
  }

  get sizeOctets(): number {
    return this.octets.length;
  }

  async discard(): Promise<void> {}
}

class MemoryMailboxStorage implements MailboxStorage {
  readonly #octets: Map<number, Uint8Array> = new Map();

  async stage(body: Body, sizeOctets: number | undefined): Promise<StagedBody> {
    return new MemoryBody(await readWholeBody(body, sizeOctets));
  }

  async stageCopy(source: MailboxStorage, { uid }: StoredMessage): Promise<StagedBody | undefined> {
    const octets = (source as MemoryMailboxStorage).#octets.get(uid);
    return octets === undefined ? undefined : new MemoryBody(octets);
  }

  async add(messages: readonly AddedMessage[]): Promise<void> {
    for (const { body } of messages) if (!(body instanceof MemoryBody)) throw new TypeError('the body was staged in another store');
    for (const { message, body } of messages) this.#octets.set(message.uid, (body as MemoryBody).octets);
  }

  async setFlags(): Promise<void> {}

  async remove(messages: readonly StoredMessage[]): Promise<void> {
    for (const { uid } of messages) this.#octets.delete(uid);
  }

  async content({ uid }: StoredMessage): Promise<MessageContent | undefined> {
    const octets = this.#octets.get(uid);
    return octets === undefined ? undefined : octetsContent(octets);
  }

  async findChanges(): Promise<StorageChanges | undefined> {
    return undefined;
  }
}

export class MemoryAccountStorage implements AccountStorage {
  readonly accountId: string;
  readonly #names: Set<string> = new Set(['INBOX']);
  #uidValidity: number;
  #emailIds = 0;

  constructor(accountId: string, firstUidValidity: number) {
    this.accountId = accountId;
    this.#uidValidity = firstUidValidity;
  }

  makeEmailId(): string {
    return `M${++this.#emailIds}`;
  }

  async saveState(): Promise<void> {}

  async names(): Promise<readonly string[]> {
    return [...this.#names];
  }

  /** The core keeps each mailbox that it has opened or made; what it asks for here is INBOX, once. */
  async open(name: string): Promise<LoadedMailbox | undefined> {
    return this.#names.has(name) ? this.create(name) : undefined;
  }

  async create(name: string): Promise<LoadedMailbox> {
    const uidValidity = this.#uidValidity++;
    this.#names.add(name);
    return {
      storage: new MemoryMailboxStorage(), mailboxId: `F${uidValidity}`, uidValidity, uidNext: 1, highestModseq: 1n, messages: [], keywords: [],
      expunged: [], expungedHorizon: 0n,
    };
  }

  async delete(name: string): Promise<void> {
    this.#names.delete(name);
  }

  async rename(pairs: readonly (readonly [from: string, to: string])[]): Promise<void> {
    for (const [from, to] of pairs) {
      this.#names.delete(from);
      this.#names.add(to);
    }
  }

  async close(): Promise<void> {}
}
