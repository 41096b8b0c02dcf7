/**
 * Searches that are kept up to date: RETURN (UPDATE). What of a result changes is told by ADDTO and REMOVEFROM: what goes before the numbers move, what
 * comes behind the news of it.
 *
 * Messages are looked at in `prepare`, since that may take reading; `tell` says what came of it, at once.
 *
 * @rfc 5267 4.3
 */
import { rangesOf, type ResultChange, type SearchReturnOptions, type SortCriterion } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { MailboxChange } from '../store/mailbox.ts';
import { matches, type ReadySearch, selectedScope } from './find-messages.ts';
import { sayNews } from './say-news.ts';
import { sortFound } from './sort.ts';

/** What is kept of a search. */
export interface ContextOf {
  readonly command: 'SEARCH' | 'SORT';
  readonly tag: string;
  readonly uid: boolean;
  readonly ready: ReadySearch;
  /** Of SORT. */
  readonly criteria: readonly SortCriterion[] | undefined;
}

interface Context extends ContextOf {
  /** The result as the client knows it: UIDs, in order. */
  told: readonly number[];
  /** The result as it is. */
  now: readonly number[];
}

export class Contexts {
  readonly #session: CommandSession;
  readonly #contexts: Map<string, Context> = new Map();
  /** Messages that have changed since the results were looked at. */
  readonly #changed: Set<number> = new Set();

  constructor(session: CommandSession) {
    this.#session = session;
  }

  /** Whether something is to be looked at before news are told. */
  get pending(): boolean {
    return this.#changed.size > 0;
  }

  /** Takes a search in, where it asks for that. False where there is no room for it. */
  begin(options: SearchReturnOptions | undefined, context: ContextOf): boolean {
    if (options?.update !== true) return true;
    if (this.#contexts.size >= this.#session.core.limits.contexts) return false;
    this.#contexts.set(context.tag, { ...context, told: [], now: [] });
    return true;
  }

  /** The result that the client is told as the answer. */
  settle(tag: string, uids: readonly number[]): void {
    const context = this.#contexts.get(tag);
    if (context === undefined) return;
    context.told = uids;
    context.now = uids;
  }

  cancel(tags: readonly string[]): void {
    for (const tag of tags) this.#contexts.delete(tag);
    if (this.#contexts.size === 0) this.#changed.clear();
  }

  clear(): void {
    this.#contexts.clear();
    this.#changed.clear();
  }

  changed(change: MailboxChange): void {
    if (this.#contexts.size === 0 || change.type === 'gone') return;
    for (const uid of change.type === 'removed' ? change.uids : change.messages.map((message) => message.uid)) this.#changed.add(uid);
  }

  /** Looks at what has changed. */
  async prepare(): Promise<void> {
    const selection = this.#session.selection;
    while (this.#changed.size > 0 && selection !== undefined) {
      const changed = [...this.#changed];
      this.#changed.clear();
      for (const context of this.#contexts.values()) context.now = await this.#lookAgain(context, changed);
    }
  }

  /** Says what `prepare` found, with the news of the mailbox in their place. `holdFlags`: those of flags wait. */
  tell(allowExpunge: boolean, holdFlags: boolean): void {
    const { selection } = this.#session;
    const stale = [...this.#contexts.values()].filter(({ told, now }) => told !== now);
    if (stale.length === 0 || selection === undefined) return;
    const { view } = selection;
    const steps = stale.map((context) => {
      const staying = new Set(context.now);
      const mayGo = (uid: number): boolean => !staying.has(uid) && (allowExpunge || !view.isGone(uid));
      return { context, staying, goes: context.told.filter(mayGo), stays: context.told.filter((uid) => !mayGo(uid)) };
    });
    for (const { context, goes } of steps) this.#say(context, 'remove', goes, context.told);
    sayNews(this.#session, allowExpunge, holdFlags);
    for (const { context, staying, stays } of steps) {
      const known = new Set(stays);
      const held = stays.filter((uid) => !staying.has(uid)); // gone, but not to be told yet
      this.#say(context, 'add', context.now.filter((uid) => !known.has(uid) && view.sequenceNumberOf(uid) !== undefined), context.now);
      context.told = held.length === 0 ? context.now : [...context.now, ...held];
      if (held.length > 0) for (const uid of held) this.#changed.add(uid);
    }
  }

  #say({ command, tag, uid: byUid }: Context, type: ResultChange['type'], uids: readonly number[], within: readonly number[]): void {
    const { machine, selected: { view } } = this.#session;
    const number = (uid: number): number => (byUid ? uid : view.sequenceNumberOf(uid)!);
    const there = byUid ? uids : uids.filter((uid) => view.sequenceNumberOf(uid) !== undefined);
    if (there.length === 0) return;
    const changes: ResultChange[] =
      command === 'SEARCH' ? [{ type, position: 0, set: rangesOf(there.map(number).sort((one, other) => one - other)) }] : placed(type, there, within).map(({ uid, position }) => ({ type, position, set: [[number(uid), number(uid)]] }));
    machine.respond({
      name: 'ESEARCH', tag, mailbox: undefined, uidValidity: undefined, uid: byUid, min: undefined, max: undefined, count: undefined, all: undefined, modseq: undefined,
      partial: undefined, relevancy: undefined, changes,
    });
  }

  async #lookAgain({ ready, criteria, now }: Context, changed: readonly number[]): Promise<readonly number[]> {
    const session = this.#session;
    const selection = session.selected;
    const scope = selectedScope(session, selection);
    const fitting = new Set(now);
    for (const uid of changed) {
      const message = selection.mailbox.message(uid);
      const fits = message !== undefined && (await matches(session, scope, ready.compiled, scope.show(message)));
      if (fits) fitting.add(uid);
      else fitting.delete(uid);
    }
    if (criteria === undefined) return [...fitting].sort((one, other) => one - other);
    const shown = [...fitting].flatMap((uid) => selection.mailbox.message(uid) ?? []).map((message) => scope.show(message));
    return (await sortFound(session, scope, shown, criteria, '*')).map(({ uid }) => uid);
  }
}

/** Where in the list each is when its turn comes: those before it are gone, or there, already. @rfc 5267 4.3.3 */
function placed(type: ResultChange['type'], uids: readonly number[], within: readonly number[]): { readonly uid: number; readonly position: number }[] {
  const index = new Map(within.map((uid, at) => [uid, at + 1]));
  const ordered = uids.map((uid) => ({ uid, position: index.get(uid) ?? 0 })).sort((one, other) => one.position - other.position);
  return type === 'add' ? ordered : ordered.map(({ uid, position }, gone) => ({ uid, position: position - gone }));
}
