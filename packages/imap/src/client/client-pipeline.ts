/**
 * What a client has in flight and what waits to be: commands go out in the order of `send`, each as soon as RFC 9051 5.5 allows, and
 * one at a time is being written.
 *
 * Read next: `pipelining.ts` (the rules), `command-writing.ts` (the octets), `client.ts`.
 *
 * @rfc 9051 5.5
 */
import type { Command } from '../command.ts';
import { findCommand } from '../tables.ts';
import type { ClientEvent, DropReason } from './client-event.ts';
import type { ClientOptions } from './client-options.ts';
import type { ClientOutput } from './client-output.ts';
import type { ClientSession } from './client-session.ts';
import { CommandInFlight } from './command-in-flight.ts';
import { CommandWriting } from './command-writing.ts';
import { fetchClaim } from './fetch-claim.ts';
import { mayFollow, pipelineTraits, type PipelineTraits } from './pipelining.ts';
import { WaitingLine } from './waiting-line.ts';

export class ClientPipeline {
  /** In the order in which they were written. */
  readonly flight: CommandInFlight[] = [];
  /** Set by the machine: before the greeting, and while TLS or compression begins, nothing is written. */
  suspended = true;
  readonly #options: ClientOptions;
  readonly #session: ClientSession;
  readonly #output: ClientOutput;
  readonly #events: ClientEvent[];
  readonly #waiting: WaitingLine<CommandInFlight> = new WaitingLine();
  #serial = 0;
  /** How many commands have been given a time to leave. */
  #untimed = 0;

  constructor(options: ClientOptions, session: ClientSession, output: ClientOutput, events: ClientEvent[]) {
    this.#options = options;
    this.#session = session;
    this.#output = output;
    this.#events = events;
  }

  get head(): CommandInFlight | undefined {
    return this.flight[0];
  }

  get empty(): boolean {
    return this.flight.length === 0 && this.#waiting.length === 0;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** The command that is being written and waits for the server or for octets of the driver's. */
  get writing(): CommandInFlight | undefined {
    const last = this.flight.at(-1);
    return last?.writing?.done === false ? last : undefined;
  }

  /** Takes a command over. Throws a `TypeError` or a `RangeError` for one that can't be written. */
  add(command: Command, timeoutMs: number): number {
    const spec = findCommand(command.name);
    if (spec === undefined) throw new TypeError(`no command: ${JSON.stringify(command.name)}`);
    const id = this.#serial + 1;
    const traits = pipelineTraits(spec, command);
    const claim = fetchClaim(command);
    const added = new CommandInFlight({ id, command, spec, traits, timeoutMs, claim, tag: this.#tag(id) }, this.#session.utf8);
    this.#serial = id;
    this.#waiting.push(added);
    this.fill();
    return id;
  }

  /** Takes a command out that was not written yet; false where it was. */
  cancel(id: number): boolean {
    const taken = this.#waiting.take((command) => command.id === id);
    if (taken === undefined) return false;
    this.#drop(taken, 'cancelled');
    this.fill();
    return true;
  }

  /** Writes what waits, as far as may be. */
  fill(): void {
    for (let next = this.#waiting.first; next !== undefined && !this.suspended && this.#mayWrite(next.traits); next = this.#waiting.first) {
      this.#waiting.shift();
      this.#write(next);
    }
  }

  /** The command of a tag. */
  find(tag: string): CommandInFlight | undefined {
    return this.flight[0]?.tag === tag ? this.flight[0] : this.flight.find((command) => command.tag === tag);
  }

  /** A command is answered. */
  land(command: CommandInFlight): void {
    this.flight.splice(this.flight.indexOf(command), 1);
  }

  /** IDLE ended and begins anew, with another tag. */
  restart(command: CommandInFlight): void {
    command.tag = this.#tag(++this.#serial);
    command.idleEnds = 'no';
    command.startedAt = undefined;
    this.#write(command);
  }

  /** The octets of the command that is written go on. */
  advanced(command: CommandInFlight): void {
    const { written } = this.#output;
    command.firstWritten = Math.min(command.firstWritten, written);
    command.waitWritten = written;
    if (command.writing!.done) command.endWritten = written;
    const { pending } = command.writing!;
    if (pending !== undefined && command.writing!.lacking === pending.octetCount) {
      this.#events.push({ type: 'literal-wanted', id: command.id, source: pending.source, octetCount: pending.octetCount });
    }
  }

  /** What was written has left now. */
  left(now: number): void {
    if (this.head !== undefined) this.head.turnAt ??= now;
    for (let at = this.flight.length - 1; at >= 0 && this.#untimed > 0; at--) {
      const command = this.flight[at]!;
      if (command.startedAt !== undefined) continue;
      command.startedAt = command.turnAt = now;
      this.#untimed--;
    }
    this.#untimed = 0;
  }

  /** Nothing will be answered any more. */
  dropAll(): void {
    for (const command of this.flight.splice(0)) this.#drop(command, 'closed');
    for (const command of this.#waiting.takeAll()) this.#drop(command, 'closed');
  }

  #mayWrite(next: PipelineTraits): boolean {
    if (this.flight.length >= this.#options.pipelineDepth || this.writing !== undefined) return false;
    const selected = this.#session.mailbox !== undefined;
    for (const { traits } of this.flight) if (!mayFollow(next, traits, selected)) return false;
    return !(next.mailbox === 'changes' && selected && this.flight.length > 0);
  }

  /** What can't come in this state is not written: the server would refuse it, and might take it for another mailbox. */
  #write(command: CommandInFlight): void {
    const { spec } = command;
    if (!spec.states.includes(this.#session.state)) return this.#drop(command, 'state');
    const pieces = this.#encode(command);
    if (pieces === undefined) return this.#drop(command, 'unsendable');
    command.writing = new CommandWriting(pieces, this.#session.nonSynchronizing);
    command.turn = spec.name === 'IDLE' ? 'starting' : 'server';
    this.flight.push(command);
    this.#untimed++;
    this.#session.begin(command.command);
    command.writing.advance(this.#output);
    this.advanced(command);
  }

  #encode(command: CommandInFlight): ReturnType<CommandInFlight['pieces']> | undefined {
    const { utf8, capabilities } = this.#session;
    const { command: value } = command;
    try {
      if (value.name !== 'AUTHENTICATE' || value.initialResponse === undefined || capabilities.has('SASL-IR')) return command.pieces(utf8);
      command.heldResponse = value.initialResponse;
      return command.pieces(utf8, { ...value, initialResponse: undefined });
    } catch {
      return undefined; // it could be written when it was given, with UTF-8 as it was then
    }
  }

  #drop(command: CommandInFlight, reason: DropReason): void {
    const sent = this.#output.left >= command.firstWritten;
    this.#events.push({ type: 'dropped', id: command.id, command: command.command, reason, sent });
  }

  #tag(serial: number): string {
    return this.#options.tagPrefix + String(serial);
  }
}
