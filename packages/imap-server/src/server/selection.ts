/**
 * The mailbox that a session has selected: the store's side, and the numbers that the client knows. What happens in the store is noticed here at once, and told
 * to the client when the machine may.
 *
 * @rfc 9051 2.3.1.2
 */
import { MailboxView, type MessageSet, type ServerMachine } from '@mailwright/imap';
import type { Mailbox, MailboxChange, StoredMessage } from '../store/mailbox.ts';
import { CommandRefused, bad } from '../commands/outcome.ts';
import type { RecentMessages } from './recent-messages.ts';

/** What a selection needs of its session. */
export interface SelectionOwner {
  readonly machine: ServerMachine;
  readonly recent: RecentMessages;
  /** Something is to be told. */
  newsArrived(): void;
  /** Looks at each change before it is noticed. */
  changed(change: MailboxChange): void;
}

/** What a set of a command names. */
export interface ResolvedMessages {
  /** In UID order. */
  readonly messages: readonly StoredMessage[];
  /** How many more were named that are gone, though the client was not told yet. */
  readonly goneCount: number;
}

export class Selection {
  readonly mailbox: Mailbox;
  readonly readOnly: boolean;
  readonly view: MailboxView;
  /** Set while a command of this session changes flags and wants no answer. */
  silent = false;
  readonly #owner: SelectionOwner;
  readonly #unsubscribe: () => void;
  /** Keywords that the client was told of. */
  #keywords: number;

  /** The view is that of this moment; nothing that happens later is missed. */
  constructor(owner: SelectionOwner, mailbox: Mailbox, readOnly: boolean) {
    const uids = mailbox.messages().map(({ uid }) => uid);
    this.#owner = owner;
    this.mailbox = mailbox;
    this.readOnly = readOnly;
    this.view = new MailboxView(uids, owner.recent.take(mailbox, uids, !readOnly));
    this.#keywords = mailbox.keywords.length;
    this.#unsubscribe = mailbox.subscribe((change) => this.#notice(change));
  }

  drop(): void {
    this.#unsubscribe();
  }

  /** The messages of a set that are still there. Throws a `CommandRefused` with BAD for numbers that no message has. */
  resolve(set: MessageSet, uid: boolean): ResolvedMessages {
    const resolved = this.view.resolve(set, uid);
    if (resolved === undefined) throw new CommandRefused(bad('No message has that number'));
    const messages: StoredMessage[] = [];
    for (const each of resolved.uids) {
      const message = this.mailbox.message(each);
      if (message !== undefined) messages.push(message);
    }
    return { messages, goneCount: resolved.goneCount + resolved.uids.length - messages.length };
  }

  /** All messages that the client knows of and that are still there. */
  messages(): readonly StoredMessage[] {
    const { view, mailbox } = this;
    const all = mailbox.messages();
    return all.length === view.exists && !view.pending ? all : all.filter(({ uid }) => view.sequenceNumberOf(uid) !== undefined);
  }

  /** The flags as the client is to see them. */
  flagsOf(message: StoredMessage): readonly string[] {
    return this.view.recent > 0 && this.view.isRecent(message.uid) ? [...message.flags, '\\Recent'] : message.flags;
  }

  /** Whether there are keywords that the client was not told of; it is told now. */
  takeNewKeywords(): boolean {
    const { length } = this.mailbox.keywords;
    if (length === this.#keywords) return false;
    this.#keywords = length;
    return true;
  }

  #notice(change: MailboxChange): void {
    const { machine, recent } = this.#owner;
    this.#owner.changed(change);
    switch (change.type) {
      case 'added': {
        const uids = change.messages.map(({ uid }) => uid);
        const fresh = new Set(recent.take(this.mailbox, uids, !this.readOnly));
        for (const uid of uids) machine.notice({ type: 'added', uids: [uid], recent: fresh.has(uid) });
        break;
      }
      case 'removed':
        machine.notice({ type: 'removed', uids: change.uids });
        break;
      case 'flags': {
        const isSilent = this.silent && change.origin === this.#owner;
        for (const { uid, flags, modseq } of change.messages) machine.notice({ type: 'flags', uid, flags, modseq }, isSilent);
        break;
      }
      case 'gone':
        machine.notice({ type: 'removed', uids: [...this.view.uids()] });
        break;
    }
    this.#owner.newsArrived();
  }
}
