/**
 * What can be made to go wrong in an IMAP or a POP3 session, as plain values: they can be written as JSON, compared, and run again with the
 * same outcome.
 *
 * A point names what the server is about to say. `connection`: it was just accepted. `greeting`. A command (`FETCH`, `UID FETCH`, `RETR`): its
 * last word, tagged in IMAP, the status line in POP3. `* FETCH`, `* EXISTS`, `* OK`: data and words that no tag stands before. `+`: a request to go on.
 * `data`: a line behind a status line of POP3. `any`: all of them.
 *
 * Read next: `mail-fault-script.ts` (how they are written), `mail-fault-transport.ts` (what is done).
 */
import type { DripRate, FaultMoment, FaultSelection } from '../faults/fault.ts';

export type MailFaultAction =
  /** Says this in place of it, as it is. */
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'prepend'; readonly text: string }
  | { readonly type: 'append'; readonly text: string }
  /** Says nothing. */
  | { readonly type: 'swallow' }
  /** Says it twice. */
  | { readonly type: 'duplicate' }
  /** Says it with every `find` replaced, octet by octet; its literals too. */
  | { readonly type: 'replace'; readonly find: string; readonly text: string }
  /** Says another size than its first literal has: so many octets more, or fewer. */
  | { readonly type: 'literal-size'; readonly by: number }
  /** Says so many octets of its first literal, or of it where it has none, then `text`, and closes. */
  | { readonly type: 'break-off'; readonly octets: number; readonly text: string }
  | { readonly type: 'delay'; readonly ms: number }
  /** Says it in small pieces. */
  | ({ readonly type: 'drip' } & DripRate)
  /** From here on says nothing and reads nothing; the connection stays open. */
  | { readonly type: 'stall'; readonly moment: FaultMoment }
  /** Drops the connection. */
  | { readonly type: 'cut'; readonly moment: FaultMoment }
  /** Closes it in an orderly way, without a word. */
  | { readonly type: 'hang-up'; readonly moment: FaultMoment }
  /** Writes what is before and what is behind apart, in two turns of the event loop. With `afterOctets` only. */
  | { readonly type: 'split' }
  /** IMAP: announces one capability less, or one more. */
  | { readonly type: 'drop-capability'; readonly keyword: string }
  | { readonly type: 'add-capability'; readonly keyword: string };

/** One thing that goes wrong. */
export interface MailFault {
  readonly point: string;
  readonly selection: Exclude<FaultSelection, { readonly type: 'greylisted' } | { readonly type: 'beyond' }>;
  /** Whether occurrences are counted over all connections, or on each anew. */
  readonly counted: 'server' | 'connection';
  /** On this connection only, counted from 1; `undefined`: on all. */
  readonly connection: number | undefined;
  /** Only where the line contains this, letter case ignored: the client's command, or what is said without a tag. */
  readonly matching: string | undefined;
  /** For the point `connection`: when the server has said so many octets. */
  readonly afterOctets: number | undefined;
  readonly action: MailFaultAction;
}

const POINT = /^(?:connection|greeting|any|data|\+|\* ?[A-Z]*|(?:UID )?[A-Z]+)$/;
const WITH_OCTETS: ReadonlySet<MailFaultAction['type']> = new Set(['cut', 'hang-up', 'stall', 'split', 'delay']);

/** Throws a `TypeError` or a `RangeError` that says what is wrong; gives the fault back with all its fields. */
export function checkMailFault({ point, selection, counted, connection, matching, afterOctets, action }: MailFault): MailFault {
  if (typeof point !== 'string' || !POINT.test(point)) throw new TypeError(`not a point of a session: ${String(point)}`);
  if (selection.type !== 'every') checkCount(selection.count, 'count');
  if (connection !== undefined) checkCount(connection, 'connection');
  if (afterOctets !== undefined) {
    if (!Number.isInteger(afterOctets) || afterOctets < 0) throw new RangeError(`afterOctets must be an integer from 0, not ${afterOctets}`);
    if (point !== 'connection') throw new TypeError(`octets are counted on connection, not on ${point}`);
  }
  if (point === 'connection' && !WITH_OCTETS.has(action.type)) throw new TypeError(`there is nothing on connection for ${action.type} to act on`);
  if (action.type === 'split' && afterOctets === undefined) throw new TypeError('split needs afterOctets');
  checkAction(action);
  return { point, selection, counted, connection, matching, afterOctets, action };
}

function checkAction(action: MailFaultAction): void {
  if ('text' in action && typeof action.text !== 'string') throw new TypeError('text must be a string');
  if (action.type === 'replace' && (typeof action.find !== 'string' || action.find === '')) throw new TypeError('find must be a text of one character or more');
  if (action.type === 'literal-size' && !Number.isInteger(action.by)) throw new RangeError(`by must be an integer, not ${action.by}`);
  if (action.type === 'break-off' && (!Number.isInteger(action.octets) || action.octets < 0)) throw new RangeError(`octets must be an integer from 0, not ${action.octets}`);
  if (action.type === 'delay' && !(Number.isFinite(action.ms) && action.ms >= 0)) throw new RangeError(`ms must be a number of milliseconds from 0, not ${action.ms}`);
  if (action.type === 'drip') checkCount(action.octets, 'octets');
  if ('keyword' in action && !/^[!-~]+$/.test(action.keyword)) throw new TypeError(`not a capability: ${JSON.stringify(action.keyword)}`);
}

function checkCount(count: number, name: string): void {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${name} must be an integer from 1, not ${count}`);
}
