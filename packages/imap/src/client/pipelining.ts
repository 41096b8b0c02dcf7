/**
 * Which command may be written while others are in flight. RFC 9051 5.5 forbids what would be ambiguous; the rules here are that section's, as data
 * of each command and one function over a pair, and three of ours, where the answers could not be told apart. Commands are
 * never reordered: one that has to wait holds up those behind it.
 *
 * Read next: `client.ts`, which asks; `test/client/pipelining.test.ts`, which proves it over all pairs.
 *
 * @rfc 9051 5.5
 * @rfc 3501 5.5
 */
import type { Pipelining, SessionState } from '../extension.ts';

/** What of a `CommandSpec` matters here. */
export interface PipelinedSpec {
  readonly name: string;
  readonly states: readonly SessionState[];
  readonly pipelining: Pipelining;
}

/** What a command in flight allows and needs. */
export interface PipelineTraits {
  /** Nothing may be in flight together with it. */
  readonly alone: boolean;
  /** It names messages by sequence number: those numbers must not change before the server reads it. */
  readonly usesNumbers: boolean;
  /** The server may send EXPUNGE while it works on it. */
  readonly permitsExpunge: boolean;
  /** What it has to do with the selected mailbox: it selects or closes one, it works on it, or neither. */
  readonly mailbox: 'changes' | 'needs' | 'free';
  /** The untagged data of its answer that don't say which command they answer. */
  readonly unlabelled: string | undefined;
}

/**
 * No EXPUNGE comes while the server answers these, in the form that is not UID.
 * @rfc 9051 7.5.1
 * @rfc 5256 3
 */
const WITHOUT_EXPUNGE: ReadonlySet<string> = new Set(['FETCH', 'STORE', 'SEARCH', 'SORT', 'THREAD']);
/** Commands whose UID form may still name messages by number, in its search keys. */
const SEARCHING: ReadonlySet<string> = new Set(['SEARCH', 'SORT', 'THREAD']);
/** Commands whose answers are lists without a name on them. ESEARCH has the tag; STATUS, ACL, METADATA and quotas have the mailbox or the root. */
const UNLABELLED: ReadonlyMap<string, string> = new Map([
  ['SEARCH', 'SEARCH'], ['SORT', 'SORT'], ['THREAD', 'THREAD'], ['LIST', 'LIST'], ['LSUB', 'LSUB'], ['NAMESPACE', 'NAMESPACE'], ['ID', 'ID'],
]);

/**
 * What a command allows and needs.
 *
 * Shape: `command` is its value; `uid: true` says that it is the UID form.
 */
export function pipelineTraits(spec: PipelinedSpec, command: { readonly name: string; readonly uid?: boolean }): PipelineTraits {
  const uid = command.uid === true;
  return {
    alone: spec.pipelining === 'alone',
    usesNumbers: spec.pipelining === 'numbers' && (!uid || (SEARCHING.has(spec.name) && namesNumbers(command))),
    permitsExpunge: uid || !WITHOUT_EXPUNGE.has(spec.name),
    mailbox: spec.pipelining === 'mailbox' ? 'changes' : onlySelected(spec.states) ? 'needs' : 'free',
    unlabelled: UNLABELLED.get(spec.name),
  };
}

/**
 * Whether `next` may be written while `before` is in flight. It may be written when that holds for every command in flight.
 *
 * `selected`: a mailbox is selected, so that what comes may be about it until the server says otherwise.
 *
 * @rfc 9051 5.5
 */
export function mayFollow(next: PipelineTraits, before: PipelineTraits, selected: boolean): boolean {
  if (next.alone || before.alone) return false;
  // RFC 9051 5.5: numbers in `next` would mean other messages once an EXPUNGE came.
  if (next.usesNumbers && before.permitsExpunge) return false;
  // Untagged data don't say which mailbox they are about. After a SELECT that fails, none is selected.
  if (next.mailbox === 'changes' && (selected || before.mailbox !== 'free')) return false;
  if (before.mailbox === 'changes' && next.mailbox !== 'free') return false;
  return next.unlabelled === undefined || next.unlabelled !== before.unlabelled;
}

function onlySelected(states: readonly SessionState[]): boolean {
  return states.includes('selected') && !states.includes('authenticated') && !states.includes('not-authenticated');
}

/** Whether a set of sequence numbers stands in the search keys of a command. `$` is none: it names what a search found. @rfc 9051 5.5 */
function namesNumbers(value: object): boolean {
  const open: object[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next instanceof Uint8Array) continue;
    if ('key' in next && next.key === 'SEQUENCE' && 'set' in next && next.set !== '$') return true;
    for (const [field, inner] of Object.entries(next)) if (field !== 'set' && typeof inner === 'object' && inner !== null) open.push(inner);
  }
  return false;
}
