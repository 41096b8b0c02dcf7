/**
 * A server with moods: at every command it may answer as it should, refuse, fall silent, close, reset, say 421 or break the
 * protocol, as a seeded chance has it. It remembers which messages it got to their end, and which it took.
 */
import type { Transport, TransportSink } from '@mailwright/net';
import type { SeededRandom } from '../../../testing/src/seeded-random.ts';

/** What a server remembers of messages, by the text of their body. */
export interface Ledger {
  /** How often it got the end of a message. */
  readonly complete: Map<string, number>;
  /** How often it said 250 to one. */
  readonly taken: Map<string, number>;
}

export interface Moods {
  /** The share of commands that something happens to. */
  readonly trouble: number;
  readonly keywords: readonly string[];
}

const bump = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

export class FaultyServer implements TransportSink {
  readonly #transport: Transport;
  readonly #random: SeededRandom;
  readonly #moods: Moods;
  readonly #ledger: Ledger;
  #text = '';
  #mode: 'commands' | 'data' | 'silent' = 'commands';
  #chunk = 0;
  #body = '';
  /** MAIL, RCPT and a later command are only good in this order. */
  #recipients = -1;

  constructor(transport: Transport, random: SeededRandom, moods: Moods, ledger: Ledger) {
    this.#transport = transport;
    this.#random = random;
    this.#moods = moods;
    this.#ledger = ledger;
    transport.attach(this);
    this.#reply('220 hi');
  }

  data(octets: Uint8Array): void {
    this.#text += Buffer.from(octets).toString('latin1');
    while (this.#mode !== 'silent' && this.#step());
  }

  end(): void {
    this.#transport.close();
  }

  drained(): void {}
  closed(): void {}

  /** Takes one line, message or chunk; false when there is none. */
  #step(): boolean {
    if (this.#chunk > 0) return this.#takeChunk();
    const end = this.#mode === 'data' ? this.#text.indexOf('\r\n.\r\n') : this.#text.indexOf('\r\n');
    if (end < 0) return false;
    if (this.#mode === 'data') {
      this.#body = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 5);
      this.#mode = 'commands';
      this.#verdict();
    } else {
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      this.#command(line);
    }
    return true;
  }

  #command(line: string): void {
    const verb = line.slice(0, 4);
    switch (verb) {
      case 'EHLO':
        return this.#reply(['server', ...this.#moods.keywords].map((keyword, index, all) => `250${index < all.length - 1 ? '-' : ' '}${keyword}`).join('\r\n'));
      case 'MAIL':
        return this.#reply(this.#recipients < 0 ? '250 ok' : '503 nested', () => (this.#recipients = 0));
      case 'RCPT':
        return this.#reply(this.#recipients < 0 ? '503 no sender' : '250 ok', () => this.#recipients >= 0 && this.#recipients++);
      case 'RSET':
        this.#recipients = -1;
        return this.#say('250 ok');
      case 'DATA':
        return this.#reply(this.#recipients > 0 ? '354 go' : '503 nobody', () => this.#recipients > 0 && (this.#mode = 'data'));
      case 'BDAT': {
        this.#chunk = Number(line.split(' ')[1]);
        this.#body = '';
        if (this.#chunk === 0) this.#verdict();
        return;
      }
      case 'QUIT':
        return this.#reply('221 bye', () => this.#transport.close());
      default:
        return this.#reply('250 ok');
    }
  }

  #takeChunk(): boolean {
    if (this.#text.length < this.#chunk) return false;
    this.#body = this.#text.slice(0, this.#chunk);
    this.#text = this.#text.slice(this.#chunk);
    this.#chunk = 0;
    this.#verdict();
    return true;
  }

  #verdict(): void {
    const allowed = this.#recipients > 0;
    const key = this.#body.trim();
    this.#recipients = -1;
    if (!allowed) return this.#reply('503 nobody');
    bump(this.#ledger.complete, key);
    this.#reply('250 queued', () => bump(this.#ledger.taken, key));
  }

  /** The right reply, or what the mood of the moment is. */
  #reply(right: string, then: () => unknown = () => {}): void {
    if (!this.#random.chance(this.#moods.trouble)) {
      this.#say(right);
      return void then();
    }
    switch (this.#random.integer(0, 8)) {
      case 0:
        return this.#say('450 not now');
      case 1:
        return this.#say('550 never');
      case 2:
        this.#say('421 closing');
        this.#mode = 'silent';
        return this.#transport.close();
      case 3:
        this.#mode = 'silent';
        return this.#transport.close();
      case 4:
        this.#mode = 'silent';
        return this.#transport.destroy();
      case 5:
        this.#mode = 'silent'; // for ever
        return;
      case 6:
        this.#say('mumble');
        this.#mode = 'silent';
        return;
      case 7:
        // Where every reply is 250, or behind a 354, one too many can't be told from the verdict when it comes late enough.
        this.#say(right.startsWith('354') || this.#moods.keywords.includes('CHUNKING') ? right : `${right}\r\n250 and again`);
        return void then();
      default:
        this.#say(right);
        then();
        if (this.#random.chance(0.5)) this.#transport.close(); // while it rests
        return;
    }
  }

  #say(text: string): void {
    this.#transport.write(Buffer.from(`${text}\r\n`, 'latin1'));
  }
}
