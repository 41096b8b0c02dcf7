/**
 * What comes out of the framing, one event a pull: whole frames, literals that go by or wait for a word, and what is wrong with the octets.
 *
 * Read next: `frame.ts`, `frame-reader.ts`.
 *
 * @rfc 9051 4.3
 */
import type { Frame, StreamedLiteral } from './frame.ts';

/** What is wrong with the octets. The machines tell it in their violations, `IMAP_` before what is no limit. */
export type FrameFault =
  | 'BARE_LF' // a line that ends without CR
  | 'BARE_CR' // a CR in a line that no LF follows
  | 'NUL' // a NUL outside of a literal
  | 'LIMIT_LINE_OCTETS'
  | 'LIMIT_LITERAL_OCTETS'
  | 'LIMIT_FRAME_OCTETS';

/** The frame is lost, and used up as far as it came; what is left of it is passed over. The next event is of the next frame. */
export interface FrameViolation {
  readonly type: 'violation';
  readonly code: FrameFault;
  /** How the frame begins: a copy of at most `HEAD_OCTETS`, for its tag. */
  readonly head: Uint8Array;
}

/** A client's literal that is too large to keep. */
export interface LiteralBegin {
  readonly type: 'literal-begin';
  /** The frame so far; the literal is the last of its `streamed`. */
  readonly frame: Frame;
  readonly literal: StreamedLiteral;
}

/** A literal that a server may take or not: `accept` or `refuse`. */
export interface LiteralWanted {
  readonly type: 'literal-wanted';
  /** The frame so far; the literal is the last of its `streamed`, as if it went by. */
  readonly frame: Frame;
  readonly octetCount: number;
  readonly binary: boolean;
  /** Whether the client waits for `+`. */
  readonly sync: boolean;
}

export type FrameEvent =
  | { readonly type: 'need-data' }
  | { readonly type: 'frame'; readonly frame: Frame }
  | LiteralBegin
  /** A view into what was pushed. */
  | { readonly type: 'literal-data'; readonly octets: Uint8Array }
  | { readonly type: 'literal-end' }
  | LiteralWanted
  | FrameViolation;
