/**
 * One transaction out of the transcript of a session: from its MAIL to the verdict on the message, also where commands of
 * the next one stand between them in a pipelined group.
 *
 * @rfc 5321 3.3
 * @rfc 2920 3.1
 */
import { Dialogue, isPositive, type Transcript, type TranscriptEntry } from '@mailwright/smtp';

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

/** Finds out whose each line is. Transactions are counted by MAIL commands from 1; 0 is none. */
class Attribution {
  readonly #attributed: Attributed[] = [];
  readonly #accepted: number[] = [];
  readonly #dialogue = new Dialogue();
  /** The transaction of each command, by the command's number; first the greeting, which has none. */
  readonly #mailOf: number[] = [0];
  #mails = 0;
  #mail = 0;
  #data = 0;

  run(transcript: Transcript): { readonly attributed: readonly Attributed[]; readonly accepted: readonly number[] } {
    for (const entry of transcript) this.#attributed.push({ entry, mail: this.#of(entry) });
    return { attributed: this.#attributed, accepted: this.#accepted };
  }

  #of({ direction, kind, text = '' }: TranscriptEntry): number {
    if (direction === 'event') return 0;
    if (direction === 'server') return this.#reply(text);
    if (kind !== 'data') return this.#command(text);
    this.#dialogue.skipText();
    return this.#data;
  }

  #command(line: string): number {
    const said = this.#dialogue.client(line);
    if (said.kind !== 'command') return 0;
    const verb = said.command.ok ? said.command.value.verb : said.command.verb;
    if (verb === 'MAIL') this.#mail = ++this.#mails;
    if (ENDS.has(verb)) this.#mail = 0;
    if (verb === 'DATA' || verb === 'BDAT') this.#data = this.#mail;
    this.#mailOf[said.number] = this.#mail;
    return this.#mail;
  }

  #reply(line: string): number {
    const { answers, number, reply } = this.#dialogue.server(line);
    const mail = number === undefined ? 0 : this.#mailOf[number]!;
    if (answers === 'MAIL' && reply !== undefined && isPositive(reply)) this.#accepted.push(mail);
    return mail;
  }
}
