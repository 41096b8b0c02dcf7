/**
 * Messages that were laid out lately. A message never changes, so what is kept is right for ever; it is found by the message's email id, so that
 * copies share it.
 */
import type { MessageContent } from '../store/message-content.ts';
import type { MessageLayout } from './message-layout.ts';
import { readMessageLayout } from './message-layout.ts';

/** Of plain messages about 2 KB each. */
const MESSAGES = 1000;
/** Parts of all messages that are kept. */
const PARTS = 10_000;

/** The least recently used go first. */
export class LayoutCache {
  readonly #most: number;
  readonly #layouts: Map<string, MessageLayout> = new Map();
  #parts = 0;

  /** `messages`: how many are kept. Throws a `RangeError` for what is no natural number. */
  constructor(messages: number = MESSAGES) {
    if (!Number.isInteger(messages) || messages < 0) throw new RangeError('messages must be a natural number');
    this.#most = messages;
  }

  /** How many are kept. */
  get size(): number {
    return this.#layouts.size;
  }

  /** The layout of the message where it is known. */
  find(emailId: string): MessageLayout | undefined {
    return this.#layouts.get(emailId);
  }

  /** The layout of the message, known or made now from `content`. */
  async read(emailId: string, content: MessageContent): Promise<MessageLayout> {
    const known = this.#layouts.get(emailId);
    if (known !== undefined) {
      this.#layouts.delete(emailId);
      this.#layouts.set(emailId, known);
      return known;
    }
    const layout = await readMessageLayout(content);
    this.#keep(emailId, layout);
    return layout;
  }

  #keep(emailId: string, layout: MessageLayout): void {
    if (this.#layouts.has(emailId)) return;
    this.#layouts.set(emailId, layout);
    this.#parts += layout.parts.size;
    for (const [oldest, { parts }] of this.#layouts) {
      if (this.#layouts.size <= this.#most && this.#parts <= PARTS) return;
      this.#layouts.delete(oldest);
      this.#parts -= parts.size;
    }
  }
}
