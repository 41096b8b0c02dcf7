/**
 * The Author Domain of a message: the one reading of From that everything else stands on (RFC 9989 section 5.3.1).
 *
 * Mail is spoofed where the checker reads one From and the reader sees another. So there is a domain only where every reader must find the same one: one
 * field, one domain, the plain grammar. Whatever else stands there is a problem with a name, and no domain; the first of several is never taken.
 *
 * Left out: what to do with such a message (refuse it). Read next: `author-reading.ts`.
 */
import { parseAddressList } from '@mailwright/address';
import type { AddressOrGroup, HeaderMailbox } from '@mailwright/address';
import type { HeaderField, HeaderSection } from '@mailwright/mime';
import { traceStep } from '@mailwright/authres';
import type { TraceStep } from '@mailwright/authres';
import { decodeUtf8Strict, isAscii } from '@mailwright/wire';
import { findDisguise, hasBrokenLine, hasHiddenFrom } from './author-reading.ts';
import { readDomain } from './domain.ts';

/** Why there is no Author Domain. */
export type AuthorProblem =
  | 'no-from' // no From field
  | 'several-from-fields' // more than one, or something that some readers take for one
  | 'space-before-colon' // `From :`
  | 'control-character' // NUL, a bare CR, or another control in the field
  | 'header-limit' // the header section was not read to its end
  | 'malformed' // not the grammar of RFC 5322
  | 'obsolete-form' // forms of RFC 5322 section 4 that change where an address ends
  | 'group' // a group, with members or without
  | 'source-route' // <@a:b@c>
  | 'encoded-address' // an encoded word in an address, or one that shows another address
  | 'no-address' // nothing with a domain
  | 'bad-domain' // an address literal, or what is no domain
  | 'several-domains' // authors of more than one domain
  | 'too-many-addresses'; // more than 100 authors

/** Who wrote the message, as far as DMARC asks. */
export interface AuthorVerdict {
  /** In A-labels and lower case; `undefined` where there is a problem. */
  readonly domain: string | undefined;
  /** Empty exactly where there is a domain. In the order in which they were found, each once. */
  readonly problems: readonly AuthorProblem[];
  /** The addresses that could be read, for people to see. Text of strangers. */
  readonly addresses: readonly string[];
  /** The domains of these, as they are compared, each once. */
  readonly domains: readonly string[];
  /** A display name that holds an address of another domain, as it is shown; `undefined` where none does. No problem by itself: lists do it too. */
  readonly addressInName: string | undefined;
  /** The field that was read: the first. */
  readonly field: HeaderField | undefined;
  readonly trace: readonly TraceStep[];
}

const MOST_AUTHORS = 100;
const NO_PROBLEMS: readonly AuthorProblem[] = [];
/** Obsolete, but of one meaning: a dot in a display name, a comma too many. */
const HARMLESS: ReadonlySet<string> = new Set(['obsolete-phrase', 'empty-element']);

/**
 * Finds the Author Domain.
 *
 * Shape: linear in the length of the header section. `octets`, where they are given, are those that the section was read from (offset 0 is the
 * section's offset 0): then lines that are no field are looked at too, since other readers may take them for From.
 * Errors: none; see `problems`.
 * @rfc 9989 5.3.1
 * @rfc 9989 11.5
 * @rfc 5322 3.6.2
 * @rfc 6854 4
 */
export function extractAuthor(section: HeaderSection, octets?: Uint8Array): AuthorVerdict {
  const fields = section.fields.filter((field) => field.name.length === 4 && field.name.toLowerCase() === 'from');
  const problems = new Set<AuthorProblem>();
  if (section.limit !== undefined) problems.add('header-limit');
  if (fields.length > 1 || hasHiddenFrom(section, octets)) problems.add('several-from-fields');
  const [field] = fields;
  if (field === undefined) return new Verdict(problems.add('no-from'), [], [], undefined, undefined);
  if (section.defects.some(({ code, offset }) => code === 'MIME_SPACE_BEFORE_COLON' && offset === field.start)) problems.add('space-before-colon');
  return readField(field, problems);
}

function readField(field: HeaderField, problems: Set<AuthorProblem>): AuthorVerdict {
  const broken = hasBrokenLine(field.raw);
  if (broken !== undefined) problems.add(broken);
  const { addresses: entries, defects } = parseAddressList(field.text, { addresses: MOST_AUTHORS });
  for (const { code, obsolete } of defects) {
    if (code === 'obsolete-route' || code === 'bad-route') problems.add('source-route');
    else if (code === 'LIMIT_ADDRESSES') problems.add('too-many-addresses');
    else if (!obsolete) problems.add('malformed');
    else if (!HARMLESS.has(code)) problems.add('obsolete-form');
  }
  const isGrouped = entries.some(({ type }) => type === 'group');
  if (isGrouped) problems.add('group');
  const authors = isGrouped ? entries.flatMap(membersOf) : (entries as readonly HeaderMailbox[]); // no group: mailboxes alone
  const isUtf8 = isAscii(field.text) || decodeUtf8Strict(field.raw) !== undefined;
  const domains = readDomains(authors, isUtf8, problems);
  const disguise = isPlain(field.text, authors.length) ? undefined : findDisguise(authors, domains);
  if (disguise?.isEncoded === true) problems.add('encoded-address');
  return new Verdict(problems, authors, domains, disguise?.shown, field);
}

/** No encoded word, and no @ but those of the addresses: nothing to be disguised with. Almost every field is so; display names are not even made then. */
function isPlain(text: string, authors: number): boolean {
  let count = 0;
  for (let at = text.indexOf('@'); at !== -1 && count <= authors; at = text.indexOf('@', at + 1)) count++;
  return count <= authors && !text.includes('=?');
}

function membersOf(entry: AddressOrGroup): readonly HeaderMailbox[] {
  return entry.type === 'group' ? entry.members : [entry];
}

function writeAddress({ localPart, domain, mailbox }: HeaderMailbox): string {
  return mailbox?.address ?? (domain === '' ? localPart : `${localPart}@${domain}`);
}

/** The domains of the authors, each once. Which U-label octets stand for that are no UTF-8 is anybody's guess. @rfc 6532 3.2 */
function readDomains(authors: readonly HeaderMailbox[], isUtf8: boolean, problems: Set<AuthorProblem>): readonly string[] {
  const domains: string[] = [];
  for (const { domain } of authors) {
    const read = domain === '' || (!isUtf8 && !isAscii(domain)) ? undefined : readDomain(domain);
    if (read === undefined || domain.endsWith('.')) problems.add(domain === '' ? 'no-address' : 'bad-domain');
    else if (!domains.includes(read)) domains.push(read);
  }
  if (authors.length === 0) problems.add('no-address');
  if (domains.length > 1) problems.add('several-domains');
  return domains;
}

/** A verdict that explains itself, and writes addresses, when somebody asks: half of the time goes there (1.2 us of 2.6). */
class Verdict implements AuthorVerdict {
  readonly domain: string | undefined;
  readonly problems: readonly AuthorProblem[];
  readonly domains: readonly string[];
  readonly addressInName: string | undefined;
  readonly field: HeaderField | undefined;
  readonly #authors: readonly HeaderMailbox[];

  constructor(problems: ReadonlySet<AuthorProblem>, authors: readonly HeaderMailbox[], domains: readonly string[], addressInName: string | undefined, field: HeaderField | undefined) {
    this.domain = problems.size === 0 ? domains[0] : undefined;
    this.problems = problems.size === 0 ? NO_PROBLEMS : [...problems];
    this.domains = domains;
    this.addressInName = addressInName;
    this.field = field;
    this.#authors = authors;
  }

  get addresses(): readonly string[] {
    return this.#authors.map(writeAddress);
  }

  get trace(): readonly TraceStep[] {
    const { domain, problems, addresses, domains } = this;
    if (domain === undefined) return [traceStep('9989 5.3.1', `no Author Domain: ${problems.join(', ')}`, { problems, addresses, domains })];
    return [traceStep('9989 5.3.1', `the Author Domain is ${domain}`, { domain, addresses })];
  }

  /** With what JSON would leave out. */
  toJSON(): object {
    return { ...this, addresses: this.addresses, trace: this.trace };
  }
}
