/**
 * The instance that ties the three fields of a set together.
 *
 * ```abnf
 * instance = [CFWS] %s"i" [CFWS] "=" [CFWS] position
 * position = 1*2DIGIT                     ; 1 - 50
 * ```
 */
import { BACKSLASH, CR, EQUALS, LEFT_PARENTHESIS, LF, RIGHT_PARENTHESIS, SEMICOLON, SP, TAB } from '@mailwright/wire';

/** There are no more sets on a message than this. @rfc 8617 4.2.1 */
export const MOST_INSTANCES: number = 50;

const POSITION = /^[0-9]{1,2}$/;
const LOWER_I = 0x69;

/** The instance that `position` names, or `undefined` where it is none from 1 to 50. @rfc 8617 4.2.1 */
export function parsePosition(position: string): number | undefined {
  const instance = POSITION.test(position) ? Number(position) : 0;
  return instance >= 1 && instance <= MOST_INSTANCES ? instance : undefined;
}

/** The beginning of an ARC-Authentication-Results field. */
export interface AuthenticationResultsInstance {
  readonly instance: number;
  /** What stands behind the semicolon, white space at its ends removed. */
  readonly rest: string;
}

/**
 * Reads the instance at the beginning of an ARC-Authentication-Results field's value; `undefined` where there is none, or no semicolon
 * behind it. What follows is not looked at: a chain does not depend on what it says. Linear.
 *
 * @rfc 8617 4.1.1
 */
export function readInstance(text: string): AuthenticationResultsInstance | undefined {
  let at = skipCfws(text, 0);
  if (text.charCodeAt(at) !== LOWER_I) return undefined;
  at = skipCfws(text, at + 1);
  if (text.charCodeAt(at) !== EQUALS) return undefined;
  const from = skipCfws(text, at + 1);
  for (at = from; isDigit(text.charCodeAt(at)); at++);
  const instance = parsePosition(text.slice(from, at));
  at = skipCfws(text, at);
  if (instance === undefined || text.charCodeAt(at) !== SEMICOLON) return undefined;
  return { instance, rest: text.slice(at + 1).trim() };
}

/** Behind white space and comments; comments nest. At the end where one is not closed. */
function skipCfws(text: string, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === LEFT_PARENTHESIS) depth++;
    else if (depth > 0 && unit === RIGHT_PARENTHESIS) depth--;
    else if (depth > 0 && unit === BACKSLASH) at++;
    else if (depth === 0 && unit !== SP && unit !== TAB && unit !== CR && unit !== LF) break;
  }
  return Math.min(at, text.length);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
