/**
 * What a client knows of its session: where it stands, what the server can do, and what was switched on. The machine writes it, the driver may look.
 *
 * @rfc 1939 3
 * @rfc 2449 5
 */
import { type Capabilities, NO_CAPABILITIES, parseCapabilities } from '../capabilities.ts';
import type { Effect, SessionState } from '../extension.ts';
import type { Response } from '../response.ts';

export class ClientFacts {
  state: SessionState = 'authorization';
  capabilities: Capabilities = NO_CAPABILITIES;
  /** What APOP is computed over; `undefined` where the greeting has none. @rfc 1939 7 */
  timestamp: string | undefined = undefined;
  /** UTF8 mode is on. @rfc 6856 2.1 */
  utf8 = false;
  readonly #disabled: ReadonlySet<string>;

  /** `disabled`: as in the options of the machine. */
  constructor(disabled: ReadonlySet<string>) {
    this.#disabled = disabled;
  }

  /** A command is done: what follows from it. -ERR to CAPA says that there are no capabilities. */
  learn(effect: Effect, { status }: Response, lines: readonly string[] | undefined): void {
    if (effect === 'capabilities') this.capabilities = parseCapabilities(lines ?? [], this.#disabled);
    else if (status === 'ERR') return;
    else if (effect === 'login' || effect === 'exchange') this.state = 'transaction';
    else if (effect === 'utf8') this.utf8 = true;
  }

  /** TLS is there: what was said in clear text may have been anybody's. @rfc 2595 4 */
  forget(): void {
    this.capabilities = NO_CAPABILITIES;
    this.utf8 = false;
  }
}
