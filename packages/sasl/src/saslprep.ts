/**
 * SASLprep (RFC 4013): the one spelling in which user names and passwords are compared, whatever keyboard they came from.
 *
 * Deviation: code points that Unicode 3.2 did not know are let through, in stored strings too (RFC 3454 section 7 forbids
 * them there), since passwords with newer characters exist and both ends must agree on them.
 * Deviation: U+200B stands in both mapping tables; it becomes a space here, as in most implementations.
 */
import type { Parsed } from '@mailwright/wire';
import { LEFT_TO_RIGHT, MAPPED_TO_NOTHING, MAPPED_TO_SPACE, PROHIBITED, RIGHT_TO_LEFT } from './saslprep-tables.ts';

/** Why a text has no prepared form. */
export type SaslprepError = 'prohibited-character' | 'mixed-direction';

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** A character class from ranges in hexadecimal. One class without repetition: matching takes linear time. */
function anyOf(ranges: string, flags: 'u' | 'gu'): RegExp {
  const members = ranges.replace(/[0-9a-f]+/g, '\\u{$&}').replaceAll(' ', '');
  return new RegExp(`[${members}]`, flags);
}

const toSpace = anyOf(MAPPED_TO_SPACE, 'gu');
const toNothing = anyOf(MAPPED_TO_NOTHING, 'gu');
const prohibited = anyOf(PROHIBITED, 'u');
const rightToLeft = anyOf(RIGHT_TO_LEFT, 'u');
const leftToRight = anyOf(LEFT_TO_RIGHT, 'u');

/**
 * Maps, normalizes (NFKC) and checks `text`.
 *
 * Shape: `end` is the length of the input; `at` is an offset into the normalized text, in UTF-16 units.
 * Errors: `prohibited-character` (controls, private use, lone surrogates, ...), `mixed-direction` (right-to-left text that does
 * not begin and end so, or holds left-to-right letters); never throws.
 * @rfc 4013 2
 * @rfc 3454 6
 */
export function saslprep(text: string): Parsed<string, SaslprepError> {
  if (PRINTABLE_ASCII.test(text)) return { ok: true, value: text, end: text.length };
  const value = text.replace(toSpace, ' ').replace(toNothing, '').normalize('NFKC');
  const prohibitedAt = value.search(prohibited);
  if (prohibitedAt !== -1) return { ok: false, error: 'prohibited-character', at: prohibitedAt };
  const wrongDirectionAt = findWrongDirection(value);
  if (wrongDirectionAt !== -1) return { ok: false, error: 'mixed-direction', at: wrongDirectionAt };
  return { ok: true, value, end: text.length };
}

/**
 * The prepared form if there is one, else the text as it is. For secrets that are compared only: a password without a prepared
 * form still equals itself.
 */
export function saslprepOrSame(text: string): string {
  const prepared = saslprep(text);
  return prepared.ok ? prepared.value : text;
}

/** Where `text` breaks the rules for bidirectional text, or -1. */
function findWrongDirection(text: string): number {
  if (!rightToLeft.test(text)) return -1;
  const leftAt = text.search(leftToRight);
  if (leftAt !== -1) return leftAt;
  const characters = [...text];
  if (!rightToLeft.test(characters[0]!)) return 0;
  const last = characters[characters.length - 1]!;
  return rightToLeft.test(last) ? -1 : text.length - last.length;
}
