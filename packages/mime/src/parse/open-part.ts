/** What the scanner keeps of a part that is not over. Read next: `message-scanner.ts`. */

/** A part that is open. Offsets count octets of the message. */
export interface OpenPart {
  readonly part: number;
  readonly depth: number;
  /** Where the header section begins. */
  readonly start: number;
  /** True where it stands in a multipart/digest. */
  readonly inDigest: boolean;
  /** Known when the header section is. */
  kind: 'leaf' | 'multipart' | 'message';
  mediaType: string;
  bodyStart: number;
  /** Of a multipart, while it is open for parts. */
  boundary: string | undefined;
  /** -1 until the first delimiter. */
  preambleEnd: number;
  /** -1 until the close delimiter. */
  epilogueStart: number;
}

/** A part whose header section begins at `start`. */
export function openPart(part: number, depth: number, start: number, inDigest: boolean): OpenPart {
  return { part, depth, start, inDigest, kind: 'leaf', mediaType: '', bodyStart: start, boundary: undefined, preambleEnd: -1, epilogueStart: -1 };
}
