/**
 * The moves of a server session as a pure function over the tables that the commands bring (`CommandSpec.moves`).
 * The diagram in docs/states.md is generated from the same tables.
 */
import type { AnyCommandSpec, ServerState } from './extension.ts';
import { type Reply, reply } from './reply.ts';

/** The 503 for a command that came too early or too late, by the state it came in. */
const OUT_OF_SEQUENCE: Readonly<Record<ServerState, Reply>> = {
  connected: reply(503, '5.5.1', 'Say EHLO or HELO first'),
  ready: reply(503, '5.5.1', 'MAIL first'),
  mail: reply(503, '5.5.1', 'Not now: a transaction is open and has no valid recipient yet'),
  rcpt: reply(503, '5.5.1', 'Not now: a transaction is open'),
  chunks: reply(503, '5.5.1', 'Not now: the message is being sent in chunks'),
  refused: reply(503, '5.5.1', 'This server takes no mail from you; QUIT'),
};

/**
 * Whether `spec` may come in `state`: a reply refuses it, `undefined` lets it pass.
 * @rfc 5321 4.1.4
 */
export function refuseSequence(spec: AnyCommandSpec, state: ServerState): Reply | undefined {
  return spec.moves[state] === undefined ? OUT_OF_SEQUENCE[state] : undefined;
}

/** The state after `spec` was answered in `state`. What is not accepted leaves the state as it is, unless the table says otherwise. */
export function nextState(spec: AnyCommandSpec, state: ServerState, accepted: boolean): ServerState {
  const move = spec.moves[state];
  if (move === undefined) return state;
  return accepted ? move.accepted : (move.refused ?? state);
}
