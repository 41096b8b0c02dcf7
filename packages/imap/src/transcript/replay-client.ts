/**
 * A transcript given to a client machine: the machine says the commands that the recorded client said, and hears what the recorded server answered. So a
 * session with a server in the wild becomes a test: what would this client have made of it?
 *
 * Deviation from what was said: tags are the machine's own, `+` comes whenever the machine waits for it, names and passwords are `***`.
 *
 * Read next: `replay-script.ts`, `replay-server.ts`.
 */
import { encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import type { ClientEvent } from '../client/client-event.ts';
import { type ClientOptionsInput, resolveClientOptions } from '../client/client-options.ts';
import { ClientMachine } from '../client/client.ts';
import { type ReplayStep, readScript } from './replay-script.ts';
import type { Transcript } from './transcript.ts';

/** What a machine made of a transcript. */
export interface ClientReplay {
  /** As the last line left it: its mailbox, its capabilities. */
  readonly machine: ClientMachine;
  /** All it told, in order; `need-data` left out. */
  readonly events: readonly ClientEvent[];
  /** What it wrote, a character an octet. */
  readonly output: string;
  /** How many things that were said could not be said again. */
  readonly skipped: number;
}

const FILLER = encodeUtf8('x');
const GO_ON = encodeUtf8('+ go on\r\n');

/**
 * Replays a transcript. Never throws for what stands in it.
 *
 * Errors: as `resolveClientOptions` for options that can't be.
 */
export function replayToClient(transcript: Transcript, options: ClientOptionsInput = {}): ClientReplay {
  const { steps, skipped } = readScript(transcript);
  const replay = new Replay(resolveClientOptions(options), steps[0]?.atMs ?? 0);
  for (const step of steps) replay.take(step);
  return { machine: replay.machine, events: replay.events, output: replay.output, skipped: skipped + replay.skipped };
}

class Replay {
  readonly machine: ClientMachine;
  readonly events: ClientEvent[] = [];
  output = '';
  skipped = 0;
  readonly #tagPrefix: string;
  readonly #tags: Map<string, string> = new Map();
  #now: number;
  /** The machine wants the next word of a login. */
  #challenged = false;

  constructor(options: ReturnType<typeof resolveClientOptions>, now: number) {
    this.machine = new ClientMachine(options, now);
    this.#tagPrefix = options.tagPrefix;
    this.#now = now;
  }

  take(step: ReplayStep): void {
    this.#now = step.atMs;
    if (this.machine.state === 'logout') this.skipped++;
    else if (step.type === 'response') this.#hear(step);
    else if (!this.#say(step)) this.skipped++;
    this.#pump();
  }

  /** False for what the machine does not say. */
  #say(step: Exclude<ReplayStep, { type: 'response' }>): boolean {
    try {
      if (step.type === 'command') this.#tags.set(step.tag, `${this.#tagPrefix}${this.machine.send(step.command)}`);
      else if (step.type === 'done') this.machine.done();
      else if (!this.#challenged) return false; // said before the challenge that it answers: with the initial response
      else if (step.cancels) this.machine.cancelAuth();
      else this.machine.respond(FILLER);
      this.#challenged = false;
      return true;
    } catch {
      return false;
    }
  }

  #hear({ response, octets, asks }: Extract<ReplayStep, { type: 'response' }>): void {
    if (asks === 'literal') return; // it comes when the machine waits
    const tag = response.type === 'tagged' ? this.#tags.get(response.tag) : undefined;
    this.machine.receive(tag === undefined ? this.#withCorrelator(octets) : retagged(octets, tag), this.#now);
  }

  /** `(TAG "a1")` of ESEARCH names a command by its recorded tag. @rfc 4466 2.6.2 */
  #withCorrelator(octets: Uint8Array): Uint8Array {
    const correlator = /^\* \w+ \(TAG "([^"]+)"\)/i.exec(latin1(octets.subarray(0, 128)));
    const tag = correlator === null ? undefined : this.#tags.get(correlator[1]!);
    return tag === undefined ? octets : encodeLatin1(latin1(octets).replace(`(TAG "${correlator![1]!}")`, `(TAG "${tag}")`));
  }

  #pump(): void {
    for (let waits = true; waits; ) {
      for (let event = this.machine.next(); event.type !== 'need-data' && event.type !== 'closed'; event = this.machine.next()) this.#tell(event);
      waits = this.#takeOutput();
      if (waits) this.machine.receive(GO_ON, this.#now);
    }
  }

  #tell(event: ClientEvent): void {
    this.events.push(event);
    if (event.type === 'challenge') this.#challenged = true;
    else if (event.type === 'upgrade-tls') this.machine.tlsStarted(this.#now);
    else if (event.type === 'compress') this.machine.compressionStarted(this.#now);
  }

  /** Whether what was written ends in a literal that waits. */
  #takeOutput(): boolean {
    const written = (this.machine.takeOutput(this.#now) ?? []).map((part) => latin1(part)).join('');
    this.output += written;
    return /~?\{\d+\}\r\n$/.test(written);
  }
}

/** A tagged response with another tag. */
function retagged(octets: Uint8Array, tag: string): Uint8Array {
  const text = latin1(octets);
  return encodeLatin1(tag + text.slice(text.indexOf(' ')));
}
