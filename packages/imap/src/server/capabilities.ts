/**
 * Which capabilities a server has, and which of them it announces when. Any set will do: what a capability implies is added, what belongs
 * together stays together, and the rest of the machine asks here whether something may be used, so that what is switched off is not there at all.
 *
 * `AUTH=...`, STARTTLS and LOGINDISABLED are never in a set: they follow from the mechanisms and from what the connection is.
 * Read next: `capability.ts` (names), `command-gate.ts` (which refuses what is off).
 *
 * @rfc 9051 6.1.1
 * @rfc 9051 7.2.2
 */
import { announcedBy, CapabilityList, IMAP4REV1, IMAP4REV2, impliedBy, isValued } from '../capability.ts';
import type { Extension, SessionState } from '../extension.ts';
import { registeredExtensions } from '../tables.ts';
import { isAtom } from '../value-writer.ts';

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

/** The capabilities of a server, whatever the state of a session; `names` in the order in which they are announced. */
export class CapabilitySet extends CapabilityList {
  readonly #on: ReadonlySet<Extension>;

  constructor(names: readonly string[]) {
    super(names);
    const rev2 = this.has(IMAP4REV2);
    const announced = new Set(names.map(announcedBy));
    this.#on = new Set(registeredExtensions().filter((extension) => (rev2 && extension.inRev2) || announced.has(extension)));
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
    for (const implied of impliedBy(name)) add(implied);
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
  const plain = registeredExtensions().filter((extension) => !isValued(extension) && extension.capability !== 'LITERAL-');
  return [IMAP4REV1, IMAP4REV2, ...plain.map(({ capability }) => capability)];
}

/** What CAPABILITY answers at this moment. @rfc 9051 6.1.1 */
export function announce(set: CapabilitySet, facts: AnnouncementFacts): string[] {
  const announced = set.names.filter((name) => {
    if (name.toUpperCase() === 'LITERAL-' && set.has('LITERAL+')) return false; // never both, RFC 7888 section 5
    const extension = announcedBy(name);
    if (extension === undefined) return true;
    return extension.announced.includes(facts.state) && !(facts.compressed && extension.capability.startsWith('COMPRESS='));
  });
  if (facts.state !== 'not-authenticated') return announced;
  if (facts.startTls && !facts.secure) announced.push('STARTTLS');
  if (!facts.loginAllowed) announced.push('LOGINDISABLED');
  return [...announced, ...facts.mechanisms.map((mechanism) => `AUTH=${mechanism}`)];
}
