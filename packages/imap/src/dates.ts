/**
 * The two forms of dates: a moment with its zone (INTERNALDATE, APPEND), and a day of the calendar (SEARCH).
 *
 *     date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
 *     date      = date-text / DQUOTE date-text DQUOTE
 *
 * @rfc 9051 9
 */
import type { InternalDate } from './fetch/fetch-data.ts';
import type { ValueReader } from './value-reader.ts';
import type { ValueWriter } from './value-writer.ts';

/** A day, without a zone. `month` counts from 1. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DATE_TIME = /^ ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d)(?: ([+-])(\d\d)(\d\d))?$/;
const DATE = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const NO_DATE: InternalDate = { ms: 0, offsetMinutes: 0 };
const NO_DAY: CalendarDate = { year: 1970, month: 1, day: 1 };

/** Reads a `date-time`. A zone left out is UTC; a leap second is the second before. */
export function readDateTime(reader: ValueReader): InternalDate {
  const from = reader.at;
  const match = DATE_TIME.exec(reader.string());
  if (match === null) {
    reader.fail('a date-time', from);
    return NO_DATE;
  }
  const [, day, monthName, year, hour, minute, second, sign, zoneHours, zoneMinutes] = match;
  const month = monthOf(monthName!);
  const date = { year: Number(year), month, day: Number(day) };
  if (month === 0 || !isDay(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60 || Number(zoneHours ?? 0) > 23 || Number(zoneMinutes ?? 0) > 59) {
    reader.fail('a date-time', from);
    return NO_DATE;
  }
  const offset = sign === undefined ? 0 : (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Math.min(Number(second), 59);
  return { ms: daysSince1970(date) * DAY_MS + seconds * 1000 - offset * MINUTE_MS, offsetMinutes: offset };
}

/** Writes a `date-time`. Throws a `RangeError` for years that have no four digits, parts of a second and zones of a day or more. */
export function writeDateTime(writer: ValueWriter, { ms, offsetMinutes }: InternalDate): void {
  if (!Number.isInteger(ms / 1000) || !Number.isInteger(offsetMinutes) || Math.abs(offsetMinutes) >= 1440) throw new RangeError('not a date-time of IMAP');
  const local = ms + offsetMinutes * MINUTE_MS;
  const days = Math.floor(local / DAY_MS);
  const { year, month, day } = dayAfter1970(days);
  checkYear(year);
  const seconds = (local - days * DAY_MS) / 1000;
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const zone = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? '-' : '+';
  writer.raw(`"${String(day).padStart(2, ' ')}-${MONTHS[month - 1]!}-${String(year).padStart(4, '0')} ${time} ${sign}${two(Math.floor(zone / 60))}${two(zone % 60)}"`);
}

/** Reads a `date`. */
export function readDate(reader: ValueReader): CalendarDate {
  const from = reader.at;
  const match = DATE.exec(reader.astring());
  const date = match === null ? undefined : { year: Number(match[3]), month: monthOf(match[2]!), day: Number(match[1]) };
  if (date !== undefined && date.month !== 0 && isDay(date)) return date;
  reader.fail('a date', from);
  return NO_DAY;
}

/** Writes a `date`. Throws a `RangeError` for what is no day. */
export function writeDate(writer: ValueWriter, date: CalendarDate): void {
  if (!isDay(date)) throw new RangeError('not a day of the calendar');
  checkYear(date.year);
  writer.raw(`${date.day}-${MONTHS[date.month - 1]!}-${String(date.year).padStart(4, '0')}`);
}

/** Days from 1970-01-01 to this day of the Gregorian calendar. */
export function daysSince1970({ year, month, day }: CalendarDate): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** The inverse of `daysSince1970`. */
export function dayAfter1970(days: number): CalendarDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}

function isDay(date: CalendarDate): boolean {
  if (!Number.isInteger(date.year) || !Number.isInteger(date.month) || !Number.isInteger(date.day) || date.month < 1 || date.month > 12) return false;
  const same = dayAfter1970(daysSince1970(date));
  return same.day === date.day && same.month === date.month;
}

function checkYear(year: number): void {
  if (year < 0 || year > 9999) throw new RangeError('years of IMAP have four digits');
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name[0]!.toUpperCase() + name.slice(1).toLowerCase()) + 1;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
