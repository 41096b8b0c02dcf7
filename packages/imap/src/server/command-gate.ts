/**
 * What a command must pass before a driver sees it: its capabilities are on, the state is right, it names messages as it may, and it shows no
 * password to those who listen. What is switched off is not there: its commands are unknown, its items, keys and parameters are wrong.
 *
 * Nothing here knows which extension brings what; that is read from the registered extensions.
 *
 * @rfc 9051 3
 * @rfc 9051 6.1.1
 */
import { IMAP4REV1, IMAP4REV2 } from '../capability.ts';
import type { Command } from '../command.ts';
import type { Extension, ParameterPlace } from '../extension.ts';
import type { NotifyGroup } from '../extensions/notify.ts';
import { expandMacros, type FetchRequest } from '../fetch/fetch-request.ts';
import { parameterPlaces } from '../parameters.ts';
import type { ResponseCode } from '../response.ts';
import type { MessageSet } from '../sequence-set.ts';
import { findCommand, registeredExtensions } from '../tables.ts';
import type { CapabilitySet } from './capabilities.ts';
import type { ServerViolationCode } from './server-event.ts';
import type { ReadCommand } from '../command-parse.ts';
import { isUid, type Session } from './server-session.ts';

/** Why a command is not for the driver. */
export interface Refusal {
  readonly status: 'NO' | 'BAD';
  readonly code: ResponseCode | undefined;
  readonly text: string;
  readonly violation: ServerViolationCode;
}

/** What speaks against a command of this name as things stand, whatever its arguments. */
export function checkHead(name: string, session: Session): Refusal | undefined {
  const spec = findCommand(name);
  const { capabilities } = session.options;
  const gone = REV1.has(`command ${name}`) && !capabilities.has(IMAP4REV1);
  if (spec === undefined || gone || !isOn(ownersOf('command', name), capabilities)) return unknownCommand(name);
  if (!spec.states.includes(session.state)) return bad('IMAP_STATE', `${name} is not for the ${session.state} state`);
  return undefined;
}

/** A command whose answer speaks of numbers, so that none may move before it. @rfc 9051 7.5.1 */
export function speaksOfNumbers(name: string): boolean {
  return HOLDING.has(name);
}
const HOLDING: ReadonlySet<string> = new Set(['FETCH', 'STORE', 'SEARCH', 'SORT', 'THREAD']);
/** Commands that have a form with UID because they take or give numbers. EXPUNGE has one for another reason. @rfc 9586 3.1 */
const NUMBERED: ReadonlySet<string> = new Set([...HOLDING, 'COPY', 'MOVE', 'REPLACE']);

/** The first thing that speaks against the command, or `undefined`. */
export function checkCommand(read: ReadCommand, session: Session): Refusal | undefined {
  const { command, spec } = read;
  const { capabilities } = session.options;
  const refusal = checkHead(command.name, session);
  if (refusal !== undefined) return refusal;
  const { off } = use(command, capabilities);
  if (off !== undefined) return bad('IMAP_CAPABILITY_OFF', `No ${off} here. Form: ${spec.syntax}`);
  return checkNumbers(read, session) ?? checkLogin(command, session);
}

/** Whether the command switches CONDSTORE on, as any does that uses it. @rfc 7162 3.1 */
export function enablesCondstore(command: Command, session: Session): boolean {
  return !session.enabled.has('CONDSTORE') && use(command, session.options.capabilities).condstore;
}

/**
 * The code, or `undefined` where it belongs to a capability that is off: who does not know of UIDPLUS is not told an APPENDUID. TOOBIG has come to be
 * everybody's (RFC 7889 section 4), CLOSED is IMAP4rev2's as well.
 */
export function sayableCode(code: ResponseCode | undefined, session: Session): ResponseCode | undefined {
  if (code === undefined || code.name === 'TOOBIG' || (code.name === 'CLOSED' && session.rev2)) return code;
  return isOn(ownersOf('code', code.name), session.options.capabilities) ? code : undefined;
}

/** A command that nobody knows, or nobody is to know. */
export function unknownCommand(name: string): Refusal {
  return bad('IMAP_UNKNOWN_COMMAND', `Unknown command ${name}`);
}

export function bad(violation: ServerViolationCode, text: string, code?: ResponseCode): Refusal {
  return { status: 'BAD', code, text, violation };
}

/**
 * The set of a command names messages that are there; it is BAD otherwise. A set among the keys of a search only says which messages fit, and a number that
 * no message has fits none: RFC 9051 would let the server refuse that as well, but Dovecot does not, and imaptest expects `SEARCH 6:*` to find the last of five.
 * @rfc 9051 9
 */
function checkNumbers({ command }: ReadCommand, session: Session): Refusal | undefined {
  if (isUid(command) || !NUMBERED.has(command.name)) {
    if (session.uidOnly && holdsNumbers(command)) return bad('IMAP_UID_REQUIRED', 'UIDs only', { name: 'UIDREQUIRED' });
    return undefined;
  }
  if (session.uidOnly) return bad('IMAP_UID_REQUIRED', `UID ${command.name}, please`, { name: 'UIDREQUIRED' });
  const { set = command.name === 'REPLACE' ? [[command.target, command.target]] : undefined } = command as { readonly set?: MessageSet };
  if (set === undefined || session.mailbox === undefined || session.mailbox.view.hasNumbers(set)) return undefined;
  return bad('IMAP_NUMBERS', 'No message has that number');
}

/** Whether numbers of messages stand inside: a set among the keys of a search, the match data of QRESYNC. @rfc 9586 3.2 */
function holdsNumbers(command: Command): boolean {
  let found = false;
  visit(command, (object) => {
    if ((object['key'] === 'SEQUENCE' && object['set'] !== '$') || object['matchData'] !== undefined) found = true;
  });
  return found;
}

function checkLogin(command: Command, session: Session): Refusal | undefined {
  const { options, secure, compressed } = session;
  switch (command.name) {
    case 'LOGIN':
      return session.loginAllowed ? undefined : privacyRequired();
    case 'AUTHENTICATE':
      if (session.mechanisms.includes(command.mechanism)) break;
      if (options.mechanisms.includes(command.mechanism) && !session.loginAllowed) return privacyRequired();
      return { status: 'NO', code: undefined, text: `No mechanism ${command.mechanism} here`, violation: 'IMAP_MECHANISM' };
    case 'STARTTLS':
      return options.startTls && !secure ? undefined : bad('IMAP_STATE', secure ? 'TLS is on already' : 'No TLS here');
    case 'COMPRESS':
      if (command.algorithm !== 'DEFLATE') return bad('IMAP_SYNTAX', 'Form: COMPRESS DEFLATE');
      if (!compressed) break;
      return { status: 'NO', code: { name: 'COMPRESSIONACTIVE' }, text: 'DEFLATE is on already', violation: 'IMAP_STATE' };
    default:
      break;
  }
  return undefined;
}

function privacyRequired(): Refusal {
  return { status: 'NO', code: { name: 'PRIVACYREQUIRED' }, text: 'Not without TLS', violation: 'IMAP_PRIVACY_REQUIRED' };
}

// What a command uses

/** Kinds of names that extensions bring. */
type Kind = 'command' | 'fetch' | 'status' | 'key' | 'code' | ParameterPlace;

/** What a command uses of what extensions bring. */
interface Use {
  /** The first thing of a capability that is off, in words. */
  off: string | undefined;
  condstore: boolean;
}

function use(command: Command, capabilities: CapabilitySet): Use {
  const used: Use = { off: undefined, condstore: false };
  const name = (kind: Kind, key: string): void => {
    const owners = ownersOf(kind, key);
    const inRev2 = kind === 'status' && REV2_STATUS.has(key) && capabilities.has(IMAP4REV2);
    const ofSort = command.name === 'SORT' && capabilities.offers('ESORT') && brings(owners, 'ESEARCH'); // RFC 5267 section 3
    const gone = REV1.has(`${kind} ${key}`) && !capabilities.has(IMAP4REV1);
    if (gone || (!inRev2 && !ofSort && !isOn(owners, capabilities))) used.off ??= key;
    else if (brings(owners, 'CONDSTORE')) used.condstore = true;
  };
  visitNames(command, name);
  used.off ??= findForm(command, capabilities);
  return used;
}

/** Calls `name` for every name in the command that an extension may have brought. */
function visitNames(command: Command, name: (kind: Kind, key: string) => void): void {
  const places = Object.entries(parameterPlaces(command.name));
  visit(command, (object) => {
    if (typeof object['key'] === 'string') name('key', object['key']);
    for (const [field, place] of places) {
      if (!isObject(object[field])) continue;
      for (const key in object[field]) if (object[field][key] !== undefined) name(place, key);
    }
  });
  if (command.name === 'FETCH') for (const item of command.items) name('fetch', item.name);
  else if (command.name === 'NOTIFY') for (const item of command.groups.flatMap(newMessageItems)) name('fetch', item.name);
  else if (command.name === 'STATUS') for (const item of command.items) name('status', item);
  else if (command.name === 'LIST') for (const item of command.returnOptions.status ?? []) name('status', item);
}

/** What NOTIFY wants to be told of new messages. @rfc 5465 5.2 */
function newMessageItems({ events }: NotifyGroup): readonly FetchRequest[] {
  return events.flatMap((event) => (event.type === 'MessageNew' ? expandMacros(event.fetch) : []));
}

/** The form of a command that needs a capability which is off, in words; forms have no names by which they could be looked up. */
function findForm(command: Command, capabilities: CapabilitySet): string | undefined {
  let off: string | undefined;
  const form = (present: boolean, capability: string, words: string): void => {
    if (present && !capabilities.offers(capability)) off ??= words;
  };
  visit(command, (object) => form(object['set'] === '$', 'SEARCHRES', '"$"'));
  switch (command.name) {
    case 'EXPUNGE':
      form(command.uid, 'UIDPLUS', 'UID EXPUNGE');
      break;
    case 'AUTHENTICATE':
      form(command.initialResponse !== undefined, 'SASL-IR', 'initial response');
      break;
    case 'LIST':
      form(command.patterns.length > 1, 'LIST-EXTENDED', 'list of patterns');
      break;
    case 'STORE':
      form(command.item === 'X-GM-LABELS', 'X-GM-EXT-1', 'X-GM-LABELS');
      break;
    case 'SEARCH':
      form(command.returnOptions !== undefined, 'ESEARCH', 'RETURN');
      break;
    case 'SORT':
      form(command.returnOptions !== undefined, 'ESORT', 'RETURN');
      form(command.criteria.some(({ key }) => key.startsWith('DISPLAY')), 'SORT=DISPLAY', 'DISPLAYFROM and DISPLAYTO');
      break;
    case 'GETMETADATA':
    case 'SETMETADATA':
      form(command.mailbox !== '', 'METADATA', 'metadata of mailboxes');
      break;
    case 'THREAD':
      if (!capabilities.has(`THREAD=${command.algorithm}`)) off ??= command.algorithm;
      break;
    case 'APPEND':
    case 'REPLACE': {
      const messages = command.name === 'APPEND' ? command.messages : [command.message];
      form(messages.length > 1, 'MULTIAPPEND', 'second message');
      form(messages.some(({ message }) => message?.binary === true), 'BINARY', 'literal8');
      break;
    }
    default:
      break;
  }
  return off;
}

/** Items that IMAP4rev2 has, though the extension that brought them is not part of it. @rfc 9051 6.3.11 */
const REV2_STATUS: ReadonlySet<string> = new Set(['DELETED']);

/** What IMAP4rev2 has no more: a server without IMAP4rev1 does not have it. @rfc 9051 E */
const REV1: ReadonlySet<string> = new Set([
  'command LSUB', 'command CHECK', 'fetch RFC822', 'fetch RFC822.HEADER', 'fetch RFC822.TEXT', 'status RECENT', 'key NEW', 'key OLD', 'key RECENT',
]);

/** No owner: it is IMAP's own. */
function isOn(owners: readonly Extension[] | undefined, capabilities: CapabilitySet): boolean {
  return owners === undefined || owners.some((extension) => capabilities.isOn(extension));
}

function brings(owners: readonly Extension[] | undefined, name: string): boolean {
  return owners !== undefined && owners.some(({ capability }) => capability === name);
}

let built: ReadonlyMap<string, Extension[]> | undefined;

function ownersOf(kind: Kind, key: string): readonly Extension[] | undefined {
  built ??= buildOwners();
  return built.get(`${kind} ${key}`);
}

function buildOwners(): ReadonlyMap<string, Extension[]> {
  const owners = new Map<string, Extension[]>();
  for (const extension of registeredExtensions()) {
    const add = (kind: Kind, key: string): void => {
      const list = owners.get(`${kind} ${key}`) ?? [];
      if (!list.includes(extension)) list.push(extension);
      owners.set(`${kind} ${key}`, list);
    };
    for (const { name } of extension.commands) add('command', name);
    for (const { name } of extension.fetchItems) add('fetch', name);
    for (const { name } of extension.statusItems) add('status', name);
    for (const { key } of extension.searchKeys) add('key', key);
    for (const { place, field } of extension.parameters) add(place, field);
    for (const { name } of extension.codes) add('code', name);
  }
  return owners;
}

type Properties = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

/** Calls `look` for every plain object inside; what a parser made is no deeper than its limit of depth. */
function visit(value: unknown, look: (object: Properties) => void): void {
  if (!isObject(value)) return;
  if (Array.isArray(value)) {
    if (isObject(value[0])) for (const element of value) visit(element, look);
    return;
  }
  look(value);
  for (const key in value) visit(value[key], look);
}
