/** The limits of reading a message: one object for every layer. */

/** How much is read of a message. Each limit is a positive integer; where one is reached, `limit` of the result says which. */
export interface MimeLimits {
  /** Octets of one header section. Default 262,144. */
  readonly headerOctets?: number | undefined;
  /** Fields of one header section, lines that are none among them. Default 1,000. */
  readonly headerFields?: number | undefined;
  /** Parts of a message, those of messages inside it among them. Default 10,000. */
  readonly parts?: number | undefined;
  /** How deep multiparts and messages may stand in each other. Default 100. */
  readonly depth?: number | undefined;
  /** Parameters of one field. Default 100. */
  readonly parameters?: number | undefined;
  /** Addresses of one field. Default 10,000. */
  readonly addresses?: number | undefined;
  /** Encoded words of one field; further ones stay as they are written. Default 10,000. */
  readonly encodedWords?: number | undefined;
}

/** With the defaults filled in. */
export type ResolvedMimeLimits = { readonly [Limit in keyof MimeLimits]-?: number };

const DEFAULTS: ResolvedMimeLimits = {
  headerOctets: 262_144, headerFields: 1000, parts: 10_000, depth: 100, parameters: 100, addresses: 10_000, encodedWords: 10_000,
};

/** Throws a `RangeError` for a limit that is no positive integer. */
export function resolveMimeLimits(limits: MimeLimits = {}): ResolvedMimeLimits {
  const resolved: { -readonly [Limit in keyof ResolvedMimeLimits]: number } = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof MimeLimits)[]) {
    const value = limits[name];
    if (value === undefined) continue;
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer`);
    resolved[name] = value;
  }
  return resolved;
}
