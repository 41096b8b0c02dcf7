/**
 * Octets that end a line for some programs and not for others, and NUL. A message with LF throughout, as in a file, is no riddle: only what departs
 * from the line end of the message is told.
 *
 * Read next: `ambiguous-fields.ts`.
 */
import { TextScanner, latin1 } from '@mailwright/wire';
import { lineEndOf } from '../header/line-end.ts';
import type { AmbiguityReport } from './ambiguity.ts';

const SHOWN_OCTETS = 40;

/** @rfc 5321 2.3.8 @rfc 5322 2.3 */
export function findAmbiguousLines(octets: Uint8Array, report: AmbiguityReport): void {
  const scanner = new TextScanner();
  const isLfFile = lineEndOf(octets) === '\n';
  for (let from = 0; from < octets.length; ) {
    const at = scanner.next(octets, from);
    if (scanner.kind === 'none') break;
    if (scanner.kind === 'bare-lf' && !isLfFile) addLineEnd(octets, at, 'LF', report);
    else if (scanner.kind === 'bare-cr') addLineEnd(octets, at, 'CR', report);
    else if (scanner.kind === 'nul' && !report.isFull('AMBIGUOUS_NUL')) report.add('AMBIGUOUS_NUL', at, nulReadings(octets, at));
    from = at + 1;
  }
}

/** An LF ends the line here too, a CR does not. */
function addLineEnd(octets: Uint8Array, at: number, name: 'CR' | 'LF', report: AmbiguityReport): void {
  if (report.isFull('AMBIGUOUS_LINE_END')) return;
  const behind = JSON.stringify(lineFrom(octets, at + 1));
  const ends = [`${name} alone ends the line`, `a line ${behind}`] as const;
  const stays = [`${name} alone is part of the line`, `the line goes on with ${behind}`] as const;
  report.add('AMBIGUOUS_LINE_END', at, name === 'LF' ? [ends, stays] : [stays, ends]);
}

function nulReadings(octets: Uint8Array, at: number): readonly (readonly [string, string])[] {
  const seen = latin1(octets, Math.max(0, at - SHOWN_OCTETS), at);
  const before = seen.slice(seen.lastIndexOf('\n') + 1);
  const behind = lineFrom(octets, at + 1);
  return [
    ['the NUL is part of the text', JSON.stringify(`${before}\0${behind}`)],
    ['the NUL is dropped', JSON.stringify(before + behind)],
    ['the text ends at the NUL', JSON.stringify(before)],
  ];
}

/** The beginning of what stands at `from`, up to the next line end. */
function lineFrom(octets: Uint8Array, from: number): string {
  const text = latin1(octets, from, Math.min(octets.length, from + SHOWN_OCTETS));
  const end = text.search(/[\r\n]/);
  return end === -1 ? text : text.slice(0, end);
}
