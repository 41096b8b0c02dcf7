/**
 * What bounds everything that grows with what a peer sends. One object for both ends; the defaults are megabytes, not gigabytes.
 */

export interface ImapLimits {
  /** Octets of the lines of one response or command, its literals not counted. @default 1 MiB for a client, 64 KiB for a server */
  readonly lineOctets: number;
  /** Octets of a literal that is kept in its frame; larger ones are streamed where the grammar has a place for that, else refused. @default 64 KiB */
  readonly keptLiteralOctets: number;
  /** Octets of one literal at all. @default 64 MiB for a server, Infinity for a client, which streams */
  readonly literalOctets: number;
  /** Octets of one response or command, kept literals counted. @default 8 MiB */
  readonly frameOctets: number;
  /** Nesting of parentheses. @default 64 */
  readonly depth: number;
  /** Elements of all lists of one response or command, numbers of sets counted by ranges. @default 100,000 */
  readonly elements: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const CLIENT_LIMITS: ImapLimits = {
  lineOctets: MIB, keptLiteralOctets: 64 * KIB, literalOctets: Infinity, frameOctets: 8 * MIB, depth: 64, elements: 100_000,
};
export const SERVER_LIMITS: ImapLimits = {
  lineOctets: 64 * KIB, keptLiteralOctets: 64 * KIB, literalOctets: 64 * MIB, frameOctets: 8 * MIB, depth: 64, elements: 100_000,
};
