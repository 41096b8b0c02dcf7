/** Commands of a few lines. */
import type { ComparatorCommand, LanguageCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { HIERARCHY_SEPARATOR } from '../store/mailbox-name.ts';
import { no, ok, type Outcome } from './outcome.ts';

const COMPARATOR = 'i;unicode-casemap';

/** The moment to look for what other programs did. @rfc 9051 6.1.2 */
export async function noop(session: CommandSession): Promise<'accepted'> {
  await session.selection?.mailbox.refresh();
  return 'accepted';
}

/** @rfc 9051 6.3.10 */
export function namespace({ machine }: CommandSession): Outcome {
  machine.respond({ name: 'NAMESPACE', personal: [{ prefix: '', delimiter: HIERARCHY_SEPARATOR, extensions: new Map() }], others: [], shared: [] });
  return ok('NAMESPACE completed');
}

/** @rfc 2971 3.2 */
export function id({ machine, core }: CommandSession): Outcome {
  machine.respond({ name: 'ID', fields: new Map(Object.entries(core.options.id ?? { name: 'mailwright' })) });
  return ok('ID completed');
}

/** @rfc 8437 2 */
export function unauthenticate(session: CommandSession): 'accepted' {
  session.logOut();
  return 'accepted';
}

/** Texts are in English. @rfc 5255 3.2 */
export function language({ machine }: CommandSession, { ranges }: LanguageCommand): Outcome {
  const fits = ranges.length === 0 || ranges.some((range) => /^(?:\*|default|i-default|en(?:-.*)?)$/i.test(range));
  if (!fits) return no('Texts are in English only', 'CANNOT');
  machine.respond({ name: 'LANGUAGE', tags: ['en'] });
  return ok('LANGUAGE completed');
}

/** There is one. @rfc 5255 4.7 */
export function comparator({ machine }: CommandSession, { comparators }: ComparatorCommand): Outcome {
  const fits = comparators.length === 0 || comparators.some((wanted) => wanted === 'default' || fitsComparator(wanted));
  if (!fits) return no('No such comparator', { name: 'BADCOMPARATOR' });
  machine.respond({ name: 'COMPARATOR', active: COMPARATOR, matching: comparators.length === 0 ? [] : [COMPARATOR] });
  return ok('COMPARATOR completed');
}

/** With one `*` at most at each end and in the middle, as RFC 4790 writes them. */
function fitsComparator(wanted: string): boolean {
  const pieces = wanted.toLowerCase().split('*');
  if (pieces.length === 1) return pieces[0] === COMPARATOR;
  return COMPARATOR.startsWith(pieces[0]!) && COMPARATOR.endsWith(pieces.at(-1)!) && pieces.every((piece) => COMPARATOR.includes(piece));
}

/** @rfc 9698 4 */
export function getJmapAccess({ machine, core }: CommandSession): Outcome {
  const url = core.options.jmapUrl;
  if (url === undefined) return no('There is no JMAP here', 'CANNOT');
  machine.respond({ name: 'JMAPACCESS', url });
  return ok('GETJMAPACCESS completed');
}
