/**
 * BODYSTRUCTURE and BODY: the MIME tree of a message, parsed by the server. `part` numbers follow from the place in the tree, so that
 * `sectionOf` says what to fetch. In an answer to BODY, what is extension data there is undefined or empty.
 *
 * Read next: `body-structure-parse.ts`, `body-structure-encode.ts`, `body-structure-walk.ts` (which parts to show).
 *
 * @rfc 9051 7.5.2
 */
import type { Envelope } from './envelope.ts';

/** A Content-Disposition. `type` in lower case. */
export interface BodyDisposition {
  readonly type: string;
  readonly parameters: BodyParameters;
}

/**
 * Attributes in lower case with their values as sent; the first of two equal names counts. What RFC 2231 does (`filename*0*`) and encoded words
 * are left as they are: decoding is `@mailwright/mime`'s.
 */
export type BodyParameters = ReadonlyMap<string, string>;

interface BodyCommon {
  /**
   * What fetches its octets, as it stands in `BODY[...]`: `1.2.3`; `''` for the root of a multipart message; `2.TEXT` for a multipart that is
   * the body of message part 2. A message that is no multipart is part `1`.
   *
   * @rfc 9051 6.4.5.1
   */
  readonly part: string;
  /** Type and subtype in lower case. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: BodyParameters;
  readonly disposition: BodyDisposition | undefined;
  readonly languages: readonly string[];
  readonly location: string | undefined;
}

export interface MultipartStructure extends BodyCommon {
  readonly kind: 'multipart';
  /** Empty where the server found none: its boundary never came, or is its parent's. */
  readonly parts: readonly BodyStructure[];
}

interface SinglePart extends BodyCommon {
  readonly id: string | undefined;
  readonly description: string | undefined;
  /** The transfer coding in lower case; `7bit` where the server names none. */
  readonly encoding: string;
  /** Octets in their transfer coding; 0 where the server does not say. */
  readonly octetCount: number;
  readonly md5: string | undefined;
}

export interface BasicStructure extends SinglePart {
  readonly kind: 'basic';
}

export interface TextStructure extends SinglePart {
  readonly kind: 'text';
  readonly lineCount: number;
}

/** message/rfc822 and message/global, where the server looked into it; else they are basic. */
export interface MessageStructure extends SinglePart {
  readonly kind: 'message';
  readonly envelope: Envelope;
  readonly body: BodyStructure;
  readonly lineCount: number;
}

export type BodyStructure = MultipartStructure | BasicStructure | TextStructure | MessageStructure;
