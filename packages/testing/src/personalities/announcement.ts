/** The capabilities of a personality, word for word, wherever the server below announces its own; and the texts of its answers. */
import { concatOctets, encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { changeCapabilities } from '../mail-faults/faulty-unit.ts';
import type { Unit } from '../mail-faults/mail-dialect.ts';
import type { Rewrite } from '../mail-faults/mail-fault-transport.ts';

export interface Announcement {
  /** Before the login, as the server announces them. */
  readonly before: string;
  /** After it. */
  readonly after: string;
  /** Whether CAPABILITY is said unasked before the answer to a login. */
  readonly unasked?: boolean | undefined;
  /** What else becomes of a response, as text of one octet a character. */
  readonly change?: ((text: string, unit: Unit) => string) | undefined;
}

/** Words that stay as the server below says them: they depend on the connection. */
const OF_THE_CONNECTION = /^(?:STARTTLS|LOGINDISABLED)$/i;
const MAX_CHANGED_OCTETS = 65_536;

/** Makes the change of one connection. */
export function announceAs({ before, after, unasked = false, change }: Announcement): () => Rewrite {
  return () => {
    let loggedIn = false;
    const words = (below: readonly string[]): readonly string[] => {
      const own = (loggedIn ? after : before).split(' ');
      const here = below.filter((word) => OF_THE_CONNECTION.test(word) && !own.includes(word));
      // What a test has switched off in the server below is not announced either.
      const compressed = loggedIn && !below.some((word) => word.toUpperCase().startsWith('COMPRESS='));
      return [...own.filter((word) => !(compressed && word.toUpperCase().startsWith('COMPRESS='))), ...here];
    };
    return (unit) => {
      const { octets, points } = unit;
      if (octets.length > MAX_CHANGED_OCTETS) return octets;
      const login = (points.includes('LOGIN') || points.includes('AUTHENTICATE')) && / OK/i.test(latin1(octets.subarray(0, 80)));
      if (login) loggedIn = true;
      const announced = changeCapabilities(octets, words);
      const changed = change === undefined ? announced : changeText(announced, (text) => change(text, unit));
      return login && unasked ? concatOctets([encodeUtf8(`* CAPABILITY ${after}\r\n`), changed]) : changed;
    };
  };
}

/** The octets as text with one character each, changed. Responses with literals are left as they are: their octets are the message's. */
function changeText(octets: Uint8Array, change: (text: string) => string): Uint8Array {
  const text = latin1(octets);
  if (/\{[1-9]\d*\}\r\n/.test(text)) return octets;
  const changed = change(text);
  return changed === text ? octets : encodeLatin1(changed);
}
