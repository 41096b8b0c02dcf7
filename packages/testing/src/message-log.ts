/**
 * The messages that arrived, and who waits for one.
 *
 * A wait looks at the messages that are there first, then at those to come, and takes the first that fits: the next wait
 * does not get it again. So two waits for the same thing get two messages, in order, and a message that came before the
 * wait began is not missed.
 */
import { systemClock } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';
import { TestError, TestTimeoutError } from './errors.ts';
import { describeMatch, type MessageMatch, messagePredicate } from './message-match.ts';
import type { ReceivedMessage } from './received-message.ts';

const DEFAULT_TIMEOUT_MS = 4000; // below the 5000 that vitest and jest give a test, or nobody would see the error
const MAX_LISTED_MESSAGES = 20;
const MAX_DESCRIBED_CHARACTERS = 300;

export interface WaitOptions {
  /** Milliseconds. Default 4000: less than the 5000 that vitest and jest give a test, so that the error is seen. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * The clock of `timeout`. Default the real one, also for a server with a fake clock: it is the test's patience that it
   * measures, and five simulated days must not use that up.
   */
  readonly clock?: Clock | undefined;
}

export interface WaitForOptions extends WaitOptions {
  /** Only messages with a greater `id`. */
  readonly after?: number | undefined;
  /** Also messages that another wait has got; and this wait leaves its message to others. Default false. */
  readonly again?: boolean | undefined;
}

/** Looks at the log once more; gives the result when there is one. */
type Look<T> = () => T | undefined;

/** Somebody who waits. */
interface Waiter {
  look(): void;
  close(): void;
}

/** How a wait ended that was not cut short by what it waited for. */
type Vain = 'timeout' | 'aborted' | 'closed';

export class MessageLog {
  readonly #messages: ReceivedMessage[] = [];
  readonly #taken = new Set<ReceivedMessage>();
  readonly #waiting = new Set<Waiter>();
  /** The last lines of the dialogue, for the text of an error. */
  readonly #dialogue: () => string;
  #closed = false;

  constructor(dialogue: () => string) {
    this.#dialogue = dialogue;
  }

  get messages(): readonly ReceivedMessage[] {
    return this.#messages;
  }

  add(message: ReceivedMessage): void {
    this.#messages.push(message);
    for (const waiter of [...this.#waiting]) waiter.look();
  }

  clear(): void {
    this.#messages.length = 0;
    this.#taken.clear();
  }

  /** Whoever waits still, waits in vain. */
  close(): void {
    this.#closed = true;
    for (const waiter of [...this.#waiting]) waiter.close();
  }

  async waitFor(match: MessageMatch, options: WaitForOptions = {}): Promise<ReceivedMessage> {
    const fits = messagePredicate(match);
    const { after = 0, again = false } = options;
    const look = (): ReceivedMessage | undefined => {
      const found = this.#messages.find((message) => message.id > after && (again || !this.#taken.has(message)) && fits(message));
      if (found !== undefined && !again) this.#taken.add(found);
      return found;
    };
    const outcome = await this.#wait(look, options);
    if (typeof outcome === 'object') return outcome;
    // Thrown here and not in the timer, so that its stack leads to the test that waits.
    throw this.#vain(outcome, `no message with ${shorten(describeMatch(match))}`, options);
  }

  async waitForCount(count: number, options: WaitOptions = {}): Promise<readonly ReceivedMessage[]> {
    const outcome = await this.#wait(() => (this.#messages.length >= count ? [...this.#messages] : undefined), options);
    if (typeof outcome === 'object') return outcome;
    throw this.#vain(outcome, `fewer messages than ${count}`, options);
  }

  #wait<T extends object>(look: Look<T>, options: WaitOptions): Promise<T | Vain> {
    const { timeout = DEFAULT_TIMEOUT_MS, clock = systemClock, signal } = options;
    if (!(timeout >= 0)) throw new RangeError(`timeout must be a number of milliseconds from 0, not ${timeout}`);
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiter);
        act();
      };
      const waiter: Waiter = {
        look: () => {
          try {
            const found = look();
            if (found !== undefined) settle(() => resolve(found));
          } catch (error) {
            settle(() => reject(error as Error)); // the test's own predicate failed
          }
        },
        close: () => settle(() => resolve('closed')),
      };
      const onAbort = (): void => settle(() => resolve('aborted'));
      this.#waiting.add(waiter);
      const timer = clock.setTimer(() => settle(() => resolve('timeout')), timeout);
      signal?.addEventListener('abort', onAbort, { once: true });
      waiter.look();
      if (signal?.aborted === true) onAbort();
      else if (this.#closed) waiter.close();
    });
  }

  #vain(outcome: Vain, what: string, { timeout = DEFAULT_TIMEOUT_MS, signal }: WaitOptions): TestError {
    if (outcome === 'aborted') return new TestError('TEST_ABORTED', `waiting was aborted: ${what} had come`, { cause: signal?.reason });
    const text = `${what} ${outcome === 'timeout' ? `came within ${timeout} ms` : 'had come when the server was closed'}\n${this.#listing()}`;
    return outcome === 'timeout' ? new TestTimeoutError(text, [...this.#messages]) : new TestError('TEST_SERVER_CLOSED', text);
  }

  #listing(): string {
    const shown = this.#messages.slice(-MAX_LISTED_MESSAGES);
    const hidden = this.#messages.length - shown.length;
    const lines = shown.map((message) => `  ${describeMessage(message)}${this.#taken.has(message) ? ' (another wait got it)' : ''}`);
    const arrived = this.#messages.length === 0 ? 'nothing has arrived' : `what has arrived${hidden > 0 ? ` (${hidden} earlier ones left out)` : ''}:\n${lines.join('\n')}`;
    const dialogue = this.#dialogue();
    return dialogue === '' ? `${arrived}\nnobody has connected` : `${arrived}\nthe dialogue ended so:\n${dialogue}`;
  }
}

/** `1. from <a@example.com> to <b@example.com>, subject "Hello"` */
function describeMessage({ id, envelope, subject }: ReceivedMessage): string {
  const to = envelope.to.map((address) => `<${address}>`).join(' ');
  return `${id}. from <${envelope.from}> to ${shorten(to)}, ${subject === undefined ? 'no subject' : `subject ${JSON.stringify(shorten(subject))}`}`;
}

function shorten(text: string): string {
  return text.length > MAX_DESCRIBED_CHARACTERS ? `${text.slice(0, MAX_DESCRIBED_CHARACTERS)}...` : text;
}
