/**
 * One step of an explanation. Every verdict about a message (SPF, DKIM, ARC, DMARC) carries a list of these: what was looked at, what came out,
 * and which section of which RFC says so. They are for people and for logs; a program decides by the verdict.
 *
 * Left out: the order. Steps stand as they were taken.
 */

/** What a step may carry for programs. Texts in it come from the peer or the DNS: escape them where they are shown. */
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

const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const TEXT_CHARACTERS = 400;

/**
 * Makes a step. What a peer wrote may stand in `text`: control characters, marks of direction and line separators become `\u{..}`, and what is longer than
 * 400 characters is cut, so that no step can be mistaken for two.
 */
export function traceStep(rfc: string, text: string, data?: Readonly<Record<string, TraceValue>>): TraceStep {
  const cut = text.length > TEXT_CHARACTERS ? `${text.slice(0, TEXT_CHARACTERS)}...` : text;
  const visible = cut.replace(CONTROLS, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
  return { rfc, text: visible, data };
}
