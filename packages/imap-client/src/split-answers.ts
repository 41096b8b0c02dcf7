/** What a server says of one message in several FETCH responses, put together until all that was asked for is there. */
import type { FetchData } from '@mailwright/imap';
import type { FetchPlan } from './fetch-want.ts';
import { mergeFetchData } from './merge-fetch-data.ts';

/** How many messages may wait for the rest of their answers. */
const MOST_MESSAGES = 32;

/** A message whose answer is not complete. */
export interface SplitMessage {
  readonly uid: number;
  readonly sequenceNumber: number;
  readonly data: FetchData;
}

export class SplitAnswers {
  readonly #plan: FetchPlan;
  readonly #messages: Map<number, SplitMessage> = new Map();

  constructor(plan: FetchPlan) {
    this.#plan = plan;
  }

  get empty(): boolean {
    return this.#messages.size === 0;
  }

  has(uid: number): boolean {
    return this.#messages.has(uid);
  }

  /** What is known of a message so far, with what came now; nothing of it is kept. */
  join(uid: number, data: FetchData): FetchData {
    const before = this.#messages.get(uid);
    this.#messages.delete(uid);
    return before === undefined ? data : mergeFetchData(before.data, data);
  }

  /** Keeps what is not whole. Gives the oldest where too many wait: it has been told as far as it ever will be. */
  keep(message: SplitMessage): SplitMessage | undefined {
    this.#messages.set(message.uid, message);
    if (this.#messages.size <= MOST_MESSAGES) return undefined;
    const [oldest] = this.#messages.values();
    this.#messages.delete(oldest!.uid);
    return isFlagsAlone(oldest!.data) ? undefined : oldest;
  }

  /** No more comes: those of which something was told. */
  finish(): SplitMessage[] {
    const messages = [...this.#messages.values()].filter(({ data }) => this.#plan.flagsAlone || !isFlagsAlone(data));
    this.#messages.clear();
    return messages;
  }

  clear(): void {
    this.#messages.clear();
  }
}

/** Whether everything that was asked for is there; what can't be read was at least answered. */
export function isWhole(data: FetchData, { required, sectionCount }: FetchPlan): boolean {
  if (data.sections.length < sectionCount) return data.invalid.length > 0;
  for (const field of required) if (data[field] === undefined) return data.invalid.length > 0;
  return true;
}

/** News of a message's flags, which may come in the middle of anything. */
function isFlagsAlone(data: FetchData): boolean {
  if (data.sections.length > 0) return false;
  for (const [field, value] of Object.entries(data)) {
    if (value !== undefined && !ACCOMPANYING.has(field) && (value as { readonly length?: number }).length !== 0) return false;
  }
  return true;
}

const ACCOMPANYING: ReadonlySet<string> = new Set(['flags', 'uid', 'modseq', 'sections', 'invalid', 'others']);
