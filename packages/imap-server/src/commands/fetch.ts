/**
 * FETCH: items of many messages, one response a message.
 *
 * What is small, or in memory already, stands in the response; large sections are announced and then read from the store piece by piece, as the client reads. So
 * neither many messages nor large ones are ever in memory because a client asked for them.
 *
 * Read next: `fetch-plan.ts`, `fetch-octets.ts`.
 *
 * @rfc 9051 6.4.5
 * @rfc 7162 3.1.4
 */
import { type FetchCommand, intersectionOfSets, rangesOf, resolveSet, type ResponseCode, sliceResult } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { Selection } from '../server/selection.ts';
import type { MessageContent } from '../store/message-content.ts';
import type { StoredMessage } from '../store/mailbox.ts';
import type { MessageLayout } from '../message/message-layout.ts';
import { readPreview } from '../message/preview.ts';
import { type FetchFields, newFetchData } from './fetch-data.ts';
import { OctetsWriter } from './fetch-octets.ts';
import { type FetchPlan, planFetch } from './fetch-plan.ts';
import { gmailFields } from './gmail.ts';
import { limitMessages } from './message-limit.ts';
import { bad, no, ok, type Outcome } from './outcome.ts';

export async function fetch(session: CommandSession, command: FetchCommand, tag: string): Promise<Outcome> {
  const selection = session.selected;
  if (command.parameters.vanished === true && !mayVanish(session, command)) return bad('VANISHED needs UID FETCH, CHANGEDSINCE and QRESYNC');
  const plan = planFetch(command.items);
  if (selection.takeNewKeywords()) session.sayFlags(selection.mailbox);
  const named = chooseMessages(session, selection, command);
  const { messages, code } = limitMessages(session, named.messages);
  const marked = plan.setsSeen && !selection.readOnly ? await markSeen(session, selection, messages) : undefined;
  const fetcher = new Fetcher(session, selection, plan, marked, command.parameters.changedSince !== undefined);
  session.beginWork();
  for (let at = 0; at < messages.length; at++) {
    await fetcher.fetch(messages[at]!);
    const room = session.room();
    if (room !== undefined) await room;
    const breath = session.breathe(tag, at, messages.length);
    if (breath !== undefined) await breath;
  }
  return answer(named.goneCount + fetcher.goneCount, command.uid, fetcher.code ?? code);
}

/** @rfc 7162 3.2.6 */
function mayVanish({ machine }: CommandSession, { uid, parameters }: FetchCommand): boolean {
  return uid && parameters.changedSince !== undefined && machine.session.enabled.has('QRESYNC');
}

function answer(goneCount: number, uid: boolean, code: ResponseCode | undefined): Outcome {
  if (code?.name === 'UNKNOWN-CTE') return no('An encoding is not known', code);
  if (goneCount > 0 && !uid) return no('Some of the messages are gone', 'EXPUNGEISSUED');
  return ok('FETCH completed', code);
}

/** The messages that the command names, by set, by MODSEQ and by place; what vanished is told on the way. @rfc 7162 3.2.6 @rfc 9394 3.3 */
function chooseMessages({ machine }: CommandSession, selection: Selection, { set, uid, parameters }: FetchCommand): { readonly messages: readonly StoredMessage[]; readonly goneCount: number } {
  const { changedSince, vanished, partial } = parameters;
  const { messages, goneCount } = selection.resolve(set, uid);
  const inPlace = partial === undefined ? messages : sliceResult(messages, partial);
  if (changedSince === undefined) return { messages: inPlace, goneCount };
  if (vanished === true && set !== '$') {
    const gone = selection.mailbox.vanishedSince(changedSince).uids;
    const named = intersectionOfSets(gone, resolveSet(set, selection.mailbox.status().uidNext - 1));
    if (named.length > 0) machine.respond({ name: 'VANISHED', earlier: true, uids: named });
  }
  return { messages: inPlace.filter(({ modseq }) => modseq > changedSince), goneCount };
}

/** Sets `\Seen`; gives the UIDs where it was not. The responses tell the flags. @rfc 9051 6.4.5 */
async function markSeen(session: CommandSession, selection: Selection, messages: readonly StoredMessage[]): Promise<ReadonlySet<number>> {
  const unseen = messages.filter(({ flags }) => !flags.includes('\\Seen')).map(({ uid }) => uid);
  if (unseen.length === 0 || !(await session.rightsOn(selection.mailbox.name)).includes('s')) return NONE;
  selection.silent = true;
  try {
    await selection.mailbox.setFlags(unseen, { operation: 'add', flags: ['\\Seen'] }, session);
  } finally {
    selection.silent = false;
  }
  return new Set(unseen);
}

const NONE: ReadonlySet<number> = new Set();

/** Tells messages one by one, as a plan says. */
export class Fetcher {
  /** Messages that went while others were told. */
  goneCount = 0;
  code: ResponseCode | undefined = undefined;
  readonly #session: CommandSession;
  readonly #selection: Selection;
  readonly #plan: FetchPlan;
  readonly #marked: ReadonlySet<number> | undefined;
  readonly #withModseq: boolean;

  constructor(session: CommandSession, selection: Selection, plan: FetchPlan, marked: ReadonlySet<number> | undefined, withModseq: boolean) {
    this.#session = session;
    this.#selection = selection;
    this.#plan = plan;
    this.#marked = marked;
    this.#withModseq = withModseq || plan.names.has('MODSEQ');
  }

  fetch(message: StoredMessage): Promise<void> | undefined {
    const { needsContent, needsLayout } = this.#plan;
    const { layouts } = this.#session.core;
    const layout = needsLayout ? layouts.find(message.emailId) : undefined;
    if (needsContent || (needsLayout && layout === undefined)) return this.#fetchContent(message);
    this.#say(message, this.#fields(message, layout));
    return undefined;
  }

  async #fetchContent(message: StoredMessage): Promise<void> {
    const content = await this.#selection.mailbox.content(message.uid);
    if (content === undefined) return void this.goneCount++;
    try {
      await this.#fetchFrom(message, content);
    } finally {
      await content.close();
    }
  }

  async #fetchFrom(message: StoredMessage, content: MessageContent): Promise<void> {
    const plan = this.#plan;
    const octets = new OctetsWriter(this.#session, message.emailId, content);
    const layout = plan.needsLayout ? await octets.layout() : undefined;
    const data = this.#fields(message, layout);
    if (plan.preview !== undefined) data.preview = await readPreview(content, await octets.layout());
    if (plan.sections.length > 0) data.sections = await octets.sections(plan.sections);
    if (plan.names.has('RFC822')) data.rfc822 = await octets.section({ part: [], text: undefined });
    if (plan.names.has('RFC822.HEADER')) data.rfc822Header = await octets.section({ part: [], text: { type: 'HEADER' } });
    if (plan.names.has('RFC822.TEXT')) data.rfc822Text = await octets.section({ part: [], text: { type: 'TEXT' } });
    if (plan.binaries.length > 0) data.binary = await octets.binaries(plan.binaries);
    if (plan.binarySizes.length > 0) data.binarySizes = await octets.binarySizes(plan.binarySizes);
    if (octets.hasUnknownEncoding) return void (this.code = { name: 'UNKNOWN-CTE' });
    if (this.#say(message, data)) await octets.send();
  }

  /** What is known without the octets. */
  #fields(known: StoredMessage, layout: MessageLayout | undefined): FetchFields {
    const { names } = this.#plan;
    const isMarked = this.#marked?.has(known.uid) === true;
    const message = isMarked ? (this.#selection.mailbox.message(known.uid) ?? known) : known;
    const data = newFetchData();
    for (const name of names) {
      if (name === 'UID') data.uid = message.uid;
      else if (name === 'FLAGS') data.flags = this.#flags(message);
      else if (name === 'INTERNALDATE') data.internalDate = message.internalDate;
      else if (name === 'RFC822.SIZE') data.rfc822Size = message.sizeOctets;
      else if (name === 'ENVELOPE') data.envelope = layout?.envelope;
      else if (name === 'BODYSTRUCTURE') data.bodyStructure = layout?.bodyStructure;
      else if (name === 'BODY') data.body = layout?.bodyStructure;
      else if (name === 'EMAILID') data.emailId = message.emailId;
      else if (name === 'THREADID') data.threadId = message.threadId ?? null;
      else if (name === 'SAVEDATE') data.saveDate = { ms: Math.floor(message.savedAt / 1000) * 1000, offsetMinutes: 0 };
      else if (name.startsWith('X-GM-')) Object.assign(data, gmailFields(name, message));
    }
    if (isMarked) data.flags = this.#flags(message);
    if (this.#withModseq || (isMarked && this.#session.condstore)) data.modseq = message.modseq;
    return data;
  }

  #flags(message: StoredMessage): readonly string[] {
    return this.#session.machine.session.rev2 ? message.flags : this.#selection.flagsOf(message);
  }

  /** False where the message, or the selection, went in between. */
  #say(message: StoredMessage, data: FetchFields): boolean {
    const { view } = this.#selection;
    if (this.#session.machine.session.mailbox?.view !== view || view.sequenceNumberOf(message.uid) === undefined) return false;
    this.#session.machine.respondFetch(message.uid, data);
    return true;
  }
}

/** UIDs of messages as a set. */
export function uidsOf(messages: readonly StoredMessage[]): ReturnType<typeof rangesOf> {
  return rangesOf(messages.map(({ uid }) => uid));
}
