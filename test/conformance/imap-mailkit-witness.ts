/**
 * A second reading of what a server said, by lines and regular expressions: how a command ended, which data came, the octets of literals, and what is
 * selected with how many messages. It is made for the files of this suite and for nothing else.
 */
import type { ClientMachine, Command } from '@mailwright/imap';

/** What one answer says. */
export interface Stated {
  readonly status: string | undefined;
  /** The kinds of untagged data in their order, without those that the model keeps and FETCH. */
  readonly kinds: string;
  readonly fetches: number;
  /** Of all sections. */
  readonly octets: string;
  /** Whether nothing can come any more. */
  readonly closes: boolean;
}

interface Box {
  name: string;
  readOnly: boolean;
  exists: number;
  uids: Map<number, number>;
  uidValidity: number | undefined;
  uidNext: number | undefined;
  highestModseq: bigint | undefined;
  flags: string;
  permanentFlags: string | undefined;
}

const KEPT = /^(?:EXISTS|EXPUNGE|FLAGS|VANISHED|FETCH|OK|NO|BAD|BYE|PREAUTH)$/;

export class Witness {
  #box: Box | undefined = undefined;
  #command: Command | undefined = undefined;
  #enabled = '';

  /** What is answered next. */
  command(command: Command): void {
    this.#command = command;
  }

  /** Reads an answer. */
  read(text: string, isGreeting: boolean): Stated {
    const { lines, literals } = withoutLiterals(text);
    const status = lines.map((line) => (isGreeting ? /^\* (OK|PREAUTH|BYE)\b/ : /^(?:A\d+ (OK|NO|BAD)|(\+))/).exec(line)).find((match) => match !== null);
    const kinds = lines.flatMap((line) => /^\* (?:\d+ )?(\w+)/.exec(line)?.[1]?.toUpperCase() ?? []);
    const logout = this.#command?.name === 'LOGOUT';
    const bye = kinds.includes('BYE') && !logout;
    if (!bye) this.#follow(lines, status?.[1] === 'OK');
    const ended = status?.[1] ?? status?.[2];
    return {
      status: bye ? 'BYE' : ended, kinds: kinds.filter((kind) => !KEPT.test(kind)).join(' '), fetches: kinds.filter((kind) => kind === 'FETCH').length, octets: literals,
      closes: bye || (logout && ended === 'OK'),
    };
  }

  #follow(lines: readonly string[], ok: boolean): void {
    const command = this.#command;
    if (command?.name === 'SELECT' || command?.name === 'EXAMINE') {
      this.#box = {
        name: command.mailbox, readOnly: command.name === 'EXAMINE', exists: 0, uids: new Map(), uidValidity: undefined, uidNext: undefined, highestModseq: undefined, flags: '', permanentFlags: undefined,
      };
    }
    for (const line of lines) this.#line(line);
    if ((command?.name === 'CLOSE' || command?.name === 'UNSELECT' || command?.name === 'LOGOUT') && ok) this.#box = undefined;
    this.#command = undefined;
  }

  #line(line: string): void {
    this.#enabled += /^\* ENABLED (.*)/.exec(line)?.[1] ?? '';
    const box = this.#box;
    if (box === undefined) return;
    const number = (pattern: RegExp): number | undefined => (pattern.test(line) ? Number(pattern.exec(line)![1]) : undefined);
    box.exists = number(/^\* (\d+) EXISTS/) ?? box.exists;
    box.uidValidity = number(/\[UIDVALIDITY (\d+)\]/) ?? box.uidValidity;
    box.uidNext = number(/\[UIDNEXT (\d+)\]/) ?? box.uidNext;
    box.flags = /^\* FLAGS \((.*)\)/.exec(line)?.[1] ?? box.flags;
    box.permanentFlags = /\[PERMANENTFLAGS \((.*?)\)\]/.exec(line)?.[1] ?? box.permanentFlags;
    if (line.includes('[READ-ONLY]')) box.readOnly = true;
    const modseq = /\[HIGHESTMODSEQ (\d+)\]/.exec(line)?.[1] ?? (this.#enabled.includes('QRESYNC') ? /^\* \d+ FETCH .*MODSEQ \((\d+)\)/.exec(line)?.[1] : undefined);
    if (modseq !== undefined && BigInt(modseq) > (box.highestModseq ?? 0n)) box.highestModseq = BigInt(modseq);
    const [, sequenceNumber, uid] = /^\* (\d+) FETCH \(.*?\bUID (\d+)/.exec(line) ?? [];
    if (uid !== undefined) this.#see(box, Number(sequenceNumber), Number(uid));
    const gone = number(/^\* (\d+) EXPUNGE/);
    if (gone !== undefined) this.#remove(box, gone);
    const vanished = /^\* VANISHED ([\d:,]+)/.exec(line)?.[1];
    for (const one of vanished === undefined ? [] : uidsOf(vanished)) this.#remove(box, [...box.uids].find(([, known]) => known === one)?.[0] ?? box.exists);
  }

  #see(box: Box, sequenceNumber: number, uid: number): void {
    if (sequenceNumber > box.exists) return;
    box.uids.set(sequenceNumber, uid);
    if (box.uidNext !== undefined && uid >= box.uidNext) box.uidNext = uid + 1;
  }

  #remove(box: Box, gone: number): void {
    box.exists = Math.max(0, box.exists - 1);
    box.uids = new Map([...box.uids].filter(([number]) => number !== gone).map(([number, uid]) => [number > gone ? number - 1 : number, uid]));
  }

  /** What the machine has otherwise. */
  compare({ mailbox }: ClientMachine): string[] {
    const box = this.#box;
    if (box === undefined || mailbox === undefined) return box === mailbox ? [] : [`${mailbox === undefined ? 'nothing' : mailbox.name} is selected in place of ${box?.name ?? 'nothing'}`];
    const actual = {
      name: mailbox.name, readOnly: mailbox.readOnly, exists: mailbox.exists, uids: JSON.stringify([...mailbox.uids()]), uidValidity: mailbox.uidValidity, uidNext: mailbox.uidNext,
      highestModseq: mailbox.highestModseq, flags: mailbox.flags.join(' '), permanentFlags: mailbox.permanentFlags?.join(' '),
    };
    const stated = { ...box, uids: JSON.stringify([...box.uids].sort(([one], [other]) => one - other)) };
    return Object.entries(actual).flatMap(([key, value]) => {
      const expected = stated[key as keyof typeof actual];
      return value === expected ? [] : [`${key} ${String(value)} in place of ${String(expected)}`];
    });
  }
}

function uidsOf(set: string): number[] {
  return set.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Lines whose literals are taken out; those of sections together, in their order. */
function withoutLiterals(text: string): { lines: string[]; literals: string } {
  let literals = '';
  let rest = text;
  let plain = '';
  for (let match = /(BODY\[[^\]]*\](?:<\d+>)? )?\{(\d+)\}\r\n/.exec(rest); match !== null; match = /(BODY\[[^\]]*\](?:<\d+>)? )?\{(\d+)\}\r\n/.exec(rest)) {
    const from = match.index + match[0].length;
    const to = from + Number(match[2]);
    if (match[1] !== undefined) literals += rest.slice(from, to);
    plain += `${rest.slice(0, match.index)}{}`;
    rest = rest.slice(to);
  }
  plain += rest;
  const quoted = [...plain.matchAll(/BODY\[[^\]]*\](?:<\d+>)? "([^"]*)"/g)].map((match) => match[1]!).join('');
  return { lines: plain.split('\r\n').slice(0, -1), literals: literals + quoted };
}
