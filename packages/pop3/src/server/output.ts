/**
 * What a server says, until the driver takes it away: status lines, listings, challenges, and messages with their dots stuffed.
 *
 * Text is gathered as text and becomes octets once; the octets of messages are never copied.
 *
 * @rfc 1939 3
 * @rfc 2449 8
 */
import { encodeUtf8 } from '@mailwright/wire';
import { encodeResponse, type Response, response } from '../response.ts';
import { type StoredLineEnds, TextStuffer } from '../text-stuffer.ts';

export class ServerOutput {
  readonly #codes: boolean;
  #parts: Uint8Array[] = [];
  #partOctets = 0;
  #text = '';
  /** The message under way. */
  #stuffer: TextStuffer | undefined = undefined;

  /** `codes`: RESP-CODES is announced. */
  constructor(codes: boolean) {
    this.#codes = codes;
  }

  /** Octets that wait to be taken. */
  get octets(): number {
    return this.#partOctets + this.#text.length;
  }

  /** The parts so far, which are the caller's then; `undefined` for none. */
  take(): Uint8Array[] | undefined {
    this.#flushText();
    if (this.#parts.length === 0) return undefined;
    const parts = this.#parts;
    this.#parts = [];
    this.#partOctets = 0;
    return parts;
  }

  /** A status line. Throws a `TypeError` for what can't be said. */
  say(answer: Response): void {
    response(answer.status, answer.code, answer.text);
    this.write(encodeResponse(answer, { codes: this.#codes }));
  }

  /** A status line, and where there are any the lines behind it, and the dot that ends them. */
  sayLines(answer: Response, lines: Iterable<string> | undefined): void {
    this.say(answer);
    if (lines === undefined) return;
    for (const line of lines) this.write(line.startsWith('.') ? `.${line}\r\n` : `${line}\r\n`);
    this.write('.\r\n');
  }

  write(text: string): void {
    this.#text += text;
  }

  /** The +OK of a message; its octets follow. `bodyLines`: as in TOP. */
  beginMessage(answer: Response, lineEnds: StoredLineEnds, bodyLines: number | undefined): void {
    this.say(answer);
    this.#flushText();
    this.#stuffer = new TextStuffer(lineEnds, bodyLines);
  }

  /** A piece of the message. False when no more of it is wanted. */
  message(octets: Uint8Array): boolean {
    const before = this.#parts.length;
    this.#stuffer!.push(octets, this.#parts);
    this.#count(before);
    return !this.#stuffer!.full;
  }

  endMessage(): void {
    const before = this.#parts.length;
    this.#stuffer!.end(this.#parts);
    this.#count(before);
    this.#stuffer = undefined;
  }

  #count(from: number): void {
    for (let index = from; index < this.#parts.length; index++) this.#partOctets += this.#parts[index]!.length;
  }

  #flushText(): void {
    if (this.#text === '') return;
    const octets = encodeUtf8(this.#text);
    this.#text = '';
    this.#parts.push(octets);
    this.#partOctets += octets.length;
  }
}
