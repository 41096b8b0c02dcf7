/**
 * What goes by on an IMAP connection, cut into what a fault can be tied to: the server's responses, each whole with its literals, and the
 * client's commands. It judges nothing, and it changes nothing.
 *
 * @rfc 9051 2.2
 */
import { concatOctets, indexOfOctet, LF, utf8 } from '@mailwright/wire';
import type { MailDialect, Unit } from './mail-dialect.ts';

/** A response longer than this is handed on in pieces, and can't be acted on as a whole. */
const MAX_UNIT_OCTETS = 8_388_608;
const LITERAL = /~?\{(\d+)\+?\}\r?\n$/;
const NO_OCTETS = new Uint8Array(0);

/** Cuts octets into lines with the literals in them. One object for a direction. */
export class LineFraming {
  readonly #literals: boolean;
  #rest: Uint8Array = NO_OCTETS;
  readonly #pieces: Uint8Array[] = [];
  /** Where the search for the next line end goes on in what was pushed. */
  #from = 0;
  #literalOctets = 0;

  /** `literals`: whether `{n}` at the end of a line means that n octets follow. */
  constructor({ literals }: { readonly literals: boolean }) {
    this.#literals = literals;
  }

  push(octets: Uint8Array): void {
    this.#pieces.push(octets);
  }

  /** What was pushed and is not complete. */
  takeRest(): Uint8Array {
    this.#join();
    const rest = this.#rest;
    this.#rest = NO_OCTETS;
    this.#from = this.#literalOctets = 0;
    return rest;
  }

  /** The next line, with all its literals and what stands behind them; `undefined` where more octets are needed. */
  next(): Uint8Array | undefined {
    if (this.#pieces.length === 0 && this.#rest.length === 0) return undefined;
    if (this.#rest.length + this.#pieces.reduce((sum, { length }) => sum + length, 0) < this.#from + this.#literalOctets) return undefined;
    this.#join();
    for (;;) {
      if (this.#rest.length < this.#from + this.#literalOctets) return undefined;
      this.#from += this.#literalOctets;
      this.#literalOctets = 0;
      const lf = indexOfOctet(this.#rest, LF, this.#from);
      if (lf < 0) return this.#rest.length > MAX_UNIT_OCTETS ? this.takeRest() : undefined;
      const literal = !this.#literals ? null : LITERAL.exec(utf8(this.#rest.subarray(Math.max(this.#from, lf - 24), lf + 1)));
      this.#from = lf + 1;
      if (literal === null) break;
      this.#literalOctets = Number(literal[1]);
    }
    const unit = this.#rest.subarray(0, this.#from);
    this.#rest = this.#rest.subarray(this.#from);
    this.#from = 0;
    return unit;
  }

  #join(): void {
    if (this.#pieces.length === 0) return;
    this.#rest = this.#rest.length === 0 && this.#pieces.length === 1 ? this.#pieces[0]! : concatOctets([this.#rest, ...this.#pieces]);
    this.#pieces.length = 0;
  }
}

/** The text of a unit up to its first literal, without CRLF. */
export function firstLine(unit: Uint8Array): string {
  const lf = indexOfOctet(unit, LF);
  return utf8(unit.subarray(0, lf < 0 ? unit.length : lf)).replace(/\r$/, '');
}

interface Command {
  readonly tag: string;
  readonly names: readonly string[];
  readonly line: string;
}

export class ImapDialect implements MailDialect {
  #client: LineFraming = new LineFraming({ literals: true });
  #server: LineFraming = new LineFraming({ literals: true });
  #commands: Command[] = [];
  #greeted = false;
  /** Octets that are not lines any more go by as they are: COMPRESS. */
  #opaque = false;

  client(octets: Uint8Array): void {
    if (this.#opaque) return;
    this.#client.push(octets);
    for (let unit = this.#client.next(); unit !== undefined; unit = this.#client.next()) this.#command(firstLine(unit));
  }

  server(octets: Uint8Array): readonly Unit[] {
    if (this.#opaque) return [{ octets, points: [], line: '' }];
    const units: Unit[] = [];
    this.#server.push(octets);
    for (let unit = this.#server.next(); unit !== undefined; unit = this.#server.next()) units.push(this.#unit(unit));
    if (this.#opaque) units.push({ octets: this.#server.takeRest(), points: [], line: '' });
    return units;
  }

  secured(): void {
    this.#client = new LineFraming({ literals: true });
    this.#server = new LineFraming({ literals: true });
    this.#commands = [];
  }

  /** A line with a tag and a name; what has none belongs to an exchange, to IDLE, or to no rule. */
  #command(line: string): void {
    const match = /^(\S+) (UID )?([A-Za-z-]+)/i.exec(line);
    if (match === null) return;
    const name = match[3]!.toUpperCase();
    this.#commands.push({ tag: match[1]!, names: match[2] === undefined ? [name] : [`UID ${name}`, name], line });
  }

  #unit(octets: Uint8Array): Unit {
    const line = firstLine(octets);
    const [first = '', second = '', third = ''] = line.split(' ', 3);
    if (!this.#greeted) {
      this.#greeted = true;
      return { octets, points: ['greeting', `* ${second.toUpperCase()}`, 'any'], line };
    }
    if (first === '+') return { octets, points: ['+', 'any'], line: this.#commands.at(-1)?.line ?? '' };
    if (first === '*') return { octets, points: [`* ${(/^\d+$/.test(second) ? third : second).toUpperCase()}`, '*', 'any'], line };
    const command = this.#commands.find(({ tag }) => tag === first);
    if (command === undefined) return { octets, points: ['any'], line };
    this.#commands = this.#commands.filter((other) => other !== command);
    if (command.names.includes('COMPRESS') && second.toUpperCase() === 'OK') this.#opaque = true;
    return { octets, points: [...command.names, 'any'], line: command.line };
  }
}
