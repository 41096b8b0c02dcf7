/** What a server says it can do, as a client asks for it. @rfc 9051 7.2.2 */

/** Letter case does not count in names. */
export class ClientCapabilities {
  /** As the server wrote them, without those that the options disable. */
  readonly names: readonly string[];
  readonly #upper: ReadonlySet<string>;

  constructor(names: readonly string[], disabled: ReadonlySet<string> = NONE) {
    this.names = disabled.size === 0 ? names : names.filter((name) => !disabled.has(name.toUpperCase()));
    this.#upper = new Set(this.names.map((name) => name.toUpperCase()));
  }

  /** Whether this very capability is announced: `IDLE`, `AUTH=PLAIN`, `COMPRESS=DEFLATE`. */
  has(name: string): boolean {
    return this.#upper.has(name.toUpperCase());
  }

  /** What stands behind `name=`, for each time it is there: the mechanisms of `AUTH`, the octets of `APPENDLIMIT`. */
  valuesOf(name: string): readonly string[] {
    const prefix = `${name.toUpperCase()}=`;
    return this.names.filter((candidate) => candidate.toUpperCase().startsWith(prefix)).map((candidate) => candidate.slice(prefix.length));
  }

  /** SASL mechanisms, in upper case, in the server's order. @rfc 9051 6.2.2 */
  get mechanisms(): readonly string[] {
    return this.valuesOf('AUTH').map((mechanism) => mechanism.toUpperCase());
  }
}

const NONE: ReadonlySet<string> = new Set();
/** Before the server said anything, and after what it said has become void. */
export const NO_CAPABILITIES: ClientCapabilities = new ClientCapabilities([]);
