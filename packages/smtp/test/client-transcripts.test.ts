/**
 * Runs the dialogues in `transcripts/client/` against the client machine: what the server writes is fed, what the client
 * writes is compared. `test/tools/README.md` describes the format. What the adapter here adds to it:
 *
 * - `json`: any option of `resolveClientOptions` (`disabled` as a list). `messages` are sent one after the other, then comes
 *   QUIT. `startTls` asks for TLS first. `login` holds a user and a password for AUTH PLAIN.
 * - The directive `-- tls`: the handshake is done.
 */
import { address } from '@mailwright/address';
import { type ClientEvent, ClientMachine, type ClientOptionsInput, ClientTransaction, mailCommand, rcptCommand, resolveClientOptions, scanMessage } from '@mailwright/smtp';
import { concatOctets } from '@mailwright/wire';
import { join } from 'node:path';
import { describeTranscripts, type TranscriptSubject } from '../../../test/tools/transcript-runner.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the `json` fence of a case may say besides the options of the machine. */
interface ClientCase extends Omit<Partial<ClientOptionsInput>, 'disabled'> {
  readonly disabled?: readonly string[];
  readonly messages?: readonly { readonly from: string; readonly to: readonly string[]; readonly text: string }[];
  readonly startTls?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
}

/** A driver that says EHLO, asks for TLS and logs in where told to, sends its messages, and quits. */
class ClientSubject implements TranscriptSubject {
  readonly #machine: ClientMachine;
  readonly #messages: readonly ClientTransaction[];
  readonly #log: string[] = [];
  #startTls: boolean;
  #login: ClientCase['login'];
  #left: number;
  #output: Uint8Array[] = [];

  constructor({ disabled, messages = [], startTls, login, ...options }: ClientCase) {
    this.#machine = new ClientMachine(resolveClientOptions({ helloDomain: 'client.example', ...options, disabled: new Set(disabled) }), 0);
    this.#messages = messages.map(({ from, to, text }) => {
      const recipients = to.map((recipient) => rcptCommand(address(recipient)));
      return new ClientTransaction(mailCommand(address(from)), recipients, { form: 'whole', text: scanMessage(utf8(text), 'reject', 'reject') });
    });
    this.#left = messages.length;
    this.#startTls = startTls === true;
    this.#login = login;
  }

  feed(octets: Uint8Array): void {
    this.#machine.receive(octets, 0);
    this.#pump();
  }

  end(): void {
    this.#machine.end();
    this.#pump();
  }

  output(): Uint8Array {
    const output = concatOctets(this.#output);
    this.#output = [];
    return output;
  }

  log(): readonly string[] {
    return this.#log;
  }

  direct(words: string): void {
    if (words !== 'tls') throw new SyntaxError(`no directive: -- ${words}`);
    this.#machine.tlsStarted(0);
    this.#machine.hello();
    this.#pump();
  }

  #pump(): void {
    let event = this.#machine.next();
    for (; event.type !== 'need-data' && event.type !== 'upgrade-tls' && event.type !== 'closed'; event = this.#machine.next()) this.#handle(event);
    const closed = event.type === 'closed' ? `closed ${event.end}` : undefined;
    if (closed !== undefined && this.#log.at(-1) !== closed) this.#log.push(closed);
    for (let parts = this.#machine.takeOutput(0); parts !== undefined; parts = this.#machine.takeOutput(0)) this.#output.push(...parts.map((part) => part.slice()));
  }

  #handle(event: ClientEvent): void {
    switch (event.type) {
      case 'greeting':
        this.#log.push(`greeting ${event.reply.code}`);
        return event.reply.code === 220 ? this.#machine.hello() : this.#machine.quit();
      case 'capabilities':
        return this.#proceed();
      case 'reply':
        this.#log.push(`${event.command.verb.toLowerCase()} ${event.reply.code}`);
        return event.command.verb === 'AUTH' ? this.#proceed() : undefined;
      case 'done':
        this.#log.push(describeOutcome(event.transaction));
        return --this.#left === 0 ? this.#machine.quit() : undefined;
      case 'goodbye':
        return void this.#log.push(`goodbye ${event.reply.code}`);
      case 'violation':
        return void this.#log.push(`violation ${event.code}`);
      default:
        throw new TypeError(`no answer to ${event.type}`);
    }
  }

  /** What comes next: TLS, the login, the messages. */
  #proceed(): void {
    const login = this.#login;
    if (this.#startTls) {
      this.#startTls = false;
      return this.#machine.startTls();
    }
    this.#login = undefined;
    if (login !== undefined) return this.#machine.auth('PLAIN', utf8(`\0${login.user}\0${login.password}`));
    for (const message of this.#messages) this.#machine.begin(message);
    if (this.#messages.length === 0) this.#machine.quit();
  }
}

/** How a transaction ended. */
function describeOutcome({ unsendable, cut, messageSent, verdict, acceptedCount, recipients, mailReply }: ClientTransaction): string {
  if (unsendable !== undefined) return `unsendable ${unsendable.code}`;
  if (cut !== undefined) return `cut ${cut}, the message ${messageSent ? 'was sent' : 'was not sent'}`;
  if (acceptedCount === 0) return mailReply?.code === 250 ? 'no recipient' : `sender refused with ${mailReply?.code}`;
  return `verdict ${verdict?.code}, ${acceptedCount} of ${recipients.length} recipients`;
}

describeTranscripts(join(import.meta.dirname, 'transcripts', 'client'), {
  create: (options) => new ClientSubject(options as ClientCase),
  feeds: 'S',
  endsGroup: () => true, // a reply to what was not said yet is a violation
});
