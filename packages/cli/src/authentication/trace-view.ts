/** Steps of an explanation, and the words of verdicts, for the eye and as JSON. */
import type { TraceStep } from '@mailwright/authres';
import type { JsonValue } from '../output/json-lines.ts';
import type { Paint, Palette } from '../output/palette.ts';
import { padEnd, visibleText, wrapText } from '../output/visible-text.ts';

const INDENT = '  ';
const GAP = 2;

/** `RFC 7208 4.6.4  what was found`, a step a line or more. */
export function formatTrace(steps: readonly TraceStep[], width: number, palette: Palette): readonly string[] {
  const columns = steps.reduce((most, { rfc }) => Math.max(most, `RFC ${rfc}`.length), 0) + GAP;
  return steps.flatMap(({ rfc, text }) =>
    wrapText(visibleText(text), width - INDENT.length - columns).map((line, index) => `${INDENT}${palette.dim(padEnd(index === 0 ? `RFC ${rfc}` : '', columns))}${line}`));
}

export function traceRecord(steps: readonly TraceStep[]): JsonValue {
  return steps.map(({ rfc, text, data }) => ({ rfc, text, data }));
}

/** The colour of a verdict of RFC 8601, be it of SPF, DKIM, ARC or DMARC. */
export function paintVerdict(result: string, palette: Palette): Paint {
  if (result === 'pass') return palette.green;
  if (result === 'fail' || result === 'permerror') return palette.red;
  return result === 'none' ? palette.dim : palette.yellow;
}
