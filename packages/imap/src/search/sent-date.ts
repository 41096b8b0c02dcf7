/**
 * The Date field of a message: the day that stands in it, which SENTON and its like compare, and the moment, by which SORT and THREAD order.
 * Read as leniently as old mail needs: names of days, comments and parts that are missing do not matter, unknown zones are UTC.
 *
 *     date-time = [ day-of-week "," ] date time [CFWS]
 *
 * @rfc 5322 3.3
 * @rfc 5256 2.2
 */
import { type CalendarDate, dayAfter1970, daysSince1970 } from '../dates.ts';

/** What a Date field says. */
export interface SentDate {
  /** As it stands in the field, whatever the zone. */
  readonly day: CalendarDate;
  /** Milliseconds since 1970; midnight where the time can't be read. */
  readonly ms: number;
}

const MAX_TEXT_UNITS = 200;
const DATE = /(?:^|[\s,])(\d{1,2})[\s-]+([A-Za-z]{3,9})[\s-]+(\d{2,5})(?=\s|$)/;
const TIME = /^\s*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([+-]\d{4}|[A-Za-z]{1,5})?/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** @rfc 5322 4.3 */
const ZONE_HOURS: ReadonlyMap<string, number> = new Map([['EST', -5], ['EDT', -4], ['CST', -6], ['CDT', -5], ['MST', -7], ['MDT', -6], ['PST', -8], ['PDT', -7]]);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Reads the value of a Date field, or gives undefined where no day can be found in it. */
export function parseSentDate(value: string): SentDate | undefined {
  const text = withoutComments(value.slice(0, MAX_TEXT_UNITS));
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const month = MONTHS.indexOf(found[2]!.slice(0, 3).toLowerCase()) + 1;
  const day = { year: fullYear(found[3]!), month, day: Number(found[1]) };
  if (month === 0 || day.year > 9999) return undefined;
  const days = daysSince1970(day);
  if (dayAfter1970(days).day !== day.day) return undefined;
  return { day, ms: days * DAY_MS + timeMs(text.slice(found.index + found[0].length)) };
}

function timeMs(text: string): number {
  const found = TIME.exec(text);
  if (found === null) return 0;
  const [hour, minute, second] = [Number(found[1]), Number(found[2]), Math.min(Number(found[3] ?? 0), 59)];
  if (hour > 23 || minute > 59) return 0;
  return (hour * 3600 + minute * 60 + second) * 1000 - zoneMinutes(found[4] ?? '') * MINUTE_MS;
}

function zoneMinutes(zone: string): number {
  if (!/^[+-]/.test(zone)) return (ZONE_HOURS.get(zone.toUpperCase()) ?? 0) * 60;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  if (Number(zone.slice(3)) > 59) return 0;
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Years of two digits are of this century up to 49, those of three are counted from 1900. @rfc 5322 4.3 */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length >= 4) return year;
  return year + (digits.length === 2 && year < 50 ? 2000 : 1900);
}

function withoutComments(text: string): string {
  let plain = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && depth > 0) depth--;
    else if (depth === 0) plain += character;
  }
  return plain;
}
