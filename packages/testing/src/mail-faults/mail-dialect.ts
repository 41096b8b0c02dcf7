/** What a protocol has to tell so that faults can be tied to what is said in it. */

/** Something that the server says, whole. */
export interface Unit {
  readonly octets: Uint8Array;
  /** Every name that it has as a point of a fault. */
  readonly points: readonly string[];
  /** What `matching` is held against. */
  readonly line: string;
}

/** One object for a connection. */
export interface MailDialect {
  /** Octets of the client, as they go by. */
  client(octets: Uint8Array): void;
  /** Octets of the server; gives what is complete. */
  server(octets: Uint8Array): readonly Unit[];
  /** A TLS handshake begins: what was said before is over. */
  secured(): void;
}
