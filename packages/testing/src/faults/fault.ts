/**
 * What can be made to go wrong, as plain values: they can be written as JSON, compared, and run again with the same outcome.
 *
 * Read next: `fault-script.ts` (how they are written), `fault-run.ts` (when one is due), `fault-transport.ts` (what is done).
 */

/** Commands a fault can be tied to. */
export const FAULT_VERBS = [
  'EHLO', 'HELO', 'STARTTLS', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'BDAT', 'RSET', 'NOOP', 'VRFY', 'EXPN', 'HELP', 'QUIT',
] as const;

/**
 * Where in a session it happens. `connection`: it was just accepted. `greeting`: before the 220. `handshake`: where TLS would
 * begin. A verb: the reply to that command (of BDAT: also that of the last chunk). `final-dot`: the verdict on a message, whether it ended
 * with a dot or with BDAT LAST. `any`: the greeting, each reply to a command, and the verdict.
 */
export type FaultPoint = 'connection' | 'greeting' | 'handshake' | 'final-dot' | 'any' | (typeof FAULT_VERBS)[number];

export const FAULT_POINTS: readonly FaultPoint[] = ['connection', 'greeting', 'handshake', 'final-dot', 'any', ...FAULT_VERBS];

/** Which of the occurrences of the point. They are counted from 1. */
export type FaultSelection =
  | { readonly type: 'every' }
  | { readonly type: 'nth'; readonly count: number }
  | { readonly type: 'first'; readonly count: number }
  | { readonly type: 'from'; readonly count: number }
  /** Those that exceed `count` within any `perMs` milliseconds of the server's clock. Refused ones do not count. */
  | { readonly type: 'beyond'; readonly count: number; readonly perMs: number }
  /** RCPT of a peer, reverse-path and recipient that were first seen less than `delayMs` ago. */
  | { readonly type: 'greylisted'; readonly delayMs: number };

/** Before the reply, in place of it; or right behind it. */
export type FaultMoment = 'before-reply' | 'after-reply';

export interface DripRate {
  /** Octets at a time. */
  readonly octets: number;
  readonly everyMs: number;
}

export type FaultAction =
  /** Answers so. A refusal never gets to the server: it is as if it had refused. 421 also closes. */
  | { readonly type: 'reply'; readonly code: number; readonly enhanced: string | undefined; readonly lines: readonly string[] }
  /** Says this in place of the reply, as it is: it need not be a reply at all. */
  | { readonly type: 'raw'; readonly text: string }
  /** Says this behind the reply. */
  | { readonly type: 'append'; readonly text: string }
  /** Waits so long first. */
  | { readonly type: 'delay'; readonly ms: number }
  /** Says the reply in small pieces. */
  | ({ readonly type: 'drip' } & DripRate)
  /** From here on takes what the client sends in small pieces only; the rest waits in the client. */
  | ({ readonly type: 'read-slowly' } & DripRate)
  /** From here on neither says nor reads anything, and keeps the connection open. */
  | { readonly type: 'stall'; readonly moment: FaultMoment }
  /** Drops the connection. */
  | { readonly type: 'cut'; readonly moment: FaultMoment }
  /** Closes the connection in an orderly way, without a word. */
  | { readonly type: 'hang-up'; readonly moment: FaultMoment }
  /** Leaves a keyword out of the reply to EHLO; the server still knows it. */
  | { readonly type: 'drop-capability'; readonly keyword: string }
  /** Puts a line into the reply to EHLO, in place of the one with the same keyword: `SIZE 1000`. */
  | { readonly type: 'set-capability'; readonly capability: string };

/** One thing that goes wrong. */
export interface Fault {
  readonly point: FaultPoint;
  readonly selection: FaultSelection;
  /** Whether occurrences are counted over all connections, or on each anew. */
  readonly counted: 'server' | 'connection';
  /** On this connection only, counted from 1 in the order in which they were accepted; `undefined`: on all. */
  readonly connection: number | undefined;
  /** Only commands whose line contains this, letter case ignored. */
  readonly matching: string | undefined;
  /**
   * Not at the reply, but when so many octets have come from the client: of the message behind DATA or BDAT; of all there
   * was since the connection began, for the point `connection`.
   */
  readonly afterOctets: number | undefined;
  readonly action: FaultAction;
}
