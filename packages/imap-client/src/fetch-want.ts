/**
 * What is wanted of messages, as one object; and what to ask a server for it. Bodies are asked for last, so that everything else of a message is
 * known when a large one begins.
 *
 * @rfc 9051 6.4.5
 */
import { type FetchData, type FetchRequest, formatSection, parseSection, type Partial, type Section, sectionRequest } from '@mailwright/imap';

/** A body: its section as it stands in `BODY[...]` (`''` is the message, `1.2` a part, `HEADER`, `1.MIME`, `HEADER.FIELDS (SUBJECT)`), whole or a piece of it. */
export type BodyWant = string | Section | { readonly section: string | Section; readonly partial: Partial };

export interface FetchWant {
  readonly flags?: boolean | undefined;
  readonly envelope?: boolean | undefined;
  readonly internalDate?: boolean | undefined;
  /** Octets of the message. */
  readonly size?: boolean | undefined;
  readonly bodyStructure?: boolean | undefined;
  readonly bodies?: readonly BodyWant[] | undefined;
  /** Parts whose transfer coding the server takes off: `1.2`. Needs BINARY. @rfc 3516 */
  readonly binary?: readonly string[] | undefined;
  /** CONDSTORE. */
  readonly modseq?: boolean | undefined;
  /** The first words of the text, for lists. `lazy`: only where the server has them at hand. @rfc 8970 */
  readonly preview?: boolean | 'lazy' | undefined;
  /** OBJECTID. */
  readonly emailId?: boolean | undefined;
  readonly threadId?: boolean | undefined;
  readonly saveDate?: boolean | undefined;
  /** Gmail's message id, thread id and labels. */
  readonly gmail?: boolean | undefined;
  /** Any other items. */
  readonly items?: readonly FetchRequest[] | undefined;
  /** Whether bodies that are told count as read (`\Seen`). Default false. */
  readonly markSeen?: boolean | undefined;
}

/** What stands in a command, and by what its answers are known to be whole. */
export interface FetchPlan {
  readonly items: readonly FetchRequest[];
  /** Fields of `FetchData` that every whole answer has. */
  readonly required: readonly (keyof FetchData)[];
  readonly sectionCount: number;
  /** Flags are all there is. */
  readonly flagsAlone: boolean;
}

/** Capabilities, as `Session.has` knows them. */
export interface Offers {
  has(capability: string): boolean;
}

const PLAIN: readonly (readonly [want: 'flags' | 'internalDate' | 'size' | 'envelope' | 'bodyStructure', name: 'FLAGS' | 'INTERNALDATE' | 'RFC822.SIZE' | 'ENVELOPE' | 'BODYSTRUCTURE', field: keyof FetchData])[] = [
  ['flags', 'FLAGS', 'flags'], ['internalDate', 'INTERNALDATE', 'internalDate'], ['size', 'RFC822.SIZE', 'rfc822Size'], ['envelope', 'ENVELOPE', 'envelope'],
  ['bodyStructure', 'BODYSTRUCTURE', 'bodyStructure'],
];

/**
 * What to ask for. Gives the name of the capability where the server lacks one that is needed.
 *
 * Errors: a `TypeError` for a body that is no section.
 */
export function planFetch(want: FetchWant, offers: Offers): FetchPlan | { readonly missing: string } {
  const items: FetchRequest[] = [{ name: 'UID' }];
  const required: (keyof FetchData)[] = [];
  for (const [wish, name, field] of PLAIN) {
    if (want[wish] !== true) continue;
    items.push({ name });
    required.push(field);
  }
  const missing = addExtensions(want, offers, items);
  if (missing !== undefined) return { missing };
  items.push(...(want.items ?? []));
  const bodies = want.bodies ?? [];
  for (const body of bodies) items.push(bodyRequest(body, want.markSeen !== true));
  for (const part of want.binary ?? []) items.push({ name: want.markSeen === true ? 'BINARY' : 'BINARY.PEEK', part: partNumbers(part), partial: undefined });
  return { items, required, sectionCount: bodies.length, flagsAlone: items.length === 2 && want.flags === true };
}

function addExtensions(want: FetchWant, offers: Offers, items: FetchRequest[]): string | undefined {
  const wishes: readonly (readonly [wished: unknown, capability: string, requests: readonly FetchRequest[]])[] = [
    [want.modseq, 'CONDSTORE', [{ name: 'MODSEQ' }]],
    [want.preview, 'PREVIEW', [{ name: 'PREVIEW', lazy: want.preview === 'lazy' }]],
    [want.emailId, 'OBJECTID', [{ name: 'EMAILID' }]],
    [want.threadId, 'OBJECTID', [{ name: 'THREADID' }]],
    [want.saveDate, 'SAVEDATE', [{ name: 'SAVEDATE' }]],
    [want.gmail, 'X-GM-EXT-1', [{ name: 'X-GM-MSGID' }, { name: 'X-GM-THRID' }, { name: 'X-GM-LABELS' }]],
    [(want.binary?.length ?? 0) > 0, 'BINARY', []],
  ];
  for (const [wished, capability, requests] of wishes) {
    if (wished === undefined || wished === false) continue;
    if (!offers.has(capability)) return capability;
    items.push(...requests);
  }
  return undefined;
}

function bodyRequest(body: BodyWant, peek: boolean): FetchRequest {
  if (typeof body === 'string') return sectionRequest(body, { peek });
  if ('section' in body) return sectionRequest(body.section, { peek, partial: body.partial });
  return sectionRequest(body, { peek });
}

function partNumbers(part: string): number[] {
  if (part === '') return [];
  if (!/^[1-9]\d{0,8}(\.[1-9]\d{0,8})*$/.test(part)) throw new TypeError(`not the number of a part: ${JSON.stringify(part)}`);
  return part.split('.').map(Number);
}

/**
 * By what a body is known: `BODY[1.2.HEADER]`. Servers write the names of fields in any case and order. Throws a `TypeError` for what is no section.
 */
export function bodyKey(section: string | Section): string {
  const parsed = typeof section === 'string' ? parseSection(section) : section;
  if (parsed === undefined) throw new TypeError(`not a section: ${JSON.stringify(section)}`);
  const { part, text } = parsed;
  if (text === undefined || !('fields' in text)) return `BODY[${formatSection(parsed)}]`;
  const fields = text.fields.map((field) => field.toUpperCase()).sort();
  return `BODY[${formatSection({ part, text: { type: text.type, fields } })}]`;
}

/** By what a part is known whose transfer coding the server took off. */
export function binaryKey(part: readonly number[]): string {
  return `BINARY[${part.join('.')}]`;
}
