/** A command of the client's from `send` to its end: its tag, its octets, what it may be answered with. */
import type { Command } from '../command.ts';
import { encodeCommand } from '../command-encode.ts';
import type { AnyCommandSpec } from '../extension.ts';
import type { TaggedResponse } from '../response.ts';
import type { WrittenPiece } from '../value-writer.ts';
import type { CommandWriting } from './command-writing.ts';
import type { FetchClaim } from './fetch-claim.ts';
import type { PipelineTraits } from './pipelining.ts';

/**
 * Where a command with moves of its own stands. AUTHENTICATE: whose turn it is. IDLE: `starting` until `+`, `idling` until DONE, `ending` until its
 * tagged response.
 */
export type Turn = 'server' | 'driver' | 'starting' | 'idling' | 'ending';

export class CommandInFlight {
  readonly id: number;
  readonly command: Command;
  readonly spec: AnyCommandSpec;
  readonly traits: PipelineTraits;
  /** A deadline of its own: milliseconds from the moment it leaves, whatever comes meanwhile. */
  readonly timeoutMs: number;
  /** What FETCH responses it asked for; undefined for none. */
  readonly claim: FetchClaim | undefined;
  /** Another one after a restart of IDLE. */
  tag: string;
  /** Its octets; undefined while it waits. */
  writing: CommandWriting | undefined = undefined;
  /** Places in the output: behind its first wait, behind its last wait so far, and behind its end. */
  firstWritten: number = Infinity;
  waitWritten: number = Infinity;
  endWritten: number = Infinity;
  /** When it left, and when its present turn began; undefined before. */
  startedAt: number | undefined = undefined;
  turnAt: number | undefined = undefined;
  turn: Turn = 'server';
  /** What a client-first mechanism says first, where the server lacks SASL-IR. @rfc 4959 3 */
  heldResponse: Uint8Array | undefined = undefined;
  /** IDLE is to end as soon as it has begun, or to begin anew when it has ended. */
  idleEnds: 'no' | 'for-good' | 'to-restart' = 'no';
  /** The server refused it while a literal is still to be given: the connection is only right again behind that. */
  refusal: TaggedResponse | undefined = undefined;
  readonly #pieces: { readonly utf8: boolean; readonly tag: string; readonly pieces: readonly WrittenPiece[] };

  /** Throws a `TypeError` or a `RangeError` for a command that can't be written. */
  constructor(
    facts: Pick<CommandInFlight, 'id' | 'command' | 'spec' | 'traits' | 'timeoutMs' | 'claim' | 'tag'>, utf8: boolean,
  ) {
    this.id = facts.id;
    this.command = facts.command;
    this.spec = facts.spec;
    this.traits = facts.traits;
    this.timeoutMs = facts.timeoutMs;
    this.claim = facts.claim;
    this.tag = facts.tag;
    this.#pieces = { utf8, tag: facts.tag, pieces: encodeCommand(this.tag, this.command, utf8) };
  }

  /** What to write, without CRLF. `command`: in place of its own, for AUTHENTICATE without its initial response. */
  pieces(utf8: boolean, command: Command = this.command): readonly WrittenPiece[] {
    const { pieces } = this.#pieces;
    if (utf8 === this.#pieces.utf8 && command === this.command && this.#pieces.tag === this.tag) return pieces;
    return encodeCommand(this.tag, command, utf8);
  }
}
