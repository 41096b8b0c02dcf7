/**
 * What is wrong with the lines of a message, whatever they mean: lengths, line ends, NUL, and what relays and mailbox files are known to
 * change. Two walks, both linear: one for single octets (the scanner of `@mailwright/wire`), one from line to line.
 *
 * Read next: `lint-header-lines.ts`.
 */
import { CR, DOT, LF, SP, TAB, TextScanner, indexOfOctet } from '@mailwright/wire';
import type { TextIrregularity } from '@mailwright/wire';
import type { LintCode, LintReport } from './lint-finding.ts';

const LINE_OCTETS = 998; // RFC 5322 2.1.1, line end excluded
const HEADER_LINE_OCTETS = 78; // the same, recommended
const FROM = [0x46, 0x72, 0x6f, 0x6d, SP]; // "From "

/** A dot is looked for from line to line, where the body begins is known. */
const CODES: Readonly<Partial<Record<TextIrregularity, LintCode>>> = { 'bare-cr': 'LINT_BARE_CR', 'bare-lf': 'LINT_BARE_LF', nul: 'LINT_NUL' };

/**
 * `bodyOffset`: where the body begins. `lfEnds`: an LF alone ends a line and is no fault, as in a file.
 *
 * @rfc 5322 2.1.1
 * @rfc 5321 4.5.2
 */
export function lintLines(octets: Uint8Array, bodyOffset: number, lfEnds: boolean, report: LintReport): void {
  lintOctets(octets, lfEnds, report);
  const { length } = octets;
  for (let from = 0; from < length; ) {
    const lf = indexOfOctet(octets, LF, from);
    const next = lf === -1 ? length : lf + 1;
    const end = lf === -1 ? length : lf > from && octets[lf - 1] === CR ? lf - 1 : lf;
    lintLine(octets, from, end, from < bodyOffset, report);
    from = next;
  }
  if (length > 0 && octets[length - 1] !== LF) report.add('LINT_NO_FINAL_LINE_END', length);
}

function lintOctets(octets: Uint8Array, lfEnds: boolean, report: LintReport): void {
  const scanner = new TextScanner();
  for (let from = 0; from < octets.length; ) {
    const at = scanner.next(octets, from);
    if (scanner.kind === 'none') break;
    const code = CODES[scanner.kind];
    if (code !== undefined && !(lfEnds && code === 'LINT_BARE_LF')) report.add(code, at);
    from = at + 1;
  }
  if (scanner.end() === 'bare-cr') report.add('LINT_BARE_CR', octets.length - 1);
}

function lintLine(octets: Uint8Array, from: number, end: number, inHeader: boolean, report: LintReport): void {
  if (end === from) return;
  if (end - from > LINE_OCTETS) report.add('LINT_LINE_TOO_LONG', from);
  if (octets[from] === DOT) report.add('LINT_DOT_LINE', from);
  const last = octets[end - 1];
  if (inHeader) {
    if (end - from > HEADER_LINE_OCTETS) report.add('LINT_HEADER_LINE_LONG', from);
    return;
  }
  if (last === SP || last === TAB) report.add('LINT_TRAILING_SPACE', end - 1);
  if (octets[from] === FROM[0] && FROM.every((octet, at) => octets[from + at] === octet)) report.add('LINT_FROM_LINE', from);
}
