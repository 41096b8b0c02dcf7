/**
 * A transcript given to a server machine: the machine hears the commands that the recorded client said, and its driver answers with what the recorded server
 * said. So a session with a client in the wild becomes a test: would this server have let it through?
 *
 * Deviation from what was said: literals wait for `+`, names and passwords are `***`, every mailbox holds as many messages as were ever told of one.
 *
 * Read next: `replay-script.ts`, `replay-client.ts`.
 */
import { encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { encodeCommand } from '../command-encode.ts';
import type { Command } from '../command.ts';
import type { Response, TaggedResponse } from '../response.ts';
import { MailboxView } from '../server/mailbox-view.ts';
import type { ServerEvent } from '../server/server-event.ts';
import { resolveServerOptions, type ServerOptionsInput } from '../server/server-options.ts';
import { ServerMachine } from '../server/server.ts';
import type { WrittenPiece } from '../value-writer.ts';
import { type ReplayStep, readScript } from './replay-script.ts';
import type { Transcript } from './transcript.ts';

/** What a machine made of a transcript. */
export interface ServerReplay {
  readonly machine: ServerMachine;
  /** All it told, in order; `need-data` left out. */
  readonly events: readonly ServerEvent[];
  /** What it wrote, a character an octet. */
  readonly output: string;
  /** How many things that were said could not be said again. */
  readonly skipped: number;
}

/** What was said to a command: untagged responses, and the last word. */
interface Answer {
  readonly untagged: readonly Response[];
  readonly tagged: TaggedResponse;
}

const CRLF = '\r\n';
/** A view of more messages is not made. */
const MAX_MESSAGES = 1_000_000;

/**
 * Replays a transcript. Never throws for what stands in it.
 *
 * Errors: as `resolveServerOptions` for options that can't be. By default every capability is on, and passwords may come in clear.
 */
export function replayToServer(transcript: Transcript, options: ServerOptionsInput = {}): ServerReplay {
  const { steps, skipped } = readScript(transcript);
  const replay = new Replay(steps, options);
  for (const step of steps) replay.take(step);
  return { machine: replay.machine, events: replay.events, output: replay.output, skipped: skipped + replay.skipped };
}

class Replay {
  readonly machine: ServerMachine;
  readonly events: ServerEvent[] = [];
  output = '';
  skipped = 0;
  readonly #answers: ReadonlyMap<string, Answer>;
  readonly #messages: number;
  #now: number;

  constructor(steps: readonly ReplayStep[], options: ServerOptionsInput) {
    this.#now = steps[0]?.atMs ?? 0;
    this.machine = new ServerMachine(resolveServerOptions({ clearTextAuth: 'allow', mechanisms: mechanismsOf(steps), ...options }), false, this.#now);
    this.#answers = answersOf(steps);
    this.#messages = Math.min(MAX_MESSAGES, steps.reduce((most, step) => Math.max(most, existsOf(step)), 0));
    this.#pump();
  }

  take(step: ReplayStep): void {
    this.#now = step.atMs;
    if (step.type === 'response') return;
    if (this.machine.session.state === 'logout') return void this.skipped++;
    if (step.type === 'command') this.#say(step.tag, step.command);
    else this.#hear(step.type === 'done' ? 'DONE' : step.cancels ? '*' : 'eA==');
  }

  #say(tag: string, command: Command): void {
    let pieces: readonly WrittenPiece[];
    try {
      pieces = encodeCommand(tag, command, this.machine.session.utf8);
    } catch {
      return void this.skipped++;
    }
    for (const piece of pieces) {
      if (typeof piece === 'string') this.#receive(encodeUtf8(piece));
      else if (piece.type === 'literal') {
        this.#hear(`${piece.binary ? '~' : ''}{${piece.octets.length}}`);
        if (!this.output.endsWith('+ Ready for the literal\r\n')) return; // refused
        this.#receive(piece.octets);
      }
    }
    this.#hear('');
  }

  #hear(line: string): void {
    this.#receive(encodeLatin1(line + CRLF));
  }

  #receive(octets: Uint8Array): void {
    this.machine.receive(octets, this.#now);
    this.#pump();
  }

  #pump(): void {
    for (let event = this.machine.next(); event.type !== 'need-data' && event.type !== 'need-answer' && event.type !== 'closed'; event = this.machine.next()) {
      if (event.type !== 'need-drain') this.events.push(event);
      this.#answer(event);
    }
    this.#takeOutput();
  }

  #takeOutput(): void {
    const written = this.machine.takeOutput(this.#now) ?? '';
    this.output += typeof written === 'string' ? written : written.map((part) => latin1(part)).join('');
  }

  #answer(event: ServerEvent): void {
    switch (event.type) {
      case 'connect':
        return this.machine.accept();
      case 'need-drain':
        return this.#takeOutput();
      case 'literal-wanted':
        return this.machine.acceptLiteral();
      case 'upgrade-tls':
        return this.machine.tlsStarted(this.#now);
      case 'compress':
        return this.machine.compressionStarted();
      case 'auth':
        return event.initialResponse === undefined ? this.machine.challenge(new Uint8Array(0)) : this.#login(event.tag);
      case 'auth-response':
        return this.#login(undefined);
      case 'command':
        return this.#complete(event.tag, event.command);
      case 'done':
        return this.#complete(event.tag, { name: 'IDLE' });
      default:
        return;
    }
  }

  /** `tag`: undefined for the exchange that is under way. */
  #login(tag: string | undefined): void {
    const auth = tag ?? (this.events.findLast((event) => event.type === 'auth') as Extract<ServerEvent, { type: 'auth' }>).tag;
    const answer = this.#answers.get(auth);
    if (answer === undefined || answer.tagged.status === 'OK') this.machine.authenticated('***');
    else this.#end(auth, answer.tagged);
  }

  #complete(tag: string, command: Command): void {
    const answer = this.#answers.get(tag);
    const tagged: TaggedResponse = answer?.tagged ?? { type: 'tagged', tag, status: 'OK', code: undefined, text: 'completed' };
    const { status } = tagged;
    if (command.name === 'LOGIN' && status === 'OK') return this.machine.authenticated('***');
    for (const response of answer?.untagged ?? []) this.#respond(response);
    if ((command.name === 'SELECT' || command.name === 'EXAMINE') && status === 'OK') this.#select(command.mailbox, command.name === 'EXAMINE');
    this.#end(tag, tagged);
  }

  #end(tag: string, { status, code, text }: TaggedResponse): void {
    try {
      this.machine.complete(tag, status, code, text);
    } catch {
      this.skipped++; // a text that can't be said, though it was
      this.machine.complete(tag, status, undefined, 'completed');
    }
  }

  #select(name: string, readOnly: boolean): void {
    this.machine.select({ name, readOnly, view: new MailboxView(Array.from({ length: this.#messages }, (_, index) => index + 1)) });
  }

  #respond(response: Response): void {
    try {
      if (response.type === 'data') this.machine.respond(response.data);
      if (response.type !== 'status' || response.status === 'BYE' || response.status === 'PREAUTH') return;
      this.machine.respondStatus(response.status, response.code, response.text);
    } catch {
      this.skipped++; // what could be read is not always what may be written
    }
  }
}

/** What was said to each command: all that came between the tagged response before and its own. */
function answersOf(steps: readonly ReplayStep[]): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  let untagged: Response[] = [];
  for (const step of steps) {
    if (step.type !== 'response') continue;
    const { response } = step;
    if (response.type === 'tagged') {
      answers.set(response.tag, { untagged, tagged: response });
      untagged = [];
    } else if (response.type !== 'continuation') untagged.push(response);
  }
  return answers;
}

function mechanismsOf(steps: readonly ReplayStep[]): string[] {
  return steps.flatMap((step) => (step.type === 'command' && step.command.name === 'AUTHENTICATE' ? [step.command.mechanism] : []));
}

function existsOf(step: ReplayStep): number {
  return step.type === 'response' && step.response.type === 'data' && step.response.data.name === 'EXISTS' ? step.response.data.count : 0;
}
