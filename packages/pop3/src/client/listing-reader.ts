/**
 * The lines behind the +OK of a listing (LIST, UIDL, CAPA, LANG), dots unstuffed, within bounds.
 *
 * @rfc 1939 3
 */
import type { Response } from '../response.ts';
import type { ClientLimits } from './options.ts';

/** A listing that grows too large. */
export interface ListingTooLarge {
  readonly code: 'LIMIT_REPLY_LINES' | 'LIMIT_REPLY_OCTETS';
  readonly detail: string;
}

const DOT = '.';

/** Reads one listing. */
export class ListingReader {
  /** The +OK before it. */
  readonly response: Response;
  readonly lines: string[] = [];
  readonly #limits: ClientLimits;
  #octets = 0;

  constructor(response: Response, limits: ClientLimits) {
    this.response = response;
    this.#limits = limits;
  }

  /** Takes a line as it came: `end` for the last, which is a dot. */
  take(line: string): 'more' | 'end' | ListingTooLarge {
    if (line === DOT) return 'end';
    const { replyLines, replyOctets } = this.#limits;
    if (this.lines.length >= replyLines) return { code: 'LIMIT_REPLY_LINES', detail: `a listing of more than ${replyLines} lines` };
    this.#octets += line.length;
    if (this.#octets > replyOctets) return { code: 'LIMIT_REPLY_OCTETS', detail: `a listing of more than ${replyOctets} octets` };
    this.lines.push(line.startsWith(DOT) ? line.slice(1) : line);
    return 'more';
  }
}
