/**
 * Dates that are not written as RFC 5322 section 3.3 wants: month before day, full names, dashes, `AM` and `PM`, a clock that strikes 25.
 * The words are looked at one by one, and what each looks like it is taken for.
 *
 * Left out: dates of digits alone where day and month could be either (`1/2/2024`). Read next: `date.ts`.
 */
import { mimeDefect } from '../defect.ts';
import type { MimeDefect } from '../defect.ts';
import { DATE_CHARACTERS, daysOfMonth, findMonth, parseDate, readYear, readZone, removeComments } from './date.ts';
import type { MessageDate } from './date.ts';

/** A date as far as it could be read. */
export interface SalvagedDate {
  /** `undefined` where there is no day, month and year. */
  readonly date: MessageDate | undefined;
  /** `MIME_BAD_DATE` where the text is not of the form of RFC 5322. */
  readonly defects: readonly MimeDefect[];
}

interface Words {
  day: number | undefined;
  month: number | undefined;
  year: string | undefined;
  clock: RegExpExecArray | undefined;
  half: string | undefined;
  zone: number | undefined;
}

const CLOCK = /^(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d{1,9})?)?(am|pm)?(z|[+-]\d{2}:?\d{2})?$/i;
const DASHED = /^(\d{1,4})-([a-z]{3,9}|\d{1,2})-(\d{1,4})$/i;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)/i;
/** `GMT+0100` is how JavaScript writes a zone, `+01:00` how ISO 8601 does. */
const OFFSET = /^(?:gmt|utc?)?([+-]\d{2}:?\d{2})$/i;
const SECONDS_OF_MINUTE = 60; // a leap second among them

/**
 * Reads a date, and of one that is not well formed as much as can be read: a time that there is not is midnight, a zone that there is not
 * is UTC. Never throws.
 *
 * @rfc 5322 3.3
 */
export function salvageDate(text: string): SalvagedDate {
  const date = parseDate(text);
  if (date !== undefined) return { date, defects: [] };
  return { date: readWords(text.slice(0, DATE_CHARACTERS)), defects: [mimeDefect('MIME_BAD_DATE', 0)] };
}

function readWords(text: string): MessageDate | undefined {
  const plain = removeComments(text) ?? text;
  const words: Words = { day: undefined, month: undefined, year: undefined, clock: undefined, half: undefined, zone: undefined };
  for (const word of plain.replace(/(\d)T(\d)/, '$1 $2').split(/[\s,;]+/)) if (word !== '') readWord(words, word);
  const { day, month, year } = words;
  if (day === undefined || month === undefined || year === undefined) return undefined;
  const fullYear = readYear(year);
  if (day < 1 || day > daysOfMonth(fullYear, month)) return undefined;
  const [hour, minute, second] = readClock(words);
  const offsetMinutes = words.zone ?? 0;
  return { time: Date.UTC(fullYear, month, day, hour, minute, second) - offsetMinutes * 60_000, offsetMinutes };
}

function readWord(words: Words, word: string): void {
  const clock = words.clock === undefined ? CLOCK.exec(word) : null;
  if (clock !== null) {
    words.clock = clock;
    words.half = clock[4];
    if (clock[5] !== undefined) words.zone = readZone(clock[5].replace(':', ''));
    return;
  }
  const dashed = words.day === undefined ? DASHED.exec(word) : null;
  if (dashed !== null) return readDashed(words, dashed);
  if (/^\d+$/.test(word)) return readNumber(words, word);
  const offset = OFFSET.exec(word);
  if (offset !== null) words.zone ??= readZone(offset[1]!.replace(':', ''));
  else if (/^[ap]\.?m\.?$/i.test(word)) words.half = word;
  else if (words.month === undefined && /^[a-z]{3,9}\.?$/i.test(word) && findMonth(word) !== undefined) words.month = findMonth(word);
  else if (/^[a-z]{1,5}$/i.test(word) && !WEEKDAY.test(word) && words.clock !== undefined) words.zone ??= readZone(word);
}

/** The first number of one or two digits is the day; the next, or one of four digits, the year; one of four digits behind both a zone without its sign. */
function readNumber(words: Words, word: string): void {
  if (words.day === undefined && word.length <= 2) words.day = Number(word);
  else if (words.year === undefined && word.length <= 4) words.year = word;
  else if (words.clock !== undefined && word.length === 4) words.zone ??= readZone(`+${word}`);
}

/** `17-6-2008`, `17-Jun-2008`, `2008-06-17`. */
function readDashed(words: Words, [, first, middle, last]: RegExpExecArray): void {
  const yearFirst = first!.length > 2;
  words.day = Number(yearFirst ? last : first);
  words.year = yearFirst ? first : last;
  const isNumber = /^\d/.test(middle!);
  const month = isNumber ? Number(middle) - 1 : findMonth(middle!);
  words.month = month !== undefined && month >= 0 && month < 12 ? month : undefined;
}

/** Midnight for a time that there is not. */
function readClock({ clock, half }: Words): readonly [hour: number, minute: number, second: number] {
  if (clock === undefined) return [0, 0, 0];
  let hour = Number(clock[1]);
  const minute = Number(clock[2]);
  const second = Number(clock[3] ?? 0);
  if (half !== undefined && hour >= 1 && hour <= 12) hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  return hour > 23 || minute > 59 || second > SECONDS_OF_MINUTE ? [0, 0, 0] : [hour, minute, second];
}
