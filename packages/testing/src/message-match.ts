/** Which message a test waits for: a function, or the parts of it that matter. */
import type { ReceivedMessage } from './received-message.ts';

/** Every part that is given must fit. A string fits as said there; a regular expression fits where it is found. */
export interface MessagePattern {
  /** One of the envelope's recipients, whole, letter case ignored. */
  readonly to?: string | RegExp | undefined;
  /** The envelope's reverse-path, whole, letter case ignored; '' for `<>`. */
  readonly from?: string | RegExp | undefined;
  /** A part of the subject. */
  readonly subject?: string | RegExp | undefined;
  /** A part of `text()`. */
  readonly text?: string | RegExp | undefined;
}

export type MessageMatch = MessagePattern | ((message: ReceivedMessage) => boolean);

/** Makes a predicate of it. */
export function messagePredicate(match: MessageMatch): (message: ReceivedMessage) => boolean {
  if (typeof match === 'function') return match;
  const { to, from, subject, text } = match;
  return (message) =>
    (to === undefined || message.envelope.to.some((address) => isWhole(address, to))) &&
    (from === undefined || isWhole(message.envelope.from, from)) &&
    (subject === undefined || contains(message.subject ?? '', subject)) &&
    (text === undefined || contains(message.text(), text));
}

/** The pattern in words, for the text of an error. */
export function describeMatch(match: MessageMatch): string {
  if (typeof match === 'function') return match.toString();
  return Object.entries(match)
    .filter(([, value]) => value !== undefined)
    .map(([part, value]) => `${part} ${value instanceof RegExp ? String(value) : JSON.stringify(value)}`)
    .join(', ');
}

function isWhole(address: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? address.toLowerCase() === pattern.toLowerCase() : address.search(pattern) >= 0;
}

function contains(text: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0;
}
