/**
 * URLAUTH: URLs of messages that work without a login, because this server signed them. The mechanism is INTERNAL: HMAC-SHA-256 under a key of the
 * mailbox, which RESETKEY replaces.
 *
 * Keys follow from the server's own key and a counter that is kept while the server runs; with `saltKey` and no RESETKEY, URLs outlive a restart.
 *
 * @rfc 4467
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { GenUrlAuthCommand, ResetKeyCommand, UrlFetchCommand } from '@mailwright/imap';
import { concatOctets } from '@mailwright/wire';
import { findSection } from '../message/section-octets.ts';
import type { CommandSession } from '../server/command-session.ts';
import type { ServerCore } from '../server/core.ts';
import type { MailAccount } from '../store/mail-account.ts';
import { MailStoreError } from '../store/store-error.ts';
import { badUrlCode, type ImapUrl, isOfServer, parseImapUrl } from './imap-url.ts';
import { no, ok, type Outcome } from './outcome.ts';

const MECHANISM = 'INTERNAL';
/** What a token begins with: which way it was made. @rfc 4467 9 */
const VERSION = '01';
/** Sections that URLFETCH reads at most. */
const MOST_OCTETS = 64 * 1024 * 1024;

/** How often each mailbox's key was reset; of the whole account under `''`. */
const resets: WeakMap<MailAccount, Map<string, number>> = new WeakMap();

export async function genUrlAuth(session: CommandSession, { urls }: GenUrlAuthCommand): Promise<Outcome> {
  const { account, core } = session;
  const signed: string[] = [];
  for (const { url, mechanism } of urls) {
    const parsed = parseImapUrl(url);
    if (mechanism.toUpperCase() !== MECHANISM) return no('The mechanism is INTERNAL', 'CANNOT');
    if (parsed?.mailbox === undefined || parsed.access === undefined || parsed.token !== undefined || userOf(parsed) !== account.user || !isOfServer(parsed, core.options.hostname)) return no('That URL can not be signed', badUrlCode(url));
    await session.account.open(parsed.mailbox);
    await session.requireRights(parsed.mailbox, 'r');
    signed.push(`${url}:${MECHANISM}:${sign(core, account, parsed.mailbox, url)}`);
  }
  session.machine.respond({ name: 'GENURLAUTH', urls: signed });
  return ok('GENURLAUTH completed');
}

export async function resetKey(session: CommandSession, { mailbox, mechanisms }: ResetKeyCommand): Promise<Outcome> {
  if (mechanisms.some((mechanism) => mechanism.toUpperCase() !== MECHANISM)) return no('The mechanism is INTERNAL', 'CANNOT');
  if (mailbox !== undefined) await session.account.open(mailbox);
  const counts = resets.get(session.account) ?? new Map<string, number>();
  counts.set(mailbox ?? '', (counts.get(mailbox ?? '') ?? 0) + 1);
  resets.set(session.account, counts);
  return ok('RESETKEY completed', { name: 'URLMECH', mechanisms: [MECHANISM] });
}

/** Every URL has an answer; NIL says that it stands for nothing, and never why. @rfc 4467 7 */
export async function urlFetch(session: CommandSession, { urls }: UrlFetchCommand): Promise<Outcome> {
  for (const url of urls) {
    session.machine.respond({ name: 'URLFETCH', results: [{ url, octets: await readUrl(session, url) }] });
    await session.room();
  }
  return ok('URLFETCH completed');
}

async function readUrl(session: CommandSession, url: string): Promise<Uint8Array | undefined> {
  const { core } = session;
  const parsed = parseImapUrl(url);
  const owner = parsed === undefined ? undefined : userOf(parsed);
  if (parsed?.mailbox === undefined || owner === undefined || parsed.token === undefined || !mayUse(session, parsed) || !isOfServer(parsed, core.options.hostname)) return undefined;
  if (parsed.expires !== undefined && parsed.expires < core.clock.wallTime()) return undefined;
  const account = await core.store.account(owner);
  if (account === undefined || !isEqual(sign(core, account, parsed.mailbox, parsed.rump), parsed.token)) return undefined;
  try {
    return await readSection(core, account, parsed.mailbox, parsed);
  } catch (error) {
    if (error instanceof MailStoreError) return undefined;
    throw error;
  }
}

async function readSection(core: ServerCore, account: MailAccount, name: string, { uid, uidValidity, section, partial }: ImapUrl): Promise<Uint8Array | undefined> {
  const mailbox = await account.open(name);
  const message = mailbox.message(uid);
  const content = await mailbox.content(uid);
  if (message === undefined || content === undefined) return undefined;
  try {
    if (uidValidity !== undefined && uidValidity !== mailbox.uidValidity) return undefined;
    const found = await findSection(content, await core.layouts.read(message.emailId, content), section, partial);
    return found === undefined || found.octetCount > MOST_OCTETS ? undefined : concatOctets([await found.read()]);
  } finally {
    await content.close();
  }
}

/** Whose URL it is: the user before the host. */
function userOf({ user }: ImapUrl): string | undefined {
  return user === undefined || user === '' ? undefined : user;
}

/** @rfc 4467 3 */
function mayUse({ user }: CommandSession, { access }: ImapUrl): boolean {
  const lower = access?.toLowerCase();
  if (lower === 'anonymous' || lower === 'authuser') return true;
  return access?.replace(/^(?:user|submit)\+/i, '') === user && access !== user;
}

function sign({ saltKey }: ServerCore, account: MailAccount, mailbox: string, rump: string): string {
  const counts = resets.get(account);
  const key = createHmac('sha256', saltKey).update(JSON.stringify(['urlauth', account.user, mailbox, counts?.get('') ?? 0, counts?.get(mailbox) ?? 0])).digest();
  return VERSION + createHmac('sha256', key).update(rump).digest('hex');
}

function isEqual(one: string, other: string): boolean {
  const wanted = Buffer.from(one);
  const given = Buffer.from(other.toLowerCase());
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
