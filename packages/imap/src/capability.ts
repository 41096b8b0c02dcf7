/**
 * Names of capabilities, as both ends read them: whether one is in a list, what stands behind its `=`, which extension it announces, and what it brings with it.
 *
 *     capability = ("AUTH=" auth-type) / atom
 *
 * Read next: `server/capabilities.ts` (what a server says), `client/client-capabilities.ts` (what a client was told).
 *
 * @rfc 9051 6.1.1
 * @rfc 9051 7.2.2
 */
import type { Extension } from './extension.ts';
import { registeredExtensions } from './tables.ts';

/** Both versions of the protocol. */
export const IMAP4REV1 = 'IMAP4rev1';
export const IMAP4REV2 = 'IMAP4rev2';

/** Capabilities that a value follows: `RIGHTS=kxte`, `QUOTA=RES-STORAGE`. */
const VALUED = /=$|^QUOTA=RES-$/;

/** Whether the capability of an extension says something only with a value behind it. */
export function isValued({ capability }: Pick<Extension, 'capability'>): boolean {
  return VALUED.test(capability);
}

/** Whether this name in a list of capabilities announces the extension; `QUOTA=RES-` announces with whatever follows. */
export function announces({ capability }: Pick<Extension, 'capability'>, name: string): boolean {
  const upper = name.toUpperCase();
  const key = capability.toUpperCase();
  return VALUED.test(key) ? upper.startsWith(key) : upper === key;
}

/** The extension that a name announces; none for `IMAP4rev1`, `AUTH=PLAIN` and what nobody registered. */
export function announcedBy(name: string): Extension | undefined {
  known ??= {
    whole: new Map(registeredExtensions().map((extension) => [extension.capability.toUpperCase(), extension])),
    valued: registeredExtensions().filter(isValued),
  };
  return known.whole.get(name.toUpperCase()) ?? known.valued.find((extension) => announces(extension, name));
}

let known: { readonly whole: ReadonlyMap<string, Extension>; readonly valued: readonly Extension[] } | undefined;

/** What one name brings with it, itself left out: QRESYNC brings CONDSTORE and ENABLE. One step; what is brought may bring more. */
export function impliedBy(name: string): readonly string[] {
  return announcedBy(name)?.implies ?? [];
}

/** A list of capabilities. Letter case does not count in names. */
export class CapabilityList {
  /** As they were given. */
  readonly names: readonly string[];
  readonly #upper: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#upper = new Set(names.map((name) => name.toUpperCase()));
  }

  /** Whether this very capability is listed: `IDLE`, `AUTH=PLAIN`, `COMPRESS=DEFLATE`. `MESSAGELIMIT=` asks for one with whatever value. */
  has(name: string): boolean {
    if (name.endsWith('=')) return this.valuesOf(name.slice(0, -1)).length > 0;
    return this.#upper.has(name.toUpperCase());
  }

  /** What stands behind `name=`, for each time it is there: the mechanisms of `AUTH`, the octets of `APPENDLIMIT`. */
  valuesOf(name: string): readonly string[] {
    const prefix = `${name.toUpperCase()}=`;
    return this.names.filter((candidate) => candidate.toUpperCase().startsWith(prefix)).map((candidate) => candidate.slice(prefix.length));
  }

  /** The first of them, or `undefined`. */
  valueOf(name: string): string | undefined {
    return this.valuesOf(name)[0];
  }
}
