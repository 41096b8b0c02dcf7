/**
 * What mailboxes are for, by their names, where a server does not say (SPECIAL-USE). Only top-level mailboxes and those right under INBOX or `[Gmail]` are
 * looked at.
 *
 * Read next: `special-use-name-list.ts`.
 *
 * @rfc 6154 2
 */
import { ALL_NAMES, FLAGGED_NAMES, SPECIAL_USE_NAME_LIST } from './special-use-name-list.ts';

const USES = ['\\Sent', '\\Trash', '\\Drafts', '\\Junk', '\\Archive'] as const;
/** Marks of direction and joining, which are not seen. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

let table: ReadonlyMap<string, string> | undefined;

/** What a mailbox is for by its name: `\Sent`; `undefined` where the name says nothing. `delimiter`: of its levels. */
export function specialUseOfName(name: string, delimiter: string | undefined): string | undefined {
  const levels = delimiter === undefined ? [name] : name.split(delimiter);
  const parent = levels.length === 2 ? levels[0]!.toUpperCase() : '';
  if (levels.length > 2 || (levels.length === 2 && parent !== 'INBOX' && parent !== '[GMAIL]' && parent !== '[GOOGLE MAIL]')) return undefined;
  table ??= makeTable();
  return table.get(canonical(levels.at(-1)!));
}

/** A name that is said of two uses says nothing. */
function makeTable(): ReadonlyMap<string, string> {
  const uses = new Map<string, string>();
  const ambiguous = new Set<string>();
  const add = (names: string, use: string): void => {
    if (names === '') return;
    for (const name of names.split('|').map(canonical)) {
      if ((uses.get(name) ?? use) !== use) ambiguous.add(name);
      uses.set(name, use);
    }
  };
  for (const [, ...names] of SPECIAL_USE_NAME_LIST) for (const [index, use] of USES.entries()) add(names[index]!, use);
  add(ALL_NAMES, '\\All');
  add(FLAGGED_NAMES, '\\Flagged');
  for (const name of ambiguous) uses.delete(name);
  return uses;
}

function canonical(name: string): string {
  return name.normalize('NFC').toLowerCase().replace(UNSEEN, '').replaceAll('\u00a0', ' ').trim();
}
