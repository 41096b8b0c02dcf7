/**
 * Mailboxes and the messages in them as one object literal.
 *
 *     { users: { ann: { password: 'secret', mailboxes: { INBOX: ['Subject: Hi\n\nHello\n'], Sent: { specialUse: ['\\Sent'] } } } } }
 */
import { isAtom } from '@mailwright/imap';
import { type InternalDate, type MailboxFixture, type MessageFixture, MemoryStore, type UserFixture } from '@mailwright/imap-server';
import { buildMessage, type MessageInput } from '@mailwright/mime';
import type { Clock } from '@mailwright/wire';

/** What `buildMessage` of `@mailwright/mime` takes. Date and Message-ID need not be given: they are made from the message's place, the same each time. */
export type FixtureInput = Omit<MessageInput, 'date' | 'messageId'> & { readonly date?: MessageInput['date'] | undefined; readonly messageId?: string | undefined };

/** A message that is built, and what the mailbox knows of it. */
export interface BuiltFixture {
  readonly message: FixtureInput;
  readonly flags?: readonly string[] | undefined;
  /** Default: the time of the store's clock. */
  readonly internalDate?: InternalDate | Date | undefined;
}

/** Octets as they are, a text (its line ends become CRLF), either of them with flags and a date, or something to be built. */
export type FixtureMessage = MessageFixture | BuiltFixture;

export type FixtureMailbox = readonly FixtureMessage[] | (Omit<Exclude<MailboxFixture, readonly MessageFixture[]>, 'messages'> & { readonly messages?: readonly FixtureMessage[] | undefined });

export interface FixtureUser {
  /** Without one nobody logs in with a password. */
  readonly password?: string | undefined;
  /** `INBOX` is there in any case. */
  readonly mailboxes?: Readonly<Record<string, FixtureMailbox>> | undefined;
}

export interface MailFixture {
  readonly users: Readonly<Record<string, FixtureUser>>;
}

/** The date of messages that have none, and how far they are apart. */
const FIRST_DATE = Date.UTC(2026, 0, 1);
const MAILBOX_KEYS: readonly string[] = ['messages', 'subscribed', 'specialUse'];
const MINUTE_MS = 60_000;
const DEFAULT_FIXTURE: MailFixture = { users: { ann: { password: 'secret' } } };

const fixtures: WeakMap<object, MailFixture> = new WeakMap();

/**
 * A store in memory with what the fixture says. The same fixture gives the same UIDs and UIDVALIDITYs each time.
 * Errors: a `TypeError` for what is no fixture, a property that it does not have among it; and as `buildMessage` and `MemoryStore`.
 */
export function memoryStoreOf(fixture: MailFixture = DEFAULT_FIXTURE, clock?: Clock): MemoryStore {
  checkKeys('fixture', fixture, ['users']);
  checkKeys('fixture.users', fixture.users, undefined);
  const users = Object.entries(fixture.users).map(([name, user]): [string, UserFixture] => [name, storedUser(name, user)]);
  const store = new MemoryStore({ users: Object.fromEntries(users), clock });
  fixtures.set(store, fixture);
  return store;
}

/** The password that a user of a store has by its fixture; `undefined` for other stores. */
export function fixturePassword(store: object, user: string): string | undefined {
  const users = fixtures.get(store)?.users;
  return users !== undefined && Object.hasOwn(users, user) ? users[user]!.password : undefined;
}

/** A word misspelt in a fixture would be a mailbox that is empty for no reason to be seen. */
function checkKeys(place: string, value: unknown, known: readonly string[] | undefined): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${place} must be an object, not ${Array.isArray(value) ? 'a list' : String(value)}`);
  const stranger = known === undefined ? undefined : Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) throw new TypeError(`${place} has no property ${JSON.stringify(stranger)}: there are ${known!.join(', ')}`);
}

function storedUser(owner: string, user: FixtureUser): UserFixture {
  checkKeys(`the user ${owner} of the fixture`, user, ['password', 'mailboxes']);
  const { password, mailboxes = {} } = user;
  checkKeys(`mailboxes of ${owner}`, mailboxes, undefined);
  return { password, mailboxes: Object.fromEntries(Object.entries(mailboxes).map(([name, mailbox]) => [name, storedMailbox(`${owner}/${name}`, mailbox)])) };
}

function storedMailbox(place: string, mailbox: FixtureMailbox): MailboxFixture {
  const stored = (message: FixtureMessage, index: number): MessageFixture => storedMessage(place, index, message);
  if (isList(mailbox)) return mailbox.map(stored);
  checkKeys(`the mailbox ${place} of the fixture`, mailbox, MAILBOX_KEYS);
  const { messages, ...others } = mailbox;
  return { ...others, messages: messages?.map(stored) };
}

function isList(mailbox: FixtureMailbox): mailbox is readonly FixtureMessage[] {
  return Array.isArray(mailbox);
}

function storedMessage(place: string, index: number, message: FixtureMessage): MessageFixture {
  if (typeof message === 'string' || message instanceof Uint8Array) return message;
  const where = `message ${index + 1} of the mailbox ${place}`;
  if (typeof message !== 'object' || message === null) throw new TypeError(`${where} must be a text, octets or an object, not ${String(message)}`);
  checkKeys(where, message, 'raw' in message ? ['raw', 'flags', 'internalDate'] : ['message', 'flags', 'internalDate']);
  const wrong = message.flags?.find((flag) => !isAtom(flag.replace(/^\\/, '')));
  if (wrong !== undefined) throw new TypeError(`${where}: ${JSON.stringify(wrong)} is not a flag`);
  if ('raw' in message) return message;
  if (message.message === undefined) throw new TypeError(`${where} has neither raw nor message`);
  const { message: input, flags, internalDate } = message;
  const { date = FIRST_DATE + index * MINUTE_MS, messageId = `<${place.replace(/[^A-Za-z0-9]+/g, '.')}.${index + 1}@fixture.invalid>`, ...others } = input;
  return { raw: buildMessage({ ...others, date, messageId }).octets(), flags, internalDate };
}
