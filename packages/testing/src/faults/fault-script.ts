/**
 * Faults in the order in which a test writes them down:
 *
 *     faults().on('RCPT').nth(3).reply(451, '4.7.1', 'Greylisted').on('final-dot').onConnection(2).cut()
 *
 * A script never changes: each call gives a new one, so one can be the beginning of several. Every fault whose time has come
 * takes effect; where two say what to reply, or two end the connection, the first one counts.
 *
 * Read next: `fault.ts` (what there is), `fault-profiles.ts` (behaviour of well-known servers).
 */
import type { EnhancedStatus } from '@mailwright/smtp';
import type { DripRate, Fault, FaultAction, FaultMoment, FaultPoint, FaultSelection } from './fault.ts';
import { checkFault } from './fault-check.ts';
import { describeFault } from './fault-describe.ts';

const EVERY: FaultSelection = { type: 'every' };

/** A script as JSON has it. */
export interface FaultScriptData {
  readonly faults: readonly Fault[];
}

/** No faults yet. */
export function faults(): FaultScript {
  return new FaultScript([]);
}

/** The script that `JSON.stringify` wrote. Errors: `TypeError` and `RangeError` for what can't be a fault. */
export function faultScript(data: FaultScriptData): FaultScript {
  if (!Array.isArray(data?.faults)) throw new TypeError('faults must be a script of faults(), in which every on(...) ends with what shall happen: on(\'NOOP\').cut()');
  return new FaultScript(data.faults.map(checkFault));
}

export class FaultScript implements FaultScriptData {
  readonly faults: readonly Fault[];

  /** Use `faults()`. */
  constructor(list: readonly Fault[]) {
    this.faults = list;
  }

  /** Begins a fault at a point of the session; the action that follows ends it. Without more it happens every time. */
  on(point: FaultPoint): FaultRule {
    return new FaultRule(this, { point, selection: EVERY, counted: 'server', connection: undefined, matching: undefined, afterOctets: undefined });
  }

  /** The first `count` connections are dropped before a word is said. */
  refuseConnections(count: number): FaultScript {
    return this.on('connection').first(count).cut();
  }

  /** When so many octets have come over a connection. */
  afterOctets(octets: number): FaultRule {
    return this.on('connection').afterOctets(octets);
  }

  /** The message is received, and the connection lost before the client learns of it. */
  cutAfterDot(): FaultScript {
    return this.on('final-dot').cut();
  }

  /** These faults, then those. */
  and(other: FaultScriptData): FaultScript {
    return new FaultScript([...this.faults, ...other.faults]);
  }

  /** One fault a line. */
  describe(): string {
    return this.faults.map((fault) => `${describeFault(fault)}\n`).join('');
  }

  toJSON(): FaultScriptData {
    return { faults: this.faults };
  }
}

type Condition = Omit<Fault, 'action'>;

/** A fault that still needs its action. All but the actions narrow down when it happens. */
export class FaultRule {
  readonly #script: FaultScript;
  readonly #condition: Condition;

  /** Use `FaultScript.on`. */
  constructor(script: FaultScript, condition: Condition) {
    this.#script = script;
    this.#condition = condition;
  }

  // When

  /** Only the `count`th time, from 1. */
  nth(count: number): FaultRule {
    return this.#narrow({ selection: { type: 'nth', count } });
  }

  /** Only the first time. */
  once(): FaultRule {
    return this.nth(1);
  }

  /** Only the first `count` times. */
  first(count: number): FaultRule {
    return this.#narrow({ selection: { type: 'first', count } });
  }

  /** The `count`th time and every time after it. */
  from(count: number): FaultRule {
    return this.#narrow({ selection: { type: 'from', count } });
  }

  /** Whenever there were more than `count` within `perMs` milliseconds of the server's clock. */
  beyond(count: number, perMs: number): FaultRule {
    return this.#narrow({ selection: { type: 'beyond', count, perMs } });
  }

  /** RCPT: as long as peer, sender and recipient were first seen together less than `delayMs` ago. */
  greylisted(delayMs: number): FaultRule {
    return this.#narrow({ selection: { type: 'greylisted', delayMs } });
  }

  /** Occurrences are counted on each connection anew; without this over all of them. */
  perConnection(): FaultRule {
    return this.#narrow({ counted: 'connection' });
  }

  /** On the `number`th connection only, from 1; occurrences are counted there. */
  onConnection(number: number): FaultRule {
    return this.#narrow({ connection: number });
  }

  /** Only commands whose line contains `text`, letter case ignored. */
  matching(text: string): FaultRule {
    return this.#narrow({ matching: text });
  }

  /** On DATA and BDAT: when so many octets of the message have come. On `connection`: so many in all. */
  afterOctets(octets: number): FaultRule {
    return this.#narrow({ afterOctets: octets });
  }

  // What

  /** Answers so in place of the server; 421 also closes. Throws what `reply` throws for what can't be a reply. */
  reply(code: number, enhanced?: EnhancedStatus, ...lines: readonly string[]): FaultScript {
    return this.#end({ type: 'reply', code, enhanced, lines });
  }

  /** Says `text` in place of the reply, CRLFs to be given. */
  raw(text: string): FaultScript {
    return this.#end({ type: 'raw', text });
  }

  /** Says `text` behind the reply, CRLFs to be given. */
  append(text: string): FaultScript {
    return this.#end({ type: 'append', text });
  }

  delay(ms: number): FaultScript {
    return this.#end({ type: 'delay', ms });
  }

  /** Says the reply in pieces. */
  drip({ octets, everyMs }: DripRate): FaultScript {
    return this.#end({ type: 'drip', octets, everyMs });
  }

  /** Reads in pieces from here on; the client feels it when the buffers between are full. */
  readSlowly({ octets, everyMs }: DripRate): FaultScript {
    return this.#end({ type: 'read-slowly', octets, everyMs });
  }

  /** From here on says nothing and reads nothing; the connection stays open. */
  stall(moment: FaultMoment = 'before-reply'): FaultScript {
    return this.#end({ type: 'stall', moment });
  }

  /** Drops the connection. */
  cut(moment: FaultMoment = 'before-reply'): FaultScript {
    return this.#end({ type: 'cut', moment });
  }

  /** Closes the connection as a server does, without a 421. */
  hangUp(moment: FaultMoment = 'before-reply'): FaultScript {
    return this.#end({ type: 'hang-up', moment });
  }

  /** EHLO: leaves a keyword out. */
  dropCapability(keyword: string): FaultScript {
    return this.#end({ type: 'drop-capability', keyword: keyword.toUpperCase() });
  }

  /** EHLO: announces `SIZE 1000`, `X-SOMETHING`, in place of the line with the same keyword. */
  setCapability(capability: string): FaultScript {
    return this.#end({ type: 'set-capability', capability });
  }

  #narrow(condition: Partial<Condition>): FaultRule {
    return new FaultRule(this.#script, { ...this.#condition, ...condition });
  }

  #end(action: FaultAction): FaultScript {
    return new FaultScript([...this.#script.faults, checkFault({ ...this.#condition, action })]);
  }
}
