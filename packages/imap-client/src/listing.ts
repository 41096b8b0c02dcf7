/**
 * Which mailboxes there are: one LIST that tells everything where the server can, else LIST, LSUB and a STATUS for each, all at once.
 *
 * @rfc 9051 6.3.9
 * @rfc 5258
 * @rfc 5819
 * @rfc 6154
 */
import { type Data, type ListedMailbox, makeParameters, SPECIAL_USES, type StatusItemName, type StatusItems } from '@mailwright/imap';
import { type CommandOptions, runCommand } from './command-run.ts';
import { ImapError } from './errors.ts';
import type { Session } from './session.ts';
import { specialUseOfName } from './special-use-names.ts';

export interface ListOptions extends CommandOptions {
  /** `*` for anything, `%` for anything on one level. Default `*`. Several are asked for together. */
  readonly pattern?: string | readonly string[] | undefined;
  /** What the patterns are relative to. Default ``. */
  readonly reference?: string | undefined;
  /** Only what the user subscribed to. Default false. */
  readonly subscribed?: boolean | undefined;
  /** Numbers to tell of each mailbox. Default none. */
  readonly status?: readonly StatusItemName[] | undefined;
  /** Whether to guess by its name what a mailbox is for, where the server does not say of any. Default true. */
  readonly guessSpecialUse?: boolean | undefined;
}

/** One mailbox. */
export interface ListedBox {
  readonly name: string;
  /** The last level of the name. */
  readonly lastName: string;
  /** Undefined where names have no levels. */
  readonly delimiter: string | undefined;
  /** As sent: `\HasChildren`. */
  readonly attributes: readonly string[];
  /** What it is for: `\Sent`, `\Trash`, ... */
  readonly specialUse: string | undefined;
  /** Who says so. */
  readonly specialUseSource: 'server' | 'name' | undefined;
  readonly subscribed: boolean;
  /** It can be opened. */
  readonly selectable: boolean;
  /** Undefined where the server does not say. */
  readonly hasChildren: boolean | undefined;
  /** What was asked for; undefined where it was not, or the server told nothing. */
  readonly status: StatusItems | undefined;
}

/** Lists mailboxes. Rejects with an `ImapError`. */
export async function listMailboxes(session: Session, options: ListOptions): Promise<ListedBox[]> {
  const given = options.pattern ?? '*';
  const patterns = typeof given === 'string' ? [given] : given;
  if (patterns.length === 0) return [];
  const found = session.has('LIST-EXTENDED') ? await listExtended(session, patterns, options) : await listPlain(session, patterns, options);
  if (options.guessSpecialUse !== false && found.every(({ specialUse }) => specialUse === undefined)) guess(found);
  return found;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One command tells all of it. */
async function listExtended(session: Session, patterns: readonly string[], options: ListOptions): Promise<ListedBox[]> {
  const { reference = '', subscribed = false, status } = options;
  const withStatus = status !== undefined && status.length > 0 && session.has('LIST-STATUS');
  const { data } = await runCommand(session, {
    name: 'LIST', reference, patterns,
    selectionOptions: makeParameters('LIST-SELECT', subscribed ? { subscribed: true } : {}),
    returnOptions: makeParameters('LIST-RETURN', {
      subscribed: true, children: true,
      ...(session.has('SPECIAL-USE') ? { specialUse: true } : {}),
      ...(withStatus ? { status } : {}),
    }),
  }, options);
  const boxes = collect(data, () => subscribed);
  const statuses = new Map(data.flatMap((answer) => (answer.name === 'STATUS' ? [[canonical(answer.mailbox), answer.items] as const] : [])));
  for (const box of boxes) box.status = statuses.get(canonical(box.name));
  return withStatus ? boxes : await addStatus(session, boxes, options);
}

async function listPlain(session: Session, patterns: readonly string[], options: ListOptions): Promise<ListedBox[]> {
  const { reference = '' } = options;
  const [lists, lsubs] = await Promise.all([
    Promise.all(patterns.map((pattern) => runCommand(session, {
      name: 'LIST', reference, patterns: [pattern], selectionOptions: makeParameters('LIST-SELECT'), returnOptions: makeParameters('LIST-RETURN'),
    }, options))),
    Promise.all(patterns.map((pattern) => runCommand(session, { name: 'LSUB', reference, pattern }, options).catch(refused))),
  ]);
  const subscriptions = new Set(lsubs.flatMap((result) => result?.data ?? []).flatMap((data) => (data.name === 'LSUB' || data.name === 'LIST' ? [data.mailbox] : [])));
  const boxes = collect(lists.flatMap(({ data }) => data), (name) => subscriptions.has(name));
  return await addStatus(session, options.subscribed === true ? boxes.filter(({ subscribed }) => subscribed) : boxes, options);
}

/** A server without LSUB, as one of IMAP4rev2 alone may be. */
function refused(error: unknown): undefined {
  if (error instanceof ImapError && error.usable && error.status !== undefined) return undefined;
  throw error;
}

function collect(answers: readonly Data[], isSubscribed: (name: string) => boolean): Mutable<ListedBox>[] {
  const boxes = new Map<string, Mutable<ListedBox>>();
  for (const data of answers) if ((data.name === 'LIST' || data.name === 'XLIST') && !boxes.has(data.mailbox)) boxes.set(data.mailbox, describe(data, isSubscribed(data.mailbox)));
  return [...boxes.values()];
}

/** INBOX is written in any case. @rfc 9051 5.1 */
function canonical(name: string): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}

function describe({ mailbox, delimiter, attributes }: ListedMailbox, subscribed: boolean): Mutable<ListedBox> {
  const has = (name: string): boolean => attributes.some((attribute) => attribute.toLowerCase() === name);
  const specialUse = [...SPECIAL_USES.keys()].find((use) => has(use.toLowerCase())) ?? (has('\\spam') ? '\\Junk' : has('\\allmail') ? '\\All' : undefined);
  return {
    name: mailbox, delimiter, attributes, specialUse,
    lastName: delimiter === undefined ? mailbox : mailbox.slice(mailbox.lastIndexOf(delimiter) + delimiter.length),
    specialUseSource: specialUse === undefined ? undefined : 'server',
    subscribed: subscribed || has('\\subscribed'),
    selectable: !has('\\noselect') && !has('\\nonexistent'),
    hasChildren: has('\\haschildren') ? true : has('\\hasnochildren') || has('\\noinferiors') ? false : undefined,
    status: undefined,
  };
}

/** A mailbox that has gone meanwhile, or can't be looked at, stays without numbers. */
async function addStatus(session: Session, boxes: Mutable<ListedBox>[], options: ListOptions): Promise<ListedBox[]> {
  const { status } = options;
  if (status === undefined || status.length === 0) return boxes;
  await Promise.all(boxes.filter(({ selectable }) => selectable).map(async (box) => {
    const result = await runCommand(session, { name: 'STATUS', mailbox: box.name, items: status }, options).catch(refused);
    const answer = result?.data.find((data) => data.name === 'STATUS');
    if (answer?.name === 'STATUS') box.status = answer.items;
  }));
  return boxes;
}

function guess(boxes: readonly Mutable<ListedBox>[]): void {
  const taken = new Set<string>();
  for (const box of boxes) {
    const use = box.selectable ? specialUseOfName(box.name, box.delimiter) : undefined;
    if (use === undefined || taken.has(use)) continue;
    taken.add(use);
    box.specialUse = use;
    box.specialUseSource = 'name';
  }
}
