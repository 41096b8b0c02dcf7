/**
 * Void lookups: names that were asked for in vain. A record that makes many of them is broken or hostile.
 *
 * A host with IPv4 addresses only is not void because the client came over IPv6, though the one query that is made finds nothing. So a
 * name that exists without addresses of the client's family is undecided at first; only when the limit depends on such names is the
 * other family asked for, all names at once.
 *
 * Left out: names of the client (`client-names.ts`) are its own, not the record's, and the text of `exp=` comes after the result.
 */
import type { Evaluation } from './evaluation.ts';
import { addressType, type Procedure } from './terms.ts';

const NO_NAMES: readonly string[] = [];

export class VoidLookups {
  readonly #evaluation: Evaluation;
  /** Names that are void for sure. */
  count = 0;
  /** Names that may be. */
  #undecided: readonly string[] = NO_NAMES;
  /** Names that turned out to have addresses of the other family. */
  #known: readonly string[] = NO_NAMES;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  get undecidedCount(): number {
    return this.#undecided.length;
  }

  /** Counts a query that found nothing. @rfc 7208 4.6.4 */
  *add(): Procedure<void> {
    this.count++;
    yield* this.#check();
  }

  /** Counts a host without addresses of the client's family. */
  *addHost(name: string, status: 'ok' | 'nodata' | 'nxdomain' | 'temp' | 'bogus'): Procedure<void> {
    if (status === 'nxdomain' || this.#evaluation.session.voidCounting === 'query') this.count++;
    else if (!this.#known.includes(name)) this.#undecided = [...this.#undecided, name];
    yield* this.#check();
  }

  *#check(): Procedure<void> {
    const limit = this.#evaluation.session.limits.voidLookups;
    if (this.count + this.#undecided.length > limit && this.count <= limit) yield* this.#decide();
    if (this.count > limit) yield this.#evaluation.stop('permerror', 'too-many-void-lookups');
  }

  /** Asks for the other family. An answer that does not come is no void lookup. */
  *#decide(): Procedure<void> {
    const names = this.#undecided;
    this.#undecided = [];
    const type = addressType(this.#evaluation.session.ip) === 'A' ? 'AAAA' : 'A';
    const ids = names.map((name) => this.#evaluation.askPresented(name, type));
    for (const [index, id] of ids.entries()) {
      const { status } = yield id;
      if (status === 'nodata' || status === 'nxdomain') this.count++;
      else this.#known = [...this.#known, names[index]!];
    }
  }
}
