/**
 * What the framing gives and the grammar reads: one whole response or command, as octets. Framing comes first and knows
 * two things only, lines and literals; whatever the grammar then finds wrong, the next frame begins where it should.
 *
 * Read next: `frame-reader.ts` (octets to frames), `value-reader.ts` (frames to values).
 *
 * @rfc 9051 4.3
 */

/**
 * A literal that was not kept in the frame because it is large: its octets went by in `literal-data` events. In the frame its header `{n}` CRLF
 * is followed at once by what comes after the literal.
 */
export interface StreamedLiteral {
  readonly type: 'streamed-literal';
  /** Offset in the frame's octets right behind the CRLF of the header. */
  readonly at: number;
  readonly octetCount: number;
  /** Whether it was a literal8, `~{n}`. @rfc 9051 4.3 */
  readonly binary: boolean;
}

/** A whole response or command, or the part of one up to a literal that is about to be streamed. */
export interface Frame {
  /** May be a view into what the socket delivered; kept literals stand in it as they came, header and octets. */
  readonly octets: Uint8Array;
  /** In the order of their offsets. Of an incomplete frame, the list goes on growing while the frame is read. */
  readonly streamed: readonly StreamedLiteral[];
  /** False for the part before a literal that is about to be streamed: the grammar reads as far as it gets. */
  readonly complete: boolean;
}
