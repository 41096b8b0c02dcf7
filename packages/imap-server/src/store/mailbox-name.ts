/**
 * Names of mailboxes as the store knows them: text, levels separated by `/`, `INBOX` in upper case whatever a client wrote.
 *
 * What is refused here no store has to think of: empty levels, control characters, text that is no Unicode.
 *
 * @rfc 9051 5.1
 */
import { MailStoreError } from './store-error.ts';

/** Between levels. */
export const HIERARCHY_SEPARATOR = '/';
const NAME_CHARACTERS = 1000;
const LEVELS = 32;
const FORBIDDEN = /[\0-\x1f\x7f-\x9f\u2028\u2029]/; // RFC 5198 2: no control characters; RFC 9755 3: no line and paragraph separators
const INBOX_LEVEL = /^inbox$/i;

/**
 * The name with its first level in upper case where that is INBOX in any letter case.
 *
 * Errors: `STORE_BAD_NAME` for an empty name or level, a control character, a lone surrogate, more than 32 levels or 1,000 characters.
 * @rfc 9051 5.1
 */
export function checkMailboxName(name: string): string {
  if (name.length > NAME_CHARACTERS) throw badName('the name is too long');
  if (FORBIDDEN.test(name) || !isUnicode(name)) throw badName('the name holds a character that is not allowed');
  const levels = name.split(HIERARCHY_SEPARATOR);
  if (levels.length > LEVELS) throw badName('the name has too many levels');
  if (levels.includes('')) throw badName('a level of the name is empty');
  if (INBOX_LEVEL.test(levels[0]!)) levels[0] = 'INBOX';
  return levels.join(HIERARCHY_SEPARATOR);
}

/** True where `name` is a level below `above`, at any depth. */
export function isBelow(name: string, above: string): boolean {
  return name.startsWith(above + HIERARCHY_SEPARATOR);
}

/** INBOX first, then by code units. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'INBOX') return -1;
  if (b === 'INBOX') return 1;
  return a < b ? -1 : 1;
}

function badName(message: string): MailStoreError {
  return new MailStoreError('STORE_BAD_NAME', message);
}

function isUnicode(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text);
}
