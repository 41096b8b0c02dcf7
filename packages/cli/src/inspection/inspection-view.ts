/** A message for the eye: its fields, its parts as a tree, and what is wrong with it. */
import { decodeEncodedWords, messageText, summarizeMessage, type Ambiguity, type LintFinding, type MimeDefect, type ParsedMessage, type SummaryAddress } from '@mailwright/mime';
import { formatRule } from '../output/layout.ts';
import { formatCount, formatOctets, formatPlural } from '../output/numbers.ts';
import type { Palette } from '../output/palette.ts';
import { formatRow } from '../output/tls-view.ts';
import { truncate, visibleText, wrapText } from '../output/visible-text.ts';
import type { ExtractedFile } from './extract.ts';
import { formatStructure } from './structure-view.ts';

const TEXT_LINES = 12;

export interface Inspection {
  readonly name: string;
  readonly message: ParsedMessage;
  /** Of the structure and of the bodies. */
  readonly defects: readonly MimeDefect[];
  readonly lint: readonly LintFinding[];
  readonly ambiguities: readonly Ambiguity[];
  readonly extracted: readonly ExtractedFile[];
  /** Whether every field is shown. */
  readonly allFields: boolean;
}

export function formatInspection(inspection: Inspection, width: number, palette: Palette): readonly string[] {
  const { name, message, extracted } = inspection;
  const rule = (title: string, note = ''): readonly string[] => ['', formatRule(title, note, width, palette)];
  const size = `${formatCount(message.source.length)} octets, ${formatPlural(message.parts.length, 'part')}`;
  return [
    formatRule(name === '-' ? 'standard input' : name, size, width, palette),
    ...formatFields(inspection, width, palette),
    ...rule('parts'),
    ...formatStructure(message, width, palette),
    ...formatText(message, width, palette),
    ...section('wrong with it', formatFindings(defectFindings(inspection, palette), width), rule),
    ...section('read differently by others', formatFindings(ambiguityFindings(inspection, palette), width), rule),
    ...section('what would break on its way', formatFindings(lintFindings(inspection, palette), width), rule),
    ...(extracted.length === 0 ? [] : [...rule('extracted'), ...extracted.map(({ file, octets, part }) => `  ${visibleText(file)}  ${palette.dim(`part ${part}, ${formatOctets(octets)}`)}`)]),
  ];
}

function section(title: string, lines: readonly string[], rule: (title: string) => readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...rule(title), ...lines];
}

// Fields

function formatFields({ message, allFields }: Inspection, width: number, palette: Palette): readonly string[] {
  const row = (label: string, text: string | undefined): readonly string[] => (text === undefined || text === '' ? [] : formatRow(label, text, width, palette));
  const root = message.parts[0]!;
  if (allFields) return root.headers.fields.flatMap((field) => row(field.name, decodeEncodedWords(field.text)));
  const { from, to, cc, subject, date, messageId } = summarizeMessage(message.source);
  return [
    ...row('from', formatAddresses(from)),
    ...row('to', formatAddresses(to)),
    ...row('cc', formatAddresses(cc)),
    ...row('subject', subject),
    ...row('date', date === undefined ? undefined : new Date(date.time).toISOString()),
    ...row('message-id', messageId),
  ];
}

function formatAddresses(addresses: readonly SummaryAddress[]): string {
  return addresses.map(({ name, address }) => (name === undefined || name === '' ? address : `${name} <${address}>`)).join(', ');
}

// Text

function formatText(message: ParsedMessage, width: number, palette: Palette): readonly string[] {
  const text = messageText(message)?.trimEnd();
  if (text === undefined || text === '') return [];
  const lines = text.split(/\r\n|\r|\n/);
  const shown = lines.slice(0, TEXT_LINES).map((line) => `  ${palette.dim('│')} ${truncate(visibleText(line), width - 4)}`);
  const more = lines.length > TEXT_LINES ? [`  ${palette.dim(`│ ... ${formatPlural(lines.length - TEXT_LINES, 'more line')}`)}`] : [];
  return ['', formatRule('text', '', width, palette), ...shown, ...more];
}

// What is wrong

/** One thing that is wrong, perhaps at many places. */
interface Finding {
  readonly code: string;
  readonly offset: number;
  readonly text: string;
  /** What stands behind the places: a section of an RFC. */
  readonly source: string;
  readonly paint: (text: string) => string;
}

const PLACES_SHOWN = 5;

function defectFindings({ message: { limit }, defects }: Inspection, palette: Palette): readonly Finding[] {
  const reached = limit === undefined ? [] : [{ code: limit.code, offset: limit.offset, text: `more than ${formatCount(limit.limit)}: the rest was not taken apart`, source: '', paint: palette.red }];
  return [...reached, ...defects.map(({ code, offset, done }) => ({ code, offset, text: done, source: '', paint: palette.yellow }))];
}

function ambiguityFindings({ ambiguities }: Inspection, palette: Palette): readonly Finding[] {
  return ambiguities.map(({ code, offset, readings }) => ({ code, offset, text: readings.map(({ rule, result }) => `${rule}: ${result}`).join('; or '), source: '', paint: palette.yellow }));
}

function lintFindings({ lint }: Inspection, palette: Palette): readonly Finding[] {
  const paints = { error: palette.red, warning: palette.yellow, note: palette.dim };
  return lint.map(({ code, severity, offset, message, rfc }) => ({ code, offset, text: message, source: `RFC ${rfc}`, paint: paints[severity] }));
}

/** Each finding once, with the places where it stands. */
function formatFindings(findings: readonly Finding[], width: number): readonly string[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.code}\n${finding.text}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].flatMap((group) => {
    const { code, text, source, paint } = group[0]!;
    const shown = group.slice(0, PLACES_SHOWN).map(({ offset }) => formatCount(offset)).join('; ');
    const more = group.length > PLACES_SHOWN ? ` and ${formatCount(group.length - PLACES_SHOWN)} more` : '';
    const where = `octet${group.length === 1 ? '' : 's'} ${shown}${more}${source === '' ? '' : `, ${source}`}`;
    return [`  ${paint(code)}  ${where}`, ...wrapText(visibleText(text), width - 4).map((line) => `    ${line}`)];
  });
}
