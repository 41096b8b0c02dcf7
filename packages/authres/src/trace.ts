/**
 * One step of an explanation. Every verdict about a message (SPF, DKIM, ARC, DMARC) carries a list of these: what was looked at, what came out,
 * and which section of which RFC says so. They are for people and for logs; a program decides by the verdict.
 *
 * Left out: the order. Steps stand as they were taken.
 */
import { escapeText } from './escape-text.ts';

/** What a step may carry for programs. Texts in it come from the peer or the DNS as they are: escape them where they are shown. */
export type TraceValue = string | number | boolean | undefined | readonly string[];

/** One step. */
export interface TraceStep {
  /** Number and section: `9989 4.10.1`. */
  readonly rfc: string;
  /** One sentence, without line breaks and control characters. */
  readonly text: string;
  /** The same in parts; `undefined` where the sentence says it all. */
  readonly data: Readonly<Record<string, TraceValue>> | undefined;
}

/**
 * Makes a step. What a peer wrote may stand in `text`: it is shown as `escapeText` shows it, cut behind 400 characters, so that no step can be mistaken for
 * two.
 */
export function traceStep(rfc: string, text: string, data?: Readonly<Record<string, TraceValue>>): TraceStep {
  return { rfc, text: escapeText(text, { utf8: true }), data };
}
