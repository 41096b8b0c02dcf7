/**
 * The date and time of a message (RFC 5322 section 3.3).
 *
 *     date-time = [ day-name "," ] day month year hour ":" minute [ ":" second ] zone
 *
 * Obsolete zones and years of two and three digits are read (section 4.3), and never written.
 *
 * Left out: dates that are not of that form (`date-salvage.ts`).
 */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const MONTH_BY_NAME: ReadonlyMap<string, number> = new Map(MONTHS.map((name, index) => [name.toLowerCase(), index]));
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const OBSOLETE_ZONES: ReadonlyMap<string, number> = new Map([
  ['UT', 0], ['GMT', 0], ['Z', 0], ['UTC', 0],
  ['EST', -300], ['EDT', -240], ['CST', -360], ['CDT', -300], ['MST', -420], ['MDT', -360], ['PST', -480], ['PDT', -420],
]);
/** A longer text is no date. */
export const DATE_CHARACTERS = 256;
const DATE_TIME = new RegExp(
  [
    String.raw`^(?:(?:mon|tue|wed|thu|fri|sat|sun) ?,)? ?(\d{1,2}) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (\d{2,4})`,
    String.raw` (\d{1,2}) ?: ?(\d{2})(?: ?: ?(\d{2}))?(?: ([+-]\d{4}|[a-z]{1,5}))?$`,
  ].join(''),
  'i',
);

/** A moment, and the zone in which its sender stood. */
export interface MessageDate {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** East of Greenwich is positive. */
  readonly offsetMinutes: number;
}

/**
 * Writes a date.
 *
 * Units: `time` in milliseconds since 1970, cut to the second; `offsetMinutes` east of Greenwich.
 * Errors: RangeError outside of the years 1900 to 9999, and for an offset of a day or more.
 * @rfc 5322 3.3
 */
export function formatDate(time: number, offsetMinutes: number = 0): string {
  if (!Number.isInteger(offsetMinutes) || Math.abs(offsetMinutes) >= 24 * 60) throw new RangeError('offsetMinutes is less than a day');
  const local = new Date(time + offsetMinutes * 60_000);
  const year = local.getUTCFullYear();
  if (!(year >= 1900 && year <= 9999)) throw new RangeError('the date is from 1900 to 9999');
  const clock = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(twoDigits).join(':');
  const distance = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(distance / 60))}${twoDigits(distance % 60)}`;
  return `${DAYS[local.getUTCDay()]!}, ${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]!} ${year} ${clock} ${zone}`;
}

/**
 * Reads a date, comments and folding included. `undefined` for anything else; never throws. The day of the week is not compared.
 *
 * Deviation: a date without a zone is taken as one of UTC, since some senders leave it out.
 *
 * @rfc 5322 3.3
 * @rfc 5322 4.3
 */
export function parseDate(text: string): MessageDate | undefined {
  const match = text.length > DATE_CHARACTERS ? null : (DATE_TIME.exec(text) ?? DATE_TIME.exec(removeComments(text) ?? ''));
  if (match === null) return undefined;
  const [, day, month, yearText, hour, minute] = match as unknown as [string, string, string, string, string, string];
  const [second = '0', zone = 'UT'] = match.slice(6);
  const year = readYear(yearText);
  const monthIndex = findMonth(month)!;
  const offsetMinutes = readZone(zone);
  if (Number(day) < 1 || Number(day) > daysOfMonth(year, monthIndex) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (offsetMinutes === undefined) return undefined;
  const time = Date.UTC(year, monthIndex, Number(day), Number(hour), Number(minute), Number(second)) - offsetMinutes * 60_000;
  return { time, offsetMinutes };
}

/** 0 to 11, by the first three letters; `undefined` for no month. */
export function findMonth(name: string): number | undefined {
  return MONTH_BY_NAME.get(name.slice(0, 3).toLowerCase());
}

/** `month` is 0 to 11. */
export function daysOfMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 1 && isLeap ? 29 : DAYS_OF_MONTHS[month]!;
}

/** Two digits up to 49 are of this century; other two and all three are counted from 1900. @rfc 5322 4.3 */
export function readYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return digits.length === 2 && year < 50 ? 2000 + year : 1900 + year;
}

/** Minutes east of Greenwich; a letter of the military alphabet and an unknown name mean nothing, so 0. @rfc 5322 4.3 */
export function readZone(zone: string): number | undefined {
  if (!/^[+-]/.test(zone)) return OBSOLETE_ZONES.get(zone.toUpperCase()) ?? 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3));
  if (minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** With each comment, and each run of white space, as one space; none at the ends. `undefined` for an open parenthesis. */
export function removeComments(text: string): string | undefined {
  let plain = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (depth > 0 && character === '\\') at++;
    else if (character === '(') depth++;
    else if (character === ')' && depth > 0) depth--;
    else if (depth === 0) plain += character;
    if (depth > 0 && !plain.endsWith(' ')) plain += ' ';
  }
  return depth > 0 ? undefined : plain.replace(/[ \t\r\n]+/g, ' ').trim();
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
