/**
 * Many messages out of one source: results as they come, and as many under way as are worth it.
 */
import { SmtpError, localFailure } from './errors.ts';
import type { SmtpMessage } from './message.ts';
import type { SendResult } from './result.ts';

export interface SendManyOptions {
  /** Messages that may be under way or done and not taken yet. Default: four for each connection of the pool, with a `window` twice as many as fit. */
  readonly inFlight?: number | undefined;
}

/** A result, and which message it is for. */
export interface IndexedSendResult extends SendResult {
  /** The place of the message in the source, from 0. */
  readonly index: number;
  readonly message: SmtpMessage;
}

interface Sender {
  send(message: SmtpMessage): Promise<SendResult>;
}

type Source = Iterator<SmtpMessage> | AsyncIterator<SmtpMessage>;

/** Sends what `messages` gives. Throws a `RangeError` for an `inFlight` that is no whole number from 1. */
export function sendMany(sender: Sender, messages: Iterable<SmtpMessage> | AsyncIterable<SmtpMessage>, options: { readonly inFlight: number }): AsyncIterableIterator<IndexedSendResult> {
  const { inFlight } = options;
  if (!Number.isInteger(inFlight) || inFlight < 1) throw new RangeError(`inFlight must be a whole number from 1, not ${inFlight}`);
  return new Mailing(sender, messages, inFlight).results();
}

class Mailing {
  readonly #sender: Sender;
  readonly #messages: Iterable<SmtpMessage> | AsyncIterable<SmtpMessage>;
  readonly #most: number;
  readonly #ready: IndexedSendResult[] = [];
  #underWay = 0;
  #state: 'reading' | 'read' | 'left' = 'reading';
  #failure: { readonly error: unknown } | undefined = undefined;
  #wakeReader: (() => void) | undefined = undefined;
  #wakeTaker: (() => void) | undefined = undefined;

  constructor(sender: Sender, messages: Iterable<SmtpMessage> | AsyncIterable<SmtpMessage>, most: number) {
    this.#sender = sender;
    this.#messages = messages;
    this.#most = most;
  }

  async *results(): AsyncGenerator<IndexedSendResult, undefined, undefined> {
    void this.#read();
    try {
      for (;;) {
        const result = this.#ready.shift();
        if (result !== undefined) {
          this.#wake('reader');
          yield result;
        } else if (this.#state === 'read' && this.#underWay === 0) {
          if (this.#failure !== undefined) throw this.#failure.error;
          return undefined;
        } else await new Promise<void>((resolve) => (this.#wakeTaker = resolve));
      }
    } finally {
      this.#state = 'left';
      this.#wake('reader');
    }
  }

  /** Reads the source while there is room. Never rejects. */
  async #read(): Promise<void> {
    try {
      const source = iterate(this.#messages);
      await this.#readAll(source);
    } catch (error) {
      this.#failure = { error };
    }
    if (this.#state === 'reading') this.#state = 'read';
    this.#wake('taker');
  }

  async #readAll(source: Source): Promise<void> {
    for (let index = 0; ; index++) {
      while (this.#underWay + this.#ready.length >= this.#most && this.#state === 'reading') await new Promise<void>((resolve) => (this.#wakeReader = resolve));
      if (this.#state === 'left') return void (await source.return?.());
      const step = await source.next();
      if (step.done === true) return;
      this.#send(step.value, index);
    }
  }

  #send(message: SmtpMessage, index: number): void {
    this.#underWay++;
    this.#sender.send(message).then(
      (result) => this.#take({ ...result, index, message }),
      (error: unknown) => this.#take({ ...badMessage(error), index, message }),
    );
  }

  #take(result: IndexedSendResult): void {
    this.#underWay--;
    this.#ready.push(result);
    this.#wake('taker');
  }

  #wake(whom: 'reader' | 'taker'): void {
    const wake = whom === 'reader' ? this.#wakeReader : this.#wakeTaker;
    if (whom === 'reader') this.#wakeReader = undefined;
    else this.#wakeTaker = undefined;
    wake?.();
  }
}

function iterate(messages: Iterable<SmtpMessage> | AsyncIterable<SmtpMessage>): Source {
  return Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
}

/** One message that is none must not end a mailing of thousands. */
function badMessage(cause: unknown): SendResult {
  const failure = localFailure('SMTP_BAD_MESSAGE', cause instanceof Error ? cause.message : String(cause), cause);
  const error = new SmtpError(failure, { phase: 'mail', outcome: 'not-sent', usable: true, peer: undefined });
  return { recipients: [], outcome: 'not-sent', phase: 'mail', reply: undefined, octetCount: 0, attempts: 0, error };
}
