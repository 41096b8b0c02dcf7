/**
 * The file that says which UID each file of a Maildir folder has, beside its MODSEQ and its dates, and which messages were removed when. In the
 * spirit of Dovecot's: a head, then lines that are only ever appended, until the whole is written anew. Lines come in groups that end with a
 * line of one dot; a group counts as a whole or, where a crash cut it, not at all.
 *
 *     file   = "mailwright-uidlist 1" LF *group
 *     group  = *line "." LF
 *     line   = "V" uidvalidity LF / "I" mailbox-id LF / "N" uidnext LF / "H" modseq LF / "Z" horizon LF
 *            / "M" uid modseq saved-ms date-ms offset-minutes email-id size ("L" / "-") flags ":" base LF
 *            / "F" uid modseq flags LF
 *            / "X" modseq uid-ranges LF
 *     flags  = "-" / flag *("," flag)         ; a comma in a keyword is written as "%", which no keyword holds
 *
 * Fields have one blank between them.
 */
import type { Expunged } from './expunged-log.ts';
import type { StoredMessage, UidRange } from './mailbox.ts';

/** One message with its file. */
export interface UidEntry {
  readonly message: StoredMessage;
  /** What of the file's name stays when flags change. */
  readonly base: string;
  /** The file's lines end in LF as the system's texts do, and are served with CRLF. */
  readonly hasLocalLineEnds: boolean;
}

/** All that the file says. */
export interface UidList {
  readonly uidValidity: number;
  readonly mailboxId: string;
  readonly uidNext: number;
  readonly highestModseq: bigint;
  readonly expungedHorizon: bigint;
  readonly expunged: readonly Expunged[];
  /** In UID order. */
  readonly entries: readonly UidEntry[];
  /** Files of messages that were removed: where one is still there, a crash came before its removal. */
  readonly removedBases: ReadonlySet<string>;
  /** False where something behind the last group was cut off: the file is to be written anew before it is appended to. */
  readonly isWhole: boolean;
  readonly lineCount: number;
}

const HEAD = 'mailwright-uidlist 1';

/** The lines of a group that adds messages. */
export function formatAdded(entries: readonly UidEntry[]): string {
  return `${entries.map(formatEntry).join('')}.\n`;
}

/** The lines of a group that sets flags. */
export function formatFlags(messages: readonly StoredMessage[]): string {
  return `${messages.map(({ uid, modseq, flags }) => `F ${uid} ${modseq} ${formatFlagList(flags)}\n`).join('')}.\n`;
}

/** The lines of a group that removes messages. */
export function formatExpunged({ modseq, uids }: Expunged): string {
  return `${formatExpungedLine(modseq, uids)}.\n`;
}

/** The whole file. */
export function formatUidList(list: Omit<UidList, 'isWhole' | 'lineCount' | 'removedBases'>): string {
  const { uidValidity, mailboxId, uidNext, highestModseq, expungedHorizon, expunged, entries } = list;
  const facts = `V ${uidValidity}\nI ${mailboxId}\nN ${uidNext}\nH ${highestModseq}\nZ ${expungedHorizon}\n`;
  return `${HEAD}\n${facts}${expunged.map(({ modseq, uids }) => formatExpungedLine(modseq, uids)).join('')}${formatAdded(entries)}`;
}

function formatEntry({ message, base, hasLocalLineEnds }: UidEntry): string {
  const { uid, modseq, savedAt, internalDate, emailId, sizeOctets, flags } = message;
  const lineEnds = hasLocalLineEnds ? 'L' : '-';
  return `M ${uid} ${modseq} ${savedAt} ${internalDate.ms} ${internalDate.offsetMinutes} ${emailId} ${sizeOctets} ${lineEnds} ${formatFlagList(flags)} :${base}\n`;
}

function formatFlagList(flags: readonly string[]): string {
  return flags.length === 0 ? '-' : flags.map((flag) => flag.replaceAll(',', '%')).join(',');
}

function formatExpungedLine(modseq: bigint, uids: readonly UidRange[]): string {
  return `X ${modseq} ${uids.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',')}\n`;
}

/**
 * Reads the file. `undefined` where it is none, or where nothing says what its UIDs are worth: then the mailbox begins anew with another
 * UIDVALIDITY. Lines that can't be read are passed over.
 */
export function parseUidList(text: string): UidList | undefined {
  if (!text.startsWith(`${HEAD}\n`)) return undefined;
  const wholeEnd = text.lastIndexOf('\n.\n');
  if (wholeEnd === -1) return undefined;
  const lines = text.slice(HEAD.length + 1, wholeEnd + 1).split('\n');
  const reader = new UidListReader();
  for (const line of lines) if (line !== '.' && line !== '') reader.readLine(line);
  return reader.finish(wholeEnd + 3 === text.length, lines.length);
}

class UidListReader {
  readonly #entries: Map<number, UidEntry> = new Map();
  readonly #expunged: Expunged[] = [];
  readonly #removedBases: Set<string> = new Set();
  #uidValidity = 0;
  #mailboxId = '';
  #uidNext = 1;
  #highestModseq = 1n;
  #horizon = 0n;

  readLine(line: string): void {
    const fields = line.split(' ');
    const [kind, first = '', second = ''] = fields as [string, string?, string?];
    if (kind === 'M') this.#readMessage(line);
    else if (kind === 'F') this.#readFlags(first, second, fields[3] ?? '');
    else if (kind === 'X') this.#readExpunged(first, second);
    else if (kind === 'I') this.#mailboxId = first;
    else if (!DIGITS.test(first)) return;
    else if (kind === 'V') this.#uidValidity = Number(first);
    else if (kind === 'N') this.#uidNext = Number(first);
    else if (kind === 'H') this.#noteModseq(BigInt(first));
    else if (kind === 'Z') this.#horizon = BigInt(first);
  }

  finish(isWhole: boolean, lineCount: number): UidList | undefined {
    if (!(this.#uidValidity >= 1 && this.#uidValidity <= 0xffff_ffff) || this.#mailboxId === '') return undefined;
    const entries = [...this.#entries.values()].sort((a, b) => a.message.uid - b.message.uid);
    for (const { base } of entries) this.#removedBases.delete(base);
    return {
      uidValidity: this.#uidValidity, mailboxId: this.#mailboxId, uidNext: this.#uidNext, highestModseq: this.#highestModseq, expungedHorizon: this.#horizon,
      expunged: this.#expunged, entries, removedBases: this.#removedBases, isWhole, lineCount,
    };
  }

  #readMessage(line: string): void {
    const match = MESSAGE.exec(line);
    if (match === null) return;
    const [, uidText, modseqText, savedAt, ms, offsetMinutes, emailId, sizeOctets, lineEnds, flags, base] = match as unknown as readonly [string, ...string[]] & { readonly 10: string };
    const uid = Number(uidText);
    const modseq = BigInt(modseqText!);
    const message: StoredMessage = {
      uid, flags: readFlagList(flags!), internalDate: { ms: Number(ms), offsetMinutes: Number(offsetMinutes) }, sizeOctets: Number(sizeOctets), modseq,
      savedAt: Number(savedAt), emailId: emailId!, threadId: undefined,
    };
    this.#entries.set(uid, { message, base: base!, hasLocalLineEnds: lineEnds === 'L' });
    this.#uidNext = Math.max(this.#uidNext, uid + 1);
    this.#noteModseq(modseq);
  }

  #readFlags(uidText: string, modseqText: string, flags: string): void {
    const entry = this.#entries.get(Number(uidText));
    if (entry === undefined || !DIGITS.test(modseqText) || flags === '') return;
    const modseq = BigInt(modseqText);
    this.#entries.set(entry.message.uid, { ...entry, message: { ...entry.message, flags: readFlagList(flags), modseq } });
    this.#noteModseq(modseq);
  }

  #readExpunged(modseqText: string, rangesText: string): void {
    if (!DIGITS.test(modseqText) || !RANGES.test(rangesText)) return;
    const modseq = BigInt(modseqText);
    const uids = rangesText.split(',').map((range): UidRange => {
      const [first, last = first] = range.split(':').map(Number) as [number, number?];
      return [first, last];
    });
    this.#expunged.push({ modseq, uids });
    this.#noteModseq(modseq);
    for (const range of uids) this.#removeEntries(range);
  }

  /** Over the range or over what is there, whichever is less: a range may be wide, and ranges may be many. */
  #removeEntries([first, last]: UidRange): void {
    if (last - first < this.#entries.size) for (let uid = first; uid <= last; uid++) this.#removeEntry(uid);
    else for (const uid of this.#entries.keys()) if (uid >= first && uid <= last) this.#removeEntry(uid);
  }

  #removeEntry(uid: number): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    this.#removedBases.add(entry.base);
    this.#entries.delete(uid);
  }

  #noteModseq(modseq: bigint): void {
    if (modseq > this.#highestModseq) this.#highestModseq = modseq;
  }
}

const DIGITS = /^\d{1,19}$/;
const RANGES = /^\d{1,10}(?::\d{1,10})?(?:,\d{1,10}(?::\d{1,10})?)*$/;
const MESSAGE = /^M (\d{1,10}) (\d{1,19}) (-?\d{1,16}) (-?\d{1,16}) (-?\d{1,4}) ([A-Za-z0-9_-]{1,255}) (\d{1,16}) ([L-]) (\S+) :([^/]+)$/;

function readFlagList(text: string): readonly string[] {
  return text === '-' ? [] : text.split(',').map((flag) => flag.replaceAll('%', ','));
}
