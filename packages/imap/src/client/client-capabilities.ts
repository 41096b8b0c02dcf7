/** What a server says it can do, as a client asks for it. @rfc 9051 7.2.2 */
import { announcedBy, CapabilityList, IMAP4REV2, impliedBy } from '../capability.ts';

/** `names`: as the server wrote them, without those that the options disable. */
export class ClientCapabilities extends CapabilityList {
  readonly #disabled: ReadonlySet<string>;

  constructor(names: readonly string[], disabled: ReadonlySet<string> = NONE) {
    super(disabled.size === 0 ? names : names.filter((name) => !disabled.has(name.toUpperCase())));
    this.#disabled = disabled;
  }

  /** SASL mechanisms, in upper case, in the server's order. @rfc 9051 6.2.2 */
  get mechanisms(): readonly string[] {
    return this.valuesOf('AUTH').map((mechanism) => mechanism.toUpperCase());
  }

  /**
   * Whether what the capability brings may be used: it is announced, another one that is announced brings it with it (QRESYNC brings CONDSTORE), or
   * IMAP4rev2 has it built in. What the options disable is never offered. @rfc 9051 E
   */
  offers(capability: string): boolean {
    if (this.has(capability)) return true;
    if (this.#disabled.has(capability.toUpperCase())) return false;
    const rev2 = this.has(IMAP4REV2) && announcedBy(capability)?.inRev2 === true;
    return rev2 || this.names.some((name) => brings(name, capability.toUpperCase()));
  }
}

/** No capability brings itself with it, so this ends. */
function brings(name: string, capability: string): boolean {
  return impliedBy(name).some((implied) => implied.toUpperCase() === capability || brings(implied, capability));
}

const NONE: ReadonlySet<string> = new Set();
/** Before the server said anything, and after what it said has become void. */
export const NO_CAPABILITIES: ClientCapabilities = new ClientCapabilities([]);
