/**
 * What goes by on a POP3 connection, line by line: status lines, each for the command that it answers, and the lines behind them.
 *
 * @rfc 1939 3
 */
import { parseCommand } from '@mailwright/pop3';
import { firstLine, LineFraming } from './imap-dialect.ts';
import type { MailDialect, Unit } from './mail-dialect.ts';

interface Asked {
  readonly verb: string;
  readonly line: string;
  readonly multiLine: boolean;
}

export class Pop3Dialect implements MailDialect {
  #client: LineFraming = new LineFraming({ literals: false });
  #server: LineFraming = new LineFraming({ literals: false });
  #asked: Asked[] = [];
  #greeted = false;
  /** The command whose lines go by. */
  #lines: Asked | undefined = undefined;
  #exchange = false;

  client(octets: Uint8Array): void {
    this.#client.push(octets);
    for (let unit = this.#client.next(); unit !== undefined; unit = this.#client.next()) this.#command(firstLine(unit));
  }

  server(octets: Uint8Array): readonly Unit[] {
    const units: Unit[] = [];
    this.#server.push(octets);
    for (let unit = this.#server.next(); unit !== undefined; unit = this.#server.next()) units.push(this.#unit(unit));
    return units;
  }

  secured(): void {
    this.#client = new LineFraming({ literals: false });
    this.#server = new LineFraming({ literals: false });
    this.#asked = [];
  }

  #command(line: string): void {
    if (this.#exchange) return;
    const parsed = parseCommand(line);
    const verb = /^\s*([A-Za-z0-9]+)/.exec(line)?.[1]?.toUpperCase() ?? '';
    this.#exchange = verb === 'AUTH';
    this.#asked.push({ verb, line, multiLine: parsed.ok && parsed.spec.form(parsed.value) !== 'line' });
  }

  #unit(octets: Uint8Array): Unit {
    const line = firstLine(octets);
    if (this.#lines !== undefined) {
      const asked = this.#lines;
      if (line === '.') this.#lines = undefined;
      return { octets, points: ['data', 'any'], line: asked.line };
    }
    if (!this.#greeted) {
      this.#greeted = true;
      return { octets, points: ['greeting', 'any'], line };
    }
    if (line.startsWith('+ ') || line === '+') return { octets, points: ['+', 'any'], line: this.#asked[0]?.line ?? '' };
    const asked = this.#asked.shift();
    this.#exchange = false;
    if (asked === undefined) return { octets, points: ['any'], line };
    if (asked.multiLine && line.startsWith('+OK')) this.#lines = asked;
    return { octets, points: [asked.verb, 'any'], line: asked.line };
  }
}
