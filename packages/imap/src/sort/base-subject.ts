/**
 * The base subject: what is left of a subject without the marks that answering and forwarding put around it. Two messages with the same one belong
 * together.
 *
 *     subject         = *subj-leader [subj-middle] *subj-trailer
 *     subj-refwd      = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
 *     subj-blob       = "[" *BLOBCHAR "]" *WSP
 *     subj-fwd        = subj-fwd-hdr subject subj-fwd-trl
 *     subj-leader     = (*subj-blob subj-refwd) / WSP
 *     subj-trailer    = "(fwd)" / WSP
 *
 * The text is walked with two cursors, so that time is linear in it whatever it holds; no brackets are looked for twice.
 *
 * @rfc 5256 2.1
 */

/** A base subject. */
export interface BaseSubject {
  /** As written, whitespace in single spaces. */
  readonly text: string;
  /** Whether a mark of an answer or of forwarding was taken away: `Re:`, `Fwd:`, `(fwd)`, `[Fwd: ...]`. @rfc 5256 3 */
  readonly isReplyOrForward: boolean;
}

const SP = 0x20;
const COLON = 0x3a;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;

/** Cursors into a subject: what is between them is left. `blobEnds[i]`: behind the blob that begins at `i`, blanks included, or 0. */
interface Cut {
  readonly text: string;
  readonly lower: string;
  readonly blobEnds: Uint32Array;
  from: number;
  to: number;
  isReplyOrForward: boolean;
}

/**
 * Finds the base subject of a subject that is unfolded and decoded already.
 * @rfc 5256 2.1
 */
export function baseSubject(subject: string): BaseSubject {
  const text = subject.replace(/[\t\r\n ]+/g, ' ');
  const cut: Cut = { text, lower: lowerAscii(text), blobEnds: findBlobs(text), from: 0, to: text.length, isReplyOrForward: false };
  do {
    cutTrailers(cut);
    cutLeaders(cut);
  } while (cutForward(cut));
  return { text: text.slice(cut.from, cut.to), isReplyOrForward: cut.isReplyOrForward };
}

/** Step 2: `(fwd)` and blanks at the end. */
function cutTrailers(cut: Cut): void {
  for (;;) {
    if (cut.to > cut.from && cut.text.charCodeAt(cut.to - 1) === SP) cut.to--;
    else if (cut.to - cut.from >= 5 && cut.lower.startsWith('(fwd)', cut.to - 5)) {
      cut.to -= 5;
      cut.isReplyOrForward = true;
    } else return;
  }
}

/** Steps 3 to 5: blanks, `Re:` with blobs before it, and blobs as long as something is left behind them. */
function cutLeaders(cut: Cut): void {
  for (;;) {
    while (cut.from < cut.to && cut.text.charCodeAt(cut.from) === SP) cut.from++;
    if (cutReply(cut)) continue;
    const after = cut.blobEnds[cut.from] ?? 0;
    if (after === 0 || after >= cut.to) return;
    cut.from = after;
  }
}

/** `subj-refwd`, where the cursor is: blobs before it were cut already, or could not be since nothing would be left. */
function cutReply(cut: Cut): boolean {
  const { lower, text, from } = cut;
  let at = from;
  if (lower.startsWith('re', at)) at += 2;
  else if (lower.startsWith('fw', at)) at += lower.charCodeAt(at + 2) === 0x64 ? 3 : 2;
  else return false;
  while (text.charCodeAt(at) === SP) at++;
  const blob = cut.blobEnds[at] ?? 0;
  if (blob !== 0) at = blob;
  if (at >= cut.to || text.charCodeAt(at) !== COLON) return false;
  cut.from = at + 1;
  cut.isReplyOrForward = true;
  return true;
}

/** Step 6: `[fwd: ...]` around all that is left. */
function cutForward(cut: Cut): boolean {
  if (cut.to - cut.from < 6 || !cut.lower.startsWith('[fwd:', cut.from) || cut.text.charCodeAt(cut.to - 1) !== RIGHT_BRACKET) return false;
  cut.from += 5;
  cut.to--;
  cut.isReplyOrForward = true;
  return true;
}

/** Of each "[" where its blob ends. A blob holds no brackets. */
function findBlobs(text: string): Uint32Array {
  const ends = new Uint32Array(text.length);
  let open = -1;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === LEFT_BRACKET) open = at;
    else if (unit === RIGHT_BRACKET && open !== -1) {
      ends[open] = text.charCodeAt(at + 1) === SP ? at + 2 : at + 1; // whitespace is single blanks by now
      open = -1;
    }
  }
  return ends;
}

/** Lower case that never changes the length, as offsets into both texts must be the same. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
