/**
 * Which capabilities a server has, and which of them it announces when. Any set will do: what a capability implies is added, what belongs
 * together stays together, and the rest of the machine asks here whether something may be used, so that what is switched off is not there at all.
 *
 * `AUTH=...`, STARTTLS and LOGINDISABLED are never in a set: they follow from the mechanisms and from what the connection is.
 * Read next: `command-gate.ts`, which refuses what is off.
 *
 * @rfc 9051 6.1.1
 * @rfc 9051 7.2.2
 */
import type { Extension, SessionState } from '../extension.ts';
import * as registered from '../extensions/registered.ts';
import { isAtom } from '../value-writer.ts';

/** The extensions that are registered, without their types. */
export const EXTENSIONS: readonly Extension[] = Object.values(registered) as readonly unknown[] as readonly Extension[];

/** Both versions of the protocol; a set without either has the first. */
export const IMAP4REV1 = 'IMAP4rev1';
export const IMAP4REV2 = 'IMAP4rev2';

/** Capabilities that a value follows: `RIGHTS=kxte`, `QUOTA=RES-STORAGE`. */
const VALUED = /=$|^QUOTA=RES-$/;

/** What the announcement depends on beside the set. */
export interface AnnouncementFacts {
  readonly state: SessionState;
  /** Inside TLS. */
  readonly secure: boolean;
  /** COMPRESS is at work already. */
  readonly compressed: boolean;
  /** STARTTLS can be done. */
  readonly startTls: boolean;
  /** LOGIN is taken, as things stand. @rfc 9051 6.2.3 */
  readonly loginAllowed: boolean;
  /** The mechanisms that may run, as things stand. */
  readonly mechanisms: readonly string[];
}

/** The capabilities of a server, whatever the state of a session. */
export class CapabilitySet {
  /** In the order in which they are announced. */
  readonly names: readonly string[];
  readonly #upper: ReadonlySet<string>;
  readonly #on: ReadonlySet<Extension>;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#upper = new Set(names.map((name) => name.toUpperCase()));
    const rev2 = this.has(IMAP4REV2);
    this.#on = new Set(EXTENSIONS.filter((extension) => (rev2 && extension.inRev2) || names.some((name) => announces(extension, name))));
  }

  /** Whether this very capability is in the set; letter case does not count. */
  has(name: string): boolean {
    return this.#upper.has(name.toUpperCase());
  }

  /** Whether what the extension brings may be used: its capability is in the set, or IMAP4rev2 is and has it built in. @rfc 9051 E */
  isOn(extension: Extension): boolean {
    return this.#on.has(extension);
  }

  /** The same by the extension's capability: `CONDSTORE`, `QUOTA=RES-`. */
  offers(capability: string): boolean {
    for (const extension of this.#on) {
      if (extension.capability === capability) return true;
    }
    return this.has(capability);
  }

  /** What stands behind `name=` in the set, or `undefined`: `APPENDLIMIT`, `MESSAGELIMIT`. */
  valueOf(name: string): string | undefined {
    const prefix = `${name.toUpperCase()}=`;
    return this.names.find((candidate) => candidate.toUpperCase().startsWith(prefix))?.slice(prefix.length);
  }

  /** The capabilities that ENABLE switches on in this set. @rfc 5161 3.1 */
  get enablable(): readonly string[] {
    const names = [...this.#on].filter(({ enable }) => enable).map(({ capability }) => capability);
    return this.has(IMAP4REV2) ? [...names, IMAP4REV2] : names;
  }
}

/**
 * Makes the set of what is switched on and all it implies, the versions first.
 * Errors: a `TypeError` for what is no capability, and for those that follow from other options.
 */
export function resolveCapabilities(given: Iterable<string>): CapabilitySet {
  const names = new Map<string, string>();
  const add = (name: string): void => {
    const key = name.toUpperCase();
    if (names.has(key)) return;
    if (!isAtom(name)) throw new TypeError(`not a capability: ${JSON.stringify(name)}`);
    if (key === 'STARTTLS' || key === 'LOGINDISABLED' || key.startsWith('AUTH=')) throw new TypeError(`${name} follows from other options`);
    names.set(key, name);
    for (const extension of EXTENSIONS) {
      if (announces(extension, name)) for (const implied of extension.implies) add(implied);
    }
  };
  for (const name of given) add(name);
  const versions = [IMAP4REV1, IMAP4REV2].filter((version) => names.delete(version.toUpperCase()));
  return new CapabilitySet([...(versions.length === 0 ? [IMAP4REV1] : versions), ...names.values()]);
}

/**
 * Every registered capability that needs no value, and both versions: what a server has when nothing is said. LITERAL- is not among
 * them, as LITERAL+ is. @rfc 7888 5
 */
export function allCapabilities(): string[] {
  return [IMAP4REV1, IMAP4REV2, ...EXTENSIONS.map(({ capability }) => capability).filter((capability) => !VALUED.test(capability) && capability !== 'LITERAL-')];
}

/** What CAPABILITY answers at this moment. @rfc 9051 6.1.1 */
export function announce(set: CapabilitySet, facts: AnnouncementFacts): string[] {
  const announced = set.names.filter((name) => {
    if (name.toUpperCase() === 'LITERAL-' && set.has('LITERAL+')) return false; // never both, RFC 7888 section 5
    const extension = EXTENSIONS.find((candidate) => announces(candidate, name));
    if (extension === undefined) return true;
    return extension.announced.includes(facts.state) && !(facts.compressed && extension.capability.startsWith('COMPRESS='));
  });
  if (facts.state !== 'not-authenticated') return announced;
  if (facts.startTls && !facts.secure) announced.push('STARTTLS');
  if (!facts.loginAllowed) announced.push('LOGINDISABLED');
  return [...announced, ...facts.mechanisms.map((mechanism) => `AUTH=${mechanism}`)];
}

/** Whether this name in a list of capabilities announces the extension; `QUOTA=RES-` announces with whatever follows. */
export function announces({ capability }: Pick<Extension, 'capability'>, name: string): boolean {
  const upper = name.toUpperCase();
  const key = capability.toUpperCase();
  return VALUED.test(key) ? upper.startsWith(key) : upper === key;
}
