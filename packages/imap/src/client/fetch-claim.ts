/**
 * Which FETCH responses a command in flight asked for. Servers send FETCH unasked too, for flags that changed, and answers to several commands
 * may be on their way at once: a response belongs to a command when it is about one of its messages and holds something it asked for.
 *
 * Read next: `response-router.ts`, which asks the commands in their order.
 *
 * @rfc 9051 7.5.2
 */
import type { Command } from '../command.ts';
import type { FetchData } from '../fetch/fetch-data.ts';
import { expandMacros } from '../fetch/fetch-request.ts';
import { type Section, sameSection } from '../section.ts';
import { type MessageSet, type NumberRange, STAR } from '../sequence-set.ts';
import { allSpecs } from '../tables.ts';

/** The message that a response is about, as far as known. */
export interface ResponseFacts {
  readonly sequenceNumber: number;
  /** Sent, or known from before. */
  readonly uid: number | undefined;
  /** It is the last message of the mailbox: what `*` means. */
  readonly last: boolean;
}

/** The items that say which message it is or come with any other: they fit a command only where it asked for nothing else. */
const ACCOMPANYING: ReadonlySet<string> = new Set(['uid', 'modseq']);

export class FetchClaim {
  /** Named by UID. */
  readonly #uid: boolean;
  /** Ascending, apart from each other; `undefined`: any message. */
  readonly #ranges: readonly NumberRange[] | undefined;
  readonly #fields: readonly string[];
  readonly #sections: readonly Section[];

  /** `set`: `$` for messages that are not known beforehand. `fields`: of `FetchData`. */
  constructor(uid: boolean, set: MessageSet, fields: readonly string[], sections: readonly Section[]) {
    this.#uid = uid;
    this.#ranges = set === '$' ? undefined : ascending(set);
    const own = fields.filter((field) => !ACCOMPANYING.has(field));
    this.#fields = own.length > 0 ? own : fields;
    this.#sections = sections;
  }

  /** Whether flags are all it asked for. */
  get flagsAlone(): boolean {
    return this.#fields.length === 1 && this.#fields[0] === 'flags';
  }

  /** Whether a response is about one of its messages and holds something it asked for. */
  fits(data: FetchData, facts: ResponseFacts): boolean {
    const item = this.#presentItem(data);
    return item !== undefined && this.#covers(item, facts);
  }

  /** Whether octets of this message can be its own, where nothing else is known of the response. */
  fitsOctets(facts: ResponseFacts): boolean {
    return this.#covers('sections', facts);
  }

  /** Whether it asked for one of these very sections. */
  asksSection(sections: readonly Section[]): boolean {
    return sections.some((section) => this.#sections.some((asked) => sameSection(asked, section)));
  }

  #presentItem(data: FetchData): string | undefined {
    const fields = data as unknown as Record<string, unknown>;
    let flags: string | undefined;
    for (const field of this.#fields) {
      const value = fields[field];
      if ((value === undefined || (field === 'sections' && data.sections.length === 0)) && !isUnreadable(data, field)) continue;
      if (field !== 'flags') return field;
      flags = field;
    }
    return flags;
  }

  /** A response without a UID, though the command named UIDs and the message's is not known: flags are news then, anything else is the answer. */
  #covers(item: string, { sequenceNumber, uid, last }: ResponseFacts): boolean {
    if (this.#ranges === undefined) return true;
    const number = this.#uid ? uid : sequenceNumber;
    if (number === undefined) return item !== 'flags';
    return contains(this.#ranges, number) || (last && this.#ranges.at(-1)?.[1] === STAR);
  }
}

/** The claim of a command; `undefined` where it asks for no FETCH. */
export function fetchClaim(command: Command): FetchClaim | undefined {
  switch (command.name) {
    case 'FETCH': {
      const sections = command.items.flatMap((item) => ('section' in item && typeof item.section === 'object' && 'part' in item.section ? [item.section] : []));
      return new FetchClaim(command.uid, command.set, expandMacros(command.items).flatMap(({ name }) => fieldsOf(name)), sections);
    }
    case 'STORE':
      return new FetchClaim(command.uid, command.set, command.item === 'X-GM-LABELS' ? ['gmailLabels'] : ['flags'], []);
    case 'SELECT':
    case 'EXAMINE': // with QRESYNC: the flags that changed since then
      return command.parameters.qresync === undefined ? undefined : new FetchClaim(false, '$', ['flags'], []);
    default:
      return undefined;
  }
}

/** Whether the response is about flags alone, as those are that nobody asked for. */
export function isFlagsAlone(data: FetchData): boolean {
  if (data.flags === undefined || data.sections.length > 0 || data.invalid.some(({ name }) => name !== '')) return false;
  const fields = data as unknown as Record<string, unknown>;
  for (const field of otherFields()) if (fields[field] !== undefined) return false;
  return true;
}

let fieldsByName: ReadonlyMap<string, string> | undefined;
let others: readonly string[] | undefined;

function fieldsOf(name: string): readonly string[] {
  const field = fieldOf(name);
  // BODY answers BODYSTRUCTURE where a server has no extension data, and RFC822.TEXT is BODY[TEXT].
  if (field === 'bodyStructure' || field === 'body') return ['bodyStructure', 'body'];
  if (field?.startsWith('rfc822') === true && field !== 'rfc822Size') return [field, 'sections'];
  return field === undefined ? [] : [field];
}

/** Whether the server answered with an item that can't be read: it is an answer all the same. */
function isUnreadable({ invalid }: FetchData, field: string): boolean {
  return invalid.length > 0 && invalid.some(({ name }) => fieldOf(name) === field);
}

/** The field of an item, by its name with or without `[]`. */
function fieldOf(name: string): string | undefined {
  return allFields().get(name) ?? (name.endsWith('[]') ? allFields().get(name.slice(0, -'[]'.length)) : undefined);
}

function allFields(): ReadonlyMap<string, string> {
  fieldsByName ??= allSpecs().fetchItems.fields;
  return fieldsByName;
}

function otherFields(): readonly string[] {
  others ??= [...new Set(allFields().values())].filter((field) => field !== 'flags' && field !== 'sections' && !ACCOMPANYING.has(field));
  return others;
}

/** The ranges in order, those that touch as one. */
function ascending(set: readonly NumberRange[]): readonly NumberRange[] {
  if (set.length < 2) return set;
  const ranges: NumberRange[] = [];
  for (const [first, last] of [...set].sort((one, other) => one[0] - other[0])) {
    const before = ranges.at(-1);
    if (before === undefined || first > before[1] + 1) ranges.push([first, last]);
    else if (last > before[1]) ranges[ranges.length - 1] = [before[0], last];
  }
  return ranges;
}

function contains(ranges: readonly NumberRange[], number: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]![1] < number) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low]![0] <= number;
}
