/** Whether a fault makes sense: the same check for those that were built and those that were read from JSON. */
import { type EnhancedStatus, reply } from '@mailwright/smtp';
import { type Fault, type FaultAction, FAULT_POINTS, type FaultSelection } from './fault.ts';

/** Actions that need no reply to act on. */
const WITHOUT_REPLY: ReadonlySet<FaultAction['type']> = new Set(['delay', 'stall', 'cut', 'hang-up', 'raw', 'read-slowly']);
const HAS_NO_REPLY: ReadonlySet<FaultAction['type']> = new Set(['delay', 'stall', 'cut', 'hang-up']);

/** Throws a `TypeError` or a `RangeError` that says what is wrong; gives the fault back with all its fields. */
export function checkFault(fault: Fault): Fault {
  const { point, selection, counted, connection, matching, afterOctets, action } = fault;
  if (!FAULT_POINTS.includes(point)) throw new TypeError(`not a point of a session: ${String(point)}`);
  checkSelection(selection, point);
  if (counted !== 'server' && counted !== 'connection') throw new TypeError(`counted must be server or connection, not ${String(counted)}`);
  if (connection !== undefined) checkCount(connection, 'connection');
  if (matching !== undefined && typeof matching !== 'string') throw new TypeError('matching must be a string');
  checkAction(action);
  if (afterOctets !== undefined) {
    checkCount(afterOctets, 'afterOctets');
    if (point !== 'connection' && point !== 'DATA' && point !== 'BDAT') throw new TypeError(`octets can be counted on connection, DATA and BDAT, not on ${point}`);
    if (!WITHOUT_REPLY.has(action.type)) throw new TypeError(`${action.type} needs a reply to act on: leave afterOctets out`);
  } else checkPlace(fault);
  return { point, selection, counted, connection, matching, afterOctets, action };
}

/** Whether the action can happen at the point. */
function checkPlace({ point, action }: Fault): void {
  const { type } = action;
  if ((type === 'drop-capability' || type === 'set-capability') && point !== 'EHLO') throw new TypeError(`${type} acts on the reply to EHLO, not on ${point}`);
  if ((point === 'connection' || point === 'handshake') && !HAS_NO_REPLY.has(type)) throw new TypeError(`there is no reply on ${point} for ${type} to act on`);
}

function checkSelection(selection: FaultSelection, point: Fault['point']): void {
  switch (selection.type) {
    case 'every':
      return;
    case 'nth':
    case 'first':
    case 'from':
      return checkCount(selection.count, 'count');
    case 'beyond':
      checkMs(selection.perMs, 'perMs');
      if (!Number.isInteger(selection.count) || selection.count < 0) throw new RangeError(`count must be an integer from 0, not ${selection.count}`);
      return;
    case 'greylisted':
      if (point !== 'RCPT') throw new TypeError(`only RCPT can be greylisted, not ${point}`);
      return checkMs(selection.delayMs, 'delayMs');
    default:
      throw new TypeError(`not a selection: ${JSON.stringify(selection satisfies never)}`);
  }
}

function checkAction(action: FaultAction): void {
  switch (action.type) {
    case 'reply':
      reply(action.code, action.enhanced as EnhancedStatus | undefined, ...action.lines);
      return;
    case 'raw':
    case 'append':
      if (typeof action.text !== 'string') throw new TypeError('text must be a string');
      return;
    case 'delay':
      return checkMs(action.ms, 'ms');
    case 'drip':
    case 'read-slowly':
      checkCount(action.octets, 'octets');
      return checkMs(action.everyMs, 'everyMs');
    case 'stall':
    case 'cut':
    case 'hang-up':
      if (action.moment !== 'before-reply' && action.moment !== 'after-reply') throw new TypeError(`moment must be before-reply or after-reply, not ${String(action.moment)}`);
      return;
    case 'drop-capability':
      return checkCapability(action.keyword, /^[a-z\d][a-z\d-]*$/i);
    case 'set-capability':
      return checkCapability(action.capability, /^[a-z\d][a-z\d-]*(?:[ =][!-~]+(?: [!-~]+)*)?$/i);
    default:
      throw new TypeError(`not an action: ${JSON.stringify(action satisfies never)}`);
  }
}

function checkCapability(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new TypeError(`not a capability: ${JSON.stringify(text)}`);
}

function checkCount(count: number, name: string): void {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${name} must be an integer from 1, not ${count}`);
}

function checkMs(ms: number, name: string): void {
  if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`${name} must be a number of milliseconds from 0, not ${ms}`);
}
