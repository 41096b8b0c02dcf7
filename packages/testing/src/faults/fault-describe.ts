/** Faults in words: `on the 3rd RCPT: reply 451 4.7.1 Greylisted`. */
import { assertNever } from '@mailwright/wire';
import type { Fault, FaultAction, FaultMoment, FaultPoint, FaultSelection } from './fault.ts';

const MAX_SHOWN_CHARACTERS = 60;

const POINT_NAMES: Readonly<Partial<Record<FaultPoint, string>>> = { 'final-dot': 'final dot', any: 'reply' };

/** One fault on one line. */
export function describeFault(fault: Fault): string {
  const { point, selection, counted, connection, matching, afterOctets, action } = fault;
  const of = [
    matching === undefined ? '' : ` with ${JSON.stringify(matching)}`,
    counted === 'connection' && connection === undefined && selection.type !== 'every' ? ' of each connection' : '',
    connection === undefined ? '' : ` of the ${ordinal(connection)} connection`,
    afterOctets === undefined ? '' : `, after ${afterOctets} octets`,
  ].join('');
  return `on ${describeSelection(selection, POINT_NAMES[point] ?? point)}${of}: ${describeAction(action)}`;
}

/** `the 3rd RCPT` */
export function describeSelection(selection: FaultSelection, point: string): string {
  switch (selection.type) {
    case 'every':
      return `every ${point}`;
    case 'nth':
      return `the ${ordinal(selection.count)} ${point}`;
    case 'first':
      return selection.count === 1 ? `the first ${point}` : `the first ${selection.count} ${point}`;
    case 'from':
      return `every ${point} from the ${ordinal(selection.count)}`;
    case 'beyond':
      return `every ${point} beyond ${selection.count} in ${selection.perMs} ms`;
    case 'greylisted':
      return `every ${point} of a sender and recipient first seen less than ${selection.delayMs} ms ago`;
    default:
      return assertNever(selection);
  }
}

function describeAction(action: FaultAction): string {
  switch (action.type) {
    case 'reply':
      return `reply ${[action.code, action.enhanced, action.lines[0]].filter((part) => part !== undefined && part !== '').join(' ')}`;
    case 'raw':
      return `say ${shown(action.text)} in place of the reply`;
    case 'append':
      return `say ${shown(action.text)} behind the reply`;
    case 'delay':
      return `wait ${action.ms} ms`;
    case 'drip':
      return `say the reply ${action.octets} octets every ${action.everyMs} ms`;
    case 'read-slowly':
      return `read ${action.octets} octets every ${action.everyMs} ms`;
    case 'stall':
      return `stall${describeMoment(action.moment)}`;
    case 'cut':
      return `cut the connection${describeMoment(action.moment)}`;
    case 'hang-up':
      return `hang up${describeMoment(action.moment)}`;
    case 'drop-capability':
      return `do not announce ${action.keyword}`;
    case 'set-capability':
      return `announce ${action.capability}`;
    default:
      return assertNever(action);
  }
}

function describeMoment(moment: FaultMoment): string {
  return moment === 'after-reply' ? ' after the reply' : '';
}

/** Quoted, and cut where it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}...` : text);
}

/** `1st` */
export function ordinal(count: number): string {
  const tens = count % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}
