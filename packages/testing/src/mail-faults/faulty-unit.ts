/** Something that the server says as the faults of its occurrence make it. */
import { concatOctets, encodeLatin1, encodeUtf8, indexOfOctet, indexOfSequence, latin1, LF } from '@mailwright/wire';
import type { Outgoing } from '../faults/reply-output.ts';
import type { MailFaultAction } from './mail-fault.ts';

const LITERAL = /(~?\{)(\d+)(\+?\}\r?\n)$/;
const NO_OCTETS = new Uint8Array(0);
const CAPABILITIES = /(\* CAPABILITY |\[CAPABILITY )([^\]\r\n]*)/;

type Of<T extends MailFaultAction['type']> = Extract<MailFaultAction, { readonly type: T }>;

/** What goes out in place of `octets`. */
export function faultyUnit(octets: Uint8Array, actions: readonly MailFaultAction[]): Outgoing {
  if (actions.length === 0) return { octets, delayMs: 0, drip: undefined, ending: undefined };
  const drip = actions.find((action): action is Of<'drip'> => action.type === 'drip');
  const breakOff = actions.find((action): action is Of<'break-off'> => action.type === 'break-off');
  const ending = actions.find((action): action is Of<'stall'> | Of<'cut'> | Of<'hang-up'> => action.type === 'stall' || action.type === 'cut' || action.type === 'hang-up');
  return {
    octets: actions.reduce(change, octets),
    delayMs: actions.reduce((sum, action) => sum + (action.type === 'delay' ? action.ms : 0), 0),
    drip: drip === undefined ? undefined : { octets: drip.octets, everyMs: drip.everyMs },
    ending: ending ?? (breakOff === undefined ? undefined : { type: 'hang-up', moment: 'after-reply' }),
  };
}

function change(octets: Uint8Array, action: MailFaultAction): Uint8Array {
  switch (action.type) {
    case 'say':
      return encodeUtf8(action.text);
    case 'prepend':
      return concatOctets([encodeUtf8(action.text), octets]);
    case 'append':
      return concatOctets([octets, encodeUtf8(action.text)]);
    case 'swallow':
      return NO_OCTETS;
    case 'duplicate':
      return concatOctets([octets, octets]);
    case 'replace':
      return replaceOctets(octets, encodeUtf8(action.find), encodeUtf8(action.text));
    case 'literal-size':
      return resizeLiteral(octets, action.by);
    case 'break-off':
      return concatOctets([octets.subarray(0, literalStart(octets) + action.octets), encodeUtf8(action.text)]);
    case 'drop-capability':
    case 'add-capability':
      return changeCapabilities(octets, (names) => (action.type === 'add-capability' ? [...names, action.keyword] : names.filter((name) => name.toUpperCase() !== action.keyword)));
    default:
      return octets;
  }
}

/** The words of CAPABILITY, as data and as a response code, changed; anything else stays as it is. @rfc 9051 7.2.2 */
export function changeCapabilities(octets: Uint8Array, change: (names: readonly string[]) => readonly string[]): Uint8Array {
  if (octets.length > 65_536 || indexOfSequence(octets, encodeUtf8('CAPABILITY')) < 0) return octets;
  return encodeLatin1(latin1(octets).replace(CAPABILITIES, (_all, before: string, names: string) => before + change(names.trim().split(' ')).join(' ')));
}

function replaceOctets(octets: Uint8Array, find: Uint8Array, by: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = indexOfSequence(octets, find); at >= 0; at = indexOfSequence(octets, find, from)) {
    parts.push(octets.subarray(from, at), by);
    from = at + find.length;
  }
  return concatOctets([...parts, octets.subarray(from)]);
}

/** Where the octets of the first literal begin; 0 where there is none. */
function literalStart(octets: Uint8Array): number {
  const lf = indexOfOctet(octets, LF);
  return lf >= 0 && lf + 1 < octets.length && LITERAL.test(latin1(octets.subarray(0, lf + 1))) ? lf + 1 : 0;
}

function resizeLiteral(octets: Uint8Array, by: number): Uint8Array {
  const start = literalStart(octets);
  if (start === 0) return octets;
  const line = latin1(octets.subarray(0, start)).replace(LITERAL, (_all, before: string, count: string, after: string) => `${before}${Math.max(0, Number(count) + by)}${after}`);
  return concatOctets([encodeLatin1(line), octets.subarray(start)]);
}
