/**
 * One transaction out of the transcript of a session: from its MAIL to the verdict on the message, also where commands of
 * the next one stand between them in a pipelined group.
 *
 * @rfc 5321 3.3
 * @rfc 2920 3.1
 */
import type { Transcript, TranscriptEntry } from '@mailwright/smtp';

/** A command that waits for its reply. */
interface Asked {
  readonly verb: string;
  /** The transaction it belongs to, counted by MAIL commands from 1; 0 for none. */
  readonly mail: number;
}

interface Attributed {
  readonly entry: TranscriptEntry;
  readonly mail: number;
}

/** Commands that end a transaction that got no message. */
const ENDS: ReadonlySet<string> = new Set(['EHLO', 'HELO', 'RSET', 'STARTTLS', 'QUIT']);

/** The entries of the `number`th transaction (from 1) whose MAIL was accepted, in the order of the transcript. */
export function transactionEntries(transcript: Transcript, number: number): Transcript {
  const { attributed, accepted } = new Attribution().run(transcript);
  const mail = accepted[number - 1];
  return mail === undefined ? [] : attributed.filter((one) => one.mail === mail).map(({ entry }) => entry);
}

/** Finds out whose each line is: replies answer commands in the order in which these came. */
class Attribution {
  readonly #attributed: Attributed[] = [];
  readonly #accepted: number[] = [];
  readonly #asked: Asked[] = [{ verb: 'greeting', mail: 0 }];
  #mails = 0;
  #mail = 0;
  #data = 0;

  run(transcript: Transcript): { readonly attributed: readonly Attributed[]; readonly accepted: readonly number[] } {
    for (const entry of transcript) this.#attributed.push({ entry, mail: this.#of(entry) });
    return { attributed: this.#attributed, accepted: this.#accepted };
  }

  #of(entry: TranscriptEntry): number {
    switch (entry.kind) {
      case 'command':
        return this.#command(entry.text ?? '');
      case 'data':
        return this.#data;
      case 'reply':
        return this.#reply(entry.text ?? '');
      default:
        return 0;
    }
  }

  #command(line: string): number {
    const verb = line.slice(0, (line.indexOf(' ') + 1 || line.length + 1) - 1).toUpperCase();
    if (verb === 'MAIL') this.#mail = ++this.#mails;
    if (ENDS.has(verb)) this.#mail = 0;
    if (verb === 'DATA' || verb === 'BDAT') this.#data = this.#mail;
    this.#asked.push({ verb, mail: this.#mail });
    return this.#mail;
  }

  #reply(line: string): number {
    const asked = this.#asked[0];
    const last = line.charAt(3) !== '-';
    const intermediate = line.startsWith('3');
    if (last && !intermediate) this.#asked.shift();
    if (last && asked?.verb === 'MAIL' && line.startsWith('2')) this.#accepted.push(asked.mail);
    return asked?.mail ?? 0;
  }
}
