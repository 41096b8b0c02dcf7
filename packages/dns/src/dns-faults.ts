/** What a DNS server is told to do wrong, and when: a list of rules, counted query by query, so that each run is like the last. */
import { nameKey, parseName } from './names.ts';
import type { RecordType } from './records.ts';

export type DnsTransport = 'udp' | 'tcp' | 'tls' | 'https';

/**
 * `servfail`, `refused`, `formerr`, `notimp`: that RCODE. `drop`: no answer. `delay`: the answer after `delayMs`. `truncate`: empty, with TC, over UDP.
 * `wrong-id`, `wrong-question`, `wrong-case` (of the letters in the question), `wrong-sender` (from another port; UDP only): what forgers
 * send. `garbage`: the header of the answer and octets that are no message. `ad`, `no-ad`: the AD bit, whatever the zone says.
 * `drip`: over TCP and TLS, one octet every `delayMs`. `close`: the connection is closed instead of an answer.
 */
export type DnsFaultAction =
  | 'servfail' | 'refused' | 'formerr' | 'notimp' | 'drop' | 'delay' | 'truncate' | 'wrong-id' | 'wrong-question' | 'wrong-case' | 'wrong-sender' | 'garbage'
  | 'ad' | 'no-ad' | 'drip' | 'close';

/** One rule. The first rule of the list that is due decides. */
export interface DnsFault {
  readonly action: DnsFaultAction;
  /** Only for this name, in any case. Default every name. */
  readonly name?: string | undefined;
  /** Default every type. */
  readonly type?: RecordType | undefined;
  /** Default every transport. */
  readonly transport?: DnsTransport | undefined;
  /** Which of the queries that fit, the first is 1. Default all of them. */
  readonly nth?: number | readonly number[] | undefined;
  /** For `delay` (default 100) and `drip` (default 10). */
  readonly delayMs?: number | undefined;
  /** The right answer is sent behind the wrong one. For `wrong-*` and `garbage` over UDP. Default false. */
  readonly thenAnswer?: boolean | undefined;
}

interface CountedFault {
  readonly fault: DnsFault;
  readonly key: string | undefined;
  count: number;
}

/** The rules of one server, with how often each fitted. */
export class FaultScript {
  readonly #faults: readonly CountedFault[];

  /** Throws TypeError for a name that is none. */
  constructor(faults: readonly DnsFault[]) {
    this.#faults = faults.map((fault) => ({ fault, key: fault.name === undefined ? undefined : keyOf(fault.name), count: 0 }));
  }

  /** The rule for one query. Counts it. */
  next(key: string, type: RecordType | undefined, transport: DnsTransport): DnsFault | undefined {
    let due: DnsFault | undefined;
    for (const counted of this.#faults) {
      const { fault } = counted;
      if (counted.key !== undefined && counted.key !== key) continue;
      if ((fault.type !== undefined && fault.type !== type) || (fault.transport !== undefined && fault.transport !== transport)) continue;
      counted.count++;
      if (due === undefined && isDue(fault.nth, counted.count)) due = fault;
    }
    return due;
  }
}

function isDue(nth: number | readonly number[] | undefined, count: number): boolean {
  if (nth === undefined) return true;
  return typeof nth === 'number' ? nth === count : nth.includes(count);
}

function keyOf(name: string): string {
  const labels = parseName(name);
  if (labels === undefined) throw new TypeError(`not a domain name: ${JSON.stringify(name)}`);
  return nameKey(labels);
}
