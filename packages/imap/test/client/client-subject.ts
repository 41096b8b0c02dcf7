/**
 * A driver around the client machine for transcripts: it does what the directives say and logs every event in a line. What the adapter adds to the format of
 * `test/tools/README.md`:
 *
 * - `json`: any option of `resolveClientOptions` (`disabled` as a list), and `send`, the commands to send before the greeting.
 * - Directives: `-- send COMMAND | COMMAND` as they are written, without tags (`{5}` at the end: the octets come later), `-- literal TEXT`, `-- done`, `-- respond TEXT`,
 *   `-- cancel-auth`, `-- cancel N`, `-- tls`, `-- compressed`, `-- time N` (so many milliseconds pass), `-- abandon`, `-- uids` (logs what numbers are known),
 *   `-- facts` (logs where the session stands).
 */
import { encodeUtf8, latin1 } from '@mailwright/wire';
import type { ClientEvent } from '../../src/client/client-event.ts';
import { ClientMachine } from '../../src/client/client.ts';
import { type ClientOptionsInput, resolveClientOptions } from '../../src/client/client-options.ts';
import type { MailboxChange } from '../../src/client/mailbox-model.ts';
import type { AppendCommand } from '../../src/commands/append.ts';
import type { Command } from '../../src/command.ts';
import { parseCommand } from '../../src/command-parse.ts';
import { SERVER_LIMITS } from '../../src/limits.ts';
import type { Response } from '../../src/response.ts';
import type { TranscriptSubject } from '../../../../test/tools/transcript-runner.ts';

/** What the `json` fence of a case may say. */
export interface ClientCase extends Omit<ClientOptionsInput, 'disabled'> {
  readonly disabled?: readonly string[];
  readonly send?: readonly string[];
}

/** A command as a person types it. `{5}` at its end is a literal whose octets come later, `~{5}` a literal8. */
export function command(text: string): Command {
  const pending = /(~?)\{(\d+)\}$/.exec(text);
  const octets = encodeUtf8(`x ${pending === null ? text : `${text.slice(0, pending.index)}{0}\r\n`}`);
  const parsed = parseCommand({ octets, streamed: [], complete: true }, SERVER_LIMITS, true);
  if (!parsed.ok) throw new SyntaxError(`${text}: ${parsed.expected} was expected at ${parsed.at}`);
  if (pending === null) return parsed.command;
  const append = parsed.command as AppendCommand;
  const message = { type: 'pending-literal', octetCount: Number(pending[2]), binary: pending[1] !== '', source: 'later' } as const;
  return { ...append, messages: [{ ...append.messages[0]!, message }] };
}

export class ClientSubject implements TranscriptSubject {
  readonly machine: ClientMachine;
  readonly #log: string[] = [];
  #now = 0;
  #output: Uint8Array[] = [];
  #literal = '';

  constructor({ disabled, send = [], ...options }: ClientCase = {}) {
    this.machine = new ClientMachine(resolveClientOptions({ ...options, disabled: new Set(disabled) }), 0);
    for (const text of send) this.machine.send(command(text));
  }

  feed(octets: Uint8Array): void {
    this.machine.receive(octets, this.#now);
    this.#pump();
  }

  end(): void {
    this.machine.end();
    this.#pump();
  }

  output(): Uint8Array {
    this.#pump();
    const output = Uint8Array.from(this.#output.flatMap((part) => [...part]));
    this.#output = [];
    return output;
  }

  log(): readonly string[] {
    return this.#log;
  }

  direct(words: string): void {
    const [name, ...rest] = words.split(' ');
    this.#direct(name!, rest.join(' '));
    this.#pump();
  }

  #direct(name: string, text: string): unknown {
    const { machine } = this;
    switch (name) {
      case 'send':
        return text.split(' | ').map((each) => machine.send(command(each)));
      case 'literal':
        return machine.literal(encodeUtf8(text.replaceAll('\\r\\n', '\r\n')));
      case 'done':
        return machine.done();
      case 'respond':
        return machine.respond(encodeUtf8(text));
      case 'cancel-auth':
        return machine.cancelAuth();
      case 'cancel':
        return this.#log.push(`cancel ${text} ${machine.cancel(Number(text))}`);
      case 'tls':
        return machine.tlsStarted(this.#now);
      case 'compressed':
        return machine.compressionStarted(this.#now);
      case 'abandon':
        return machine.abandon();
      case 'time':
        this.#now += Number(text);
        return machine.expire(this.#now);
      case 'uids':
        return this.#log.push(`uids ${[...(machine.mailbox?.uids() ?? [])].map(([number, uid]) => `${number}=${uid}`).join(' ')} of ${machine.mailbox?.exists}`);
      case 'facts':
        return this.#log.push(this.#facts());
      default:
        throw new SyntaxError(`no directive: -- ${name}`);
    }
  }

  #facts(): string {
    const { state, capabilities, enabled, mailbox } = this.machine;
    const facts = [state, `can ${capabilities.names.join(' ') || 'nothing'}`];
    if (enabled.size > 0) facts.push(`enabled ${[...enabled].join(' ')}`);
    if (mailbox !== undefined) {
      const { name, readOnly, exists, uidValidity, uidNext, highestModseq } = mailbox;
      facts.push(`${name}${readOnly ? ' (read only)' : ''}: ${exists} messages, validity ${uidValidity}, next ${uidNext}, modseq ${highestModseq}`);
    }
    return facts.join('; ');
  }

  #pump(): void {
    let event = this.machine.next();
    for (; !isWait(event); event = this.machine.next()) this.#record(event);
    const last = event.type === 'closed' ? `closed ${event.end}` : event.type === 'compress' ? `compress, ${event.octets.length} octets came` : event.type;
    if (event.type !== 'need-data' && this.#log.at(-1) !== last) this.#log.push(last);
    for (let parts = this.machine.takeOutput(this.#now); parts !== undefined; parts = this.machine.takeOutput(this.#now)) this.#output.push(...parts.map((part) => part.slice()));
  }

  #record(event: ClientEvent): void {
    if (event.type === 'literal-data') this.#literal += latin1(event.octets);
    else {
      if (event.type === 'literal-end') this.#log.push(`literal ${event.id}: ${JSON.stringify(this.#literal)}`);
      else this.#log.push(describeEvent(event));
      this.#literal = '';
    }
  }
}

function isWait({ type }: ClientEvent): boolean {
  return type === 'need-data' || type === 'upgrade-tls' || type === 'compress' || type === 'closed';
}

function describeEvent(event: ClientEvent): string {
  switch (event.type) {
    case 'greeting':
      return `greeting ${event.status}`;
    case 'bye':
      return `bye ${event.text}`;
    case 'response':
      return `${event.id ?? 'news'}: ${describeResponse(event.response)}`;
    case 'mailbox':
      return describeChange(event.change);
    case 'literal-begin': {
      const { sequenceNumber, uid, item } = event.place;
      return `literal ${event.id} begins: ${event.octetCount} octets of ${sequenceNumber} (UID ${uid}) ${item}`;
    }
    case 'literal-wanted':
      return `literal-wanted ${event.id} ${event.octetCount} ${String(event.source)}`;
    case 'challenge':
      return `challenge ${event.id} ${event.octets === undefined ? 'that is not base64' : JSON.stringify(latin1(event.octets))}`;
    case 'idling':
      return `idling ${event.id}`;
    case 'completed':
      return `completed ${event.id} ${event.command.name} ${event.status}${event.code === undefined ? '' : ` [${event.code.name}]`}`;
    case 'dropped':
      return `dropped ${event.id} ${event.command.name} ${event.reason}${event.sent ? ', sent' : ''}`;
    case 'violation':
      return `violation ${event.code}`;
    default:
      return event.type;
  }
}

function describeResponse(response: Response): string {
  if (response.type === 'status') return `${response.status}${response.code === undefined ? '' : ` [${response.code.name}]`}`;
  if (response.type !== 'data') return response.type;
  const { data } = response;
  if (data.name !== 'FETCH') return data.name;
  const fields = Object.entries(data.data).filter(([field, value]) => value !== undefined && (field === 'flags' || !(Array.isArray(value) && value.length === 0))).map(([field]) => field);
  return `FETCH ${data.sequenceNumber} ${fields.join(' ')}`;
}

function describeChange(change: MailboxChange): string {
  switch (change.type) {
    case 'exists':
      return `exists ${change.exists}, ${change.added} new`;
    case 'expunged':
      return `expunged ${change.sequenceNumber} (UID ${change.uid})`;
    case 'vanished':
      return `vanished ${change.uids.map((range) => range.join(':')).join(',')}${change.earlier ? ' earlier' : ''}, ${change.exists} left`;
    case 'flags-changed':
      return `flags ${change.sequenceNumber} (UID ${change.uid}) ${change.flags.join(' ')}`;
    case 'contained':
      return `contained ${change.fault}`;
    default:
      return change.type;
  }
}
