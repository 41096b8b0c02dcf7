/**
 * A server in a few lines, for the client's tests: one mailbox whose messages come and go while it works, commands in order, each change told as
 * soon as RFC 9051 lets it. What it did is on record, so that what the client believes can be held against it.
 */
import type { SeededRandom } from '../../../testing/src/seeded-random.ts';

interface Message {
  readonly uid: number;
  seen: boolean;
}

export class ToyServer {
  /** The messages as the client was told. */
  readonly messages: Message[] = [];
  /** The UIDs that answered each FETCH, by tag. */
  readonly answered: Map<string, number[]> = new Map();
  /** Nothing happens any more but what is asked for. */
  quiet = false;
  readonly #random: SeededRandom;
  readonly #qresync: boolean;
  #uidNext = 1;

  constructor(random: SeededRandom, qresync: boolean, count: number) {
    this.#random = random;
    this.#qresync = qresync;
    this.#deliver(count);
  }

  /** The answer to one command line. */
  answer(line: string): string {
    const [, tag, uid, name, rest] = /^(\S+) (UID )?(\S+) ?(.*)$/.exec(line)!;
    const expunges = uid !== undefined || !['FETCH', 'STORE', 'SEARCH'].includes(name!);
    let text = '';
    const news = (): void => void (text += this.#news(expunges));
    switch (name) {
      case 'SELECT':
        return `* ${this.messages.length} EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT ${this.#uidNext}] x\r\n${tag} OK [READ-WRITE] done\r\n`;
      case 'FETCH':
        for (const answer of this.#fetch(tag!, uid !== undefined, rest!)) {
          news();
          text += answer();
        }
        break;
      case 'STORE':
        for (const message of this.#named(uid !== undefined, rest!)) {
          message.seen = true;
          text += this.#flags(message, uid !== undefined);
        }
        break;
      case 'SEARCH':
        text += `* SEARCH ${this.messages.map((message, index) => (uid === undefined ? index + 1 : message.uid)).join(' ')}\r\n`;
        break;
      case 'ENABLE':
        text += `* ENABLED ${rest}\r\n`;
    }
    news();
    return `${text}${tag} OK done\r\n`;
  }

  /** What happens while nobody asks: flags and new messages, and expunges where they may be told. */
  #news(expunges: boolean): string {
    const random = this.#random;
    let text = '';
    if (this.quiet) return text;
    if (random.chance(0.2) && this.messages.length > 0) {
      const message = random.pick(this.messages);
      message.seen = !message.seen;
      text += this.#flags(message, random.chance(0.5));
    }
    if (random.chance(0.1) && this.messages.length < 200) {
      this.#deliver(random.integer(1, 3));
      text += `* ${this.messages.length} EXISTS\r\n`;
    }
    if (expunges && random.chance(0.3) && this.messages.length > 3) text += this.#expunge();
    return text;
  }

  #expunge(): string {
    const number = this.#random.integer(1, this.messages.length);
    const gone = this.messages.splice(number - 1, this.#qresync ? this.#random.integer(1, 3) : 1);
    return this.#qresync ? `* VANISHED ${gone.map(({ uid }) => uid).join(',')}\r\n` : `* ${number} EXPUNGE\r\n`;
  }

  #flags(message: Message, uid: boolean): string {
    return `* ${this.messages.indexOf(message) + 1} FETCH (FLAGS (${message.seen ? '\\Seen' : ''})${uid ? ` UID ${message.uid}` : ''})\r\n`;
  }

  /** Answers, made when it is their turn, as numbers may have moved by then. */
  #fetch(tag: string, uid: boolean, rest: string): (() => string)[] {
    const flags = rest.includes('FLAGS');
    const record: number[] = [];
    this.answered.set(tag, record);
    return this.#named(uid, rest).map((message) => () => {
      const number = this.messages.indexOf(message) + 1;
      if (number === 0) return '';
      record.push(message.uid);
      return `* ${number} FETCH (UID ${message.uid} ${flags ? `FLAGS (${message.seen ? '\\Seen' : ''})` : `RFC822.SIZE ${message.uid * 10}`})\r\n`;
    });
  }

  #named(uid: boolean, rest: string): Message[] {
    const [, first, last] = /^(\d+)(?::(\d+|\*))?/.exec(rest)!;
    const from = Number(first);
    const to = last === undefined ? from : last === '*' ? Infinity : Number(last);
    return this.messages.filter((message, index) => {
      const number = uid ? message.uid : index + 1;
      return number >= from && number <= to;
    });
  }

  #deliver(count: number): void {
    for (let index = 0; index < count; index++) this.messages.push({ uid: (this.#uidNext += this.#random.integer(1, 2)), seen: false });
  }
}
