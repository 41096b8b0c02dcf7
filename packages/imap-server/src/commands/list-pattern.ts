/**
 * Patterns of LIST: `*` stands for anything, `%` for anything but the separator.
 *
 * @rfc 9051 6.3.9
 */
import { HIERARCHY_SEPARATOR } from '../store/mailbox-name.ts';

/** No name is longer than the store allows, so no pattern that has more to match fits any. */
const LITERAL_CHARACTERS = 1000;

/** Whether a name fits. INBOX fits in any letter case. */
export type NameMatcher = (name: string) => boolean;

/** Makes a pattern ready. Each name costs its length times that of the pattern at most. */
export function compilePattern(pattern: string): NameMatcher {
  const tidy = pattern.replace(/[*%]+/g, (wildcards) => (wildcards.includes('*') ? '*' : '%'));
  const least = tidy.replace(/[*%]/g, '').length;
  if (least > LITERAL_CHARACTERS) return () => false;
  const ofInbox = tidy.replace(/^inbox(?=$|[/*%])/i, 'INBOX');
  return (name) => name.length >= least && (matches(ofInbox, name) || (/^inbox$/i.test(name) && matches(tidy.toUpperCase(), 'INBOX')));
}

/** All positions of the name that the pattern so far can end at, step by step. */
function matches(pattern: string, name: string): boolean {
  let ends: boolean[] = new Array<boolean>(name.length + 1).fill(false);
  ends[0] = true;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!; // by code units, as the name
    const next: boolean[] = new Array<boolean>(name.length + 1).fill(false);
    if (character === '*' || character === '%') spread(ends, next, character === '*' ? undefined : name);
    else for (let at = 0; at < name.length; at++) if (ends[at] === true && name[at] === character) next[at + 1] = true;
    ends = next;
  }
  return ends[name.length]!;
}

/** `within`: the name whose separators stop the wildcard. */
function spread(ends: readonly boolean[], next: boolean[], within: string | undefined): void {
  let reached = false;
  for (let at = 0; at < next.length; at++) {
    if (at > 0 && within?.[at - 1] === HIERARCHY_SEPARATOR) reached = false;
    reached ||= ends[at]!;
    next[at] = reached;
  }
}
