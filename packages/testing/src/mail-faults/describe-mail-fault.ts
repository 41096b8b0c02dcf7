/** Faults of IMAP and POP3 in words: `on the 2nd * FETCH: say it twice`. */
import { assertNever } from '@mailwright/wire';
import { describeSelection, ordinal, shown } from '../faults/fault-describe.ts';
import type { MailFault, MailFaultAction } from './mail-fault.ts';

/** One fault on one line. */
export function describeMailFault({ point, selection, counted, connection, matching, afterOctets, action }: MailFault): string {
  const of = [
    matching === undefined ? '' : ` with ${JSON.stringify(matching)}`,
    counted === 'connection' && connection === undefined && selection.type !== 'every' ? ' of each connection' : '',
    connection === undefined ? '' : ` of the ${ordinal(connection)} connection`,
    afterOctets === undefined ? '' : `, after ${afterOctets} octets`,
  ].join('');
  return `on ${describeSelection(selection, point === 'any' ? 'response' : point)}${of}: ${describeAction(action)}`;
}

function describeAction(action: MailFaultAction): string {
  switch (action.type) {
    case 'say':
      return `say ${shown(action.text)} in place of it`;
    case 'prepend':
      return `say ${shown(action.text)} before it`;
    case 'append':
      return `say ${shown(action.text)} behind it`;
    case 'swallow':
      return 'do not say it';
    case 'duplicate':
      return 'say it twice';
    case 'replace':
      return `say ${shown(action.text)} for ${shown(action.find)}`;
    case 'literal-size':
      return `say that its literal is ${Math.abs(action.by)} octets ${action.by < 0 ? 'shorter' : 'longer'} than it is`;
    case 'break-off':
      return `break off after ${action.octets} octets of its literal${action.text === '' ? '' : `, say ${shown(action.text)}`}, and close`;
    case 'delay':
      return `wait ${action.ms} ms`;
    case 'drip':
      return `say it ${action.octets} octets every ${action.everyMs} ms`;
    case 'stall':
      return `stall${action.moment === 'after-reply' ? ' behind it' : ''}`;
    case 'cut':
      return `cut the connection${action.moment === 'after-reply' ? ' behind it' : ''}`;
    case 'hang-up':
      return `hang up${action.moment === 'after-reply' ? ' behind it' : ''}`;
    case 'split':
      return 'write what is behind later';
    case 'drop-capability':
      return `do not announce ${action.keyword}`;
    case 'add-capability':
      return `announce ${action.keyword}`;
    default:
      return assertNever(action);
  }
}
