/**
 * One command or response of a transcript, put together from its lines and literals, so that it can be read as a whole.
 *
 * Read next: `dialogue.ts`.
 *
 * @rfc 9051 4.3
 */
import { concatOctets, encodeUtf8 } from '@mailwright/wire';
import type { Frame, StreamedLiteral } from '../frame.ts';
import { isStatusLine, type LiteralHeader, readLiteralHeader } from '../literal-header.ts';

/** What is longer is not put together, and not read. */
const MAX_FRAME_OCTETS = 1_048_576;
const CRLF = encodeUtf8('\r\n');
const EMPTY = new Uint8Array(0);

export class SpokenFrame {
  #parts: Uint8Array[] = [];
  #streamed: StreamedLiteral[] = [];
  #length = 0;
  /** The literal that the last line announced. */
  #announced: LiteralHeader | undefined = undefined;

  /** Whether a line came and the frame is not at its end. */
  get inside(): boolean {
    return this.#length > 0;
  }

  /** The octets of the literal that comes next; `undefined` where a line does. */
  get literalOctets(): number | undefined {
    return this.#announced?.octetCount;
  }

  /** Whether the client waits for `+` before the literal. */
  get waits(): boolean {
    return this.#announced?.sync === true;
  }

  /** Takes a line without CRLF; gives whether it is the last of its frame. `direction`: the text of a server's status may look like a literal. */
  line(text: string, direction: 'client' | 'server'): boolean {
    const octets = encodeUtf8(text);
    const first = this.#length === 0;
    const header = text.endsWith('}') ? readLiteralHeader(octets, 0, octets.length) : undefined;
    this.#add(octets);
    if (header === undefined || !Number.isSafeInteger(header.octetCount) || (direction === 'server' && first && isStatusLine(octets, 0, octets.length))) return true;
    this.#add(CRLF);
    this.#announced = header;
    if (header.octetCount === 0) this.literal(EMPTY);
    return false;
  }

  /** The literal went by. `octets`: where they were kept. */
  literal(octets: Uint8Array | undefined): void {
    const header = this.#announced;
    if (header === undefined) return;
    this.#announced = undefined;
    if (octets !== undefined && octets.length === header.octetCount) this.#add(octets);
    else this.#streamed.push({ type: 'streamed-literal', at: this.#length, octetCount: header.octetCount, binary: header.binary });
  }

  /** The whole frame; the next line begins another. `undefined` for one that is too long. */
  take(): Frame | undefined {
    const frame = this.#length > MAX_FRAME_OCTETS ? undefined : { octets: concatOctets(this.#parts), streamed: this.#streamed, complete: true };
    this.drop();
    return frame;
  }

  /** Forgets what came of a frame. */
  drop(): void {
    this.#parts = [];
    this.#streamed = [];
    this.#length = 0;
    this.#announced = undefined;
  }

  #add(octets: Uint8Array): void {
    this.#length += octets.length;
    if (this.#length <= MAX_FRAME_OCTETS) this.#parts.push(octets);
    else this.#parts = [];
  }
}
