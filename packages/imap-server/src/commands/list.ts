/**
 * LIST and LSUB, with what LIST can select and tell beside names.
 *
 * Names of this account are those of one user, so REMOTE selects nothing more.
 *
 * @rfc 9051 6.3.9
 * @rfc 5258 3
 * @rfc 3501 6.3.9
 */
import { encodeMailboxName, type ListCommand, type ListData, type LsubCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { MailboxEntry } from '../store/mail-account.ts';
import { HIERARCHY_SEPARATOR } from '../store/mailbox-name.ts';
import { MailStoreError } from '../store/store-error.ts';
import { sayRights } from './acl.ts';
import { compilePattern, type NameMatcher } from './list-pattern.ts';
import { mayAnnotate, sayMetadata } from './metadata.ts';
import { bad, ok, type Outcome } from './outcome.ts';
import { readStatus } from './status.ts';

/** All that is known of the names of an account. */
interface Names {
  readonly entries: ReadonlyMap<string, MailboxEntry>;
  readonly subscriptions: ReadonlySet<string>;
  /** Names that exist or are subscribed to, and all levels above them, in their order. */
  readonly all: readonly string[];
  /** Levels that have an existing one below. */
  readonly parents: ReadonlySet<string>;
}

export async function list(session: CommandSession, command: ListCommand, tag: string): Promise<Outcome> {
  const { reference, patterns, selectionOptions, returnOptions } = command;
  const { subscribed, specialUse, recursiveMatch } = selectionOptions;
  if (recursiveMatch === true && subscribed !== true && specialUse !== true) return bad('RECURSIVEMATCH needs another option');
  if (patterns.length === 1 && patterns[0] === '') {
    session.machine.respond(listData('LIST', '', ['\\Noselect']));
    return ok('LIST completed');
  }
  const names = await readNames(session);
  const fits = anyOf(session, reference, patterns);
  const selects = selector(names, selectionOptions);
  const above = new Set(recursiveMatch === true ? names.all.filter(selects).flatMap(levelsAbove) : []);
  session.beginWork();
  for (const [at, name] of names.all.entries()) {
    const breath = session.breathe(tag, at, names.all.length);
    if (breath !== undefined) await breath;
    if (!fits(name)) continue;
    const isSelected = selects(name) && (names.entries.has(name) || subscribed === true || names.parents.has(name));
    if (!isSelected && !above.has(name)) continue;
    const data = { ...listData('LIST', name, attributesOf(session, command, names, name)), childInfo: above.has(name) ? selectedBy(selectionOptions) : undefined };
    session.machine.respond(data);
    if (names.entries.has(name)) await sayMore(session, name, returnOptions);
    await session.room();
  }
  return ok('LIST completed');
}

export async function lsub(session: CommandSession, { reference, pattern }: LsubCommand): Promise<Outcome> {
  const { subscriptions, entries } = await readNames(session);
  const fits = anyOf(session, reference, [pattern]);
  const told = new Set<string>();
  const say = (name: string, attributes: readonly string[]): void => {
    if (told.has(name)) return;
    told.add(name);
    session.machine.respond(listData('LSUB', name, attributes));
  };
  for (const name of subscriptions) {
    if (fits(name)) say(name, entries.has(name) ? [] : ['\\Noselect']);
    else if (pattern.endsWith('%')) for (const above of levelsAbove(name)) if (fits(above) && !subscriptions.has(above)) say(above, ['\\Noselect']); // RFC 3501 6.3.9
    await session.room();
  }
  return ok('LSUB completed');
}

async function readNames(session: CommandSession): Promise<Names> {
  const { account } = session;
  const entries = new Map((await visibleEntries(session)).map((entry) => [entry.name, entry]));
  const subscriptions = new Set(await account.subscriptions());
  const all = new Set<string>();
  const parents = new Set<string>();
  for (const name of [...entries.keys(), ...subscriptions]) {
    for (const above of levelsAbove(name)) {
      all.add(above);
      if (entries.has(name)) parents.add(above);
    }
    all.add(name);
  }
  return { entries, subscriptions, all: [...all], parents };
}

/** The mailboxes that the user may see; its own it always may. @rfc 4314 4 */
async function visibleEntries(session: CommandSession): Promise<readonly MailboxEntry[]> {
  const entries = await session.account.list();
  if (!session.hasRights || session.user === session.account.user) return entries;
  const visible: MailboxEntry[] = [];
  for (const entry of entries) if ((await session.rightsOn(entry.name)).includes('l')) visible.push(entry);
  return visible;
}

/** `a`, `a/b` of `a/b/c`. */
function levelsAbove(name: string): string[] {
  const above: string[] = [];
  for (let at = name.indexOf(HIERARCHY_SEPARATOR); at !== -1; at = name.indexOf(HIERARCHY_SEPARATOR, at + 1)) above.push(name.slice(0, at));
  return above;
}

/** In clear text names are in modified UTF-7, and a wildcard may stand for a part of it; patterns come decoded where they can be. */
function anyOf({ machine }: CommandSession, reference: string, patterns: readonly string[]): NameMatcher {
  const matchers = patterns.map((pattern) => compilePattern(reference + pattern));
  const wire = machine.session.utf8 ? [] : patterns.filter((pattern) => pattern.includes('&')).map((pattern) => compilePattern(reference + pattern));
  return (name) => matchers.some((fits) => fits(name)) || wire.some((fits) => fits(encodeMailboxName(name)));
}

/** Whether a name has what the command selects. */
function selector({ subscriptions, entries }: Names, { subscribed, specialUse }: ListCommand['selectionOptions']): NameMatcher {
  return (name) => (subscribed !== true || subscriptions.has(name)) && (specialUse !== true || (entries.get(name)?.specialUse.length ?? 0) > 0);
}

function attributesOf({ core, machine }: CommandSession, { selectionOptions, returnOptions }: ListCommand, names: Names, name: string): readonly string[] {
  const entry = names.entries.get(name);
  const { capabilities } = core.machineOptions;
  const attributes: string[] = [];
  if (entry === undefined) attributes.push(machine.session.rev2 || capabilities.offers('LIST-EXTENDED') ? '\\NonExistent' : '\\Noselect');
  if (capabilities.offers('CHILDREN') || returnOptions.children === true) attributes.push(names.parents.has(name) ? '\\HasChildren' : '\\HasNoChildren');
  const wantsSubscribed = returnOptions.subscribed === true || selectionOptions.subscribed === true;
  if (wantsSubscribed && names.subscriptions.has(name)) attributes.push('\\Subscribed');
  if (entry !== undefined && capabilities.offers('SPECIAL-USE')) attributes.push(...entry.specialUse);
  return attributes;
}

function selectedBy({ subscribed, specialUse }: ListCommand['selectionOptions']): readonly string[] {
  return [...(subscribed === true ? ['SUBSCRIBED'] : []), ...(specialUse === true ? ['SPECIAL-USE'] : [])];
}

/** What RETURN asks for beside the name, as far as the user may know it. A mailbox that goes meanwhile has no more to be told. @rfc 5819 2 */
async function sayMore(session: CommandSession, name: string, { status, metadata, myRights }: ListCommand['returnOptions']): Promise<void> {
  if (status === undefined && metadata === undefined && myRights !== true) return;
  try {
    const rights = await session.rightsOn(name);
    if (status !== undefined && rights.includes('r')) session.machine.respond({ name: 'STATUS', mailbox: name, items: await readStatus(session, name, status) });
    if (myRights === true) await sayRights(session, name);
    if (metadata !== undefined && mayAnnotate(rights)) await sayMetadata(session, name, metadata);
  } catch (error) {
    if (!(error instanceof MailStoreError) || error.code !== 'STORE_NO_SUCH_MAILBOX') throw error;
  }
}

function listData<N extends 'LIST' | 'LSUB'>(name: N, mailbox: string, attributes: readonly string[]): { readonly name: N } & Omit<ListData, 'name'> {
  return { name, attributes, delimiter: HIERARCHY_SEPARATOR, mailbox, childInfo: undefined, oldName: undefined, others: [] };
}
