/**
 * The names of the client: what its PTR records say, as far as the forward lookup agrees. `ptr` and `%{p}` need them; they are asked
 * for once in an evaluation, and only names that could matter are validated.
 *
 * The records belong to whoever runs the client, not to the domain that is checked. So nothing in here can end an evaluation: a failure
 * means that there is no such name, names beyond the tenth are ignored, and only the PTR query itself counts as void.
 */
import type { Evaluation } from './evaluation.ts';
import { reverseName } from './ip.ts';
import { isWithin } from './target-name.ts';
import { addressType, hasClient, type Procedure } from './terms.ts';

const UNKNOWN = 'unknown'; // RFC 7208 7.3

export class ClientNames {
  readonly #evaluation: Evaluation;
  /** The first ten names of the PTR records; `undefined` before they were asked for. */
  #names: readonly string[] | undefined;
  readonly #isValidated = new Map<string, boolean>();

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** The first name that is `wanted` and validated. @rfc 7208 5.5 */
  *firstValidated(isWanted: (name: string) => boolean): Procedure<string | undefined> {
    const names = this.#names ?? (yield* this.#ask());
    return yield* this.#validate(names.filter(isWanted));
  }

  /** `%{p}`: the domain itself, else a name below it, else any name, else `unknown`. @rfc 7208 7.3 */
  *validatedName(domain: string): Procedure<string> {
    const rank = (name: string): number => (name.length === domain.length && isWithin(name, domain) ? 0 : isWithin(name, domain) ? 1 : 2);
    const names = this.#names ?? (yield* this.#ask());
    const sorted = [...names].sort((a, b) => rank(a) - rank(b));
    return (yield* this.#validate(sorted)) ?? UNKNOWN;
  }

  *#ask(): Procedure<readonly string[]> {
    const { ip, limits } = this.#evaluation.session;
    const answer = yield this.#evaluation.ask(reverseName(ip), 'PTR');
    if (answer.status === 'nodata' || answer.status === 'nxdomain') yield* this.#evaluation.voids.add();
    const targets = answer.records.flatMap((record) => (record.type === 'PTR' ? [record.target] : []));
    // A name with an escape in it is no host name; unescaped it could be taken for another.
    const names = targets.slice(0, limits.ptrNames).filter((name) => !name.includes('\\') && name !== '.');
    return (this.#names = names.map((name) => (name.endsWith('.') ? name.slice(0, -1) : name)));
  }

  /** The first of the names that has the client's address. All that are not known yet are asked for at once. */
  *#validate(names: readonly string[]): Procedure<string | undefined> {
    const { ip } = this.#evaluation.session;
    const ids = new Map<string, number>();
    for (const name of names) {
      if (!this.#isValidated.has(name) && !ids.has(name)) ids.set(name, this.#evaluation.askPresented(name, addressType(ip)));
    }
    for (const name of names) {
      const id = ids.get(name);
      if (id !== undefined && !this.#isValidated.has(name)) this.#isValidated.set(name, hasClient(yield id, ip, 32, 128));
      if (this.#isValidated.get(name) === true) return name;
    }
    return undefined;
  }
}
