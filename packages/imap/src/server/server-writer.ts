/**
 * What a server says, put into words: untagged data, status responses, and the news of the selected mailbox in the form that the client enabled.
 *
 * Read next: `server-output.ts` (where the words go), `mailbox-view.ts` (where the news comes from).
 *
 * @rfc 9051 7
 */
import type { FetchData } from '../fetch/fetch-data.ts';
import type { Data, ResponseCode, Status } from '../response.ts';
import { encodeResponse } from '../response-encode.ts';
import { allSpecs } from '../tables.ts';
import { ValueWriter, type WrittenPiece } from '../value-writer.ts';
import { sayableCode } from './command-gate.ts';
import { ServerOutput } from './server-output.ts';
import type { Session } from './server-session.ts';
import type { ViewUpdate } from './view-change.ts';

export class ServerWriter {
  readonly output: ServerOutput = new ServerOutput();
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Throws a `TypeError` for what can't be written; nothing of it is said then. */
  data(data: Data): void {
    this.output.line('', encodeResponse({ type: 'data', data }, this.#session.utf8));
  }

  /** What is known of one message, told by its number, or by its UID alone under UIDONLY. */
  fetch(uid: number, data: FetchData, askedByUid: boolean): void {
    if (this.#session.uidOnly) return this.data({ name: 'UIDFETCH', uid, data: { ...data, uid: undefined } });
    const sequenceNumber = this.#session.mailbox?.view.sequenceNumberOf(uid);
    if (sequenceNumber === undefined) throw new TypeError(`no message with UID ${uid} is in the view`);
    const withUid = askedByUid || this.#session.enabled.has('QRESYNC');
    this.data({ name: 'FETCH', sequenceNumber, data: withUid && data.uid === undefined ? { ...data, uid } : data });
  }

  status(status: Status | 'PREAUTH' | 'BYE', code: ResponseCode | undefined, text: string): void {
    this.output.line('', encodeResponse({ type: 'status', status, code: sayableCode(code, this.#session), text }, this.#session.utf8));
  }

  tagged(tag: string, status: Status, code: ResponseCode | undefined, text: string): void {
    this.output.line('', this.encodeTagged(tag, status, code, text));
  }

  /** Throws a `TypeError` for what can't be said. */
  encodeTagged(tag: string, status: Status, code: ResponseCode | undefined, text: string): readonly WrittenPiece[] {
    return encodeResponse({ type: 'tagged', tag, status, code: sayableCode(code, this.#session), text }, this.#session.utf8);
  }

  bye(text: string, code?: ResponseCode): void {
    this.status('BYE', code, text);
  }

  /** `+`: the octets of a literal may come. */
  goAhead(): void {
    this.output.text('+ Ready for the literal\r\n');
  }

  continuation(text: string): void {
    this.output.text(`+ ${text}\r\n`);
  }

  /** The mailbox that was selected is not any more; clients that know QRESYNC or IMAP4rev2 are told so. @rfc 7162 3.2.11 */
  closed(): void {
    const session = this.#session;
    if (session.mailbox === undefined) return;
    session.unselect();
    if (session.rev2 || session.options.capabilities.offers('QRESYNC')) this.status('OK', { name: 'CLOSED' }, 'Previous mailbox is closed');
  }

  /** What is new in the selected mailbox. `withUid`: the command that runs has UID before its name. @rfc 9051 6.4.9 */
  news(allowExpunge: boolean, withUid: boolean = false): void {
    this.#news(allowExpunge, false, withUid);
  }

  /** The same when no command runs, or IDLE does: flags with their UID, and only where NOTIFY asked for them. @rfc 5465 5.1 */
  unaskedNews(allowExpunge: boolean): void {
    const { notifying, notifyingFlags } = this.#session;
    const isNotified = notifying !== 'never';
    this.#news(allowExpunge, isNotified && !notifyingFlags, isNotified);
  }

  #news(allowExpunge: boolean, holdFlags: boolean, withUid: boolean): void {
    const session = this.#session;
    const view = session.mailbox?.view;
    if (view === undefined || !view.pending) return;
    for (const update of view.flush(session.flushOptions(allowExpunge, holdFlags))) this.#update(update, withUid || session.enabled.has('QRESYNC'));
  }

  #update(update: ViewUpdate, withUid: boolean): void {
    switch (update.type) {
      case 'expunged':
        return this.output.text(`* ${update.sequenceNumber} EXPUNGE\r\n`);
      case 'exists':
        return this.output.text(`* ${update.count} EXISTS\r\n`);
      case 'recent':
        return this.output.text(`* ${update.count} RECENT\r\n`);
      case 'vanished':
        return this.output.line('* VANISHED ', new ValueWriter(false).set(update.uids).finish());
      default:
        return this.#flags(update, withUid);
    }
  }

  #flags({ sequenceNumber, uid, flags, modseq }: Extract<ViewUpdate, { type: 'flags' }>, withUid: boolean): void {
    const session = this.#session;
    const writer = new ValueWriter(session.utf8, allSpecs());
    writer.raw(session.uidOnly ? `* ${uid} UIDFETCH (` : withUid ? `* ${sequenceNumber} FETCH (UID ${uid} ` : `* ${sequenceNumber} FETCH (`);
    const recent = !session.rev2 && session.mailbox!.view.isRecent(uid);
    if (flags !== undefined) writer.raw('FLAGS ').flags(recent ? [...flags, '\\Recent'] : flags);
    if (modseq !== undefined) writer.raw(flags === undefined ? 'MODSEQ (' : ' MODSEQ (').number64(modseq).raw(')');
    this.output.line('', writer.raw(')').finish());
  }
}
