/**
 * Faults of IMAP and POP3 in the order in which a test writes them down:
 *
 *     mailFaults().on('* FETCH').nth(2).duplicate().on('UID FETCH').matching('BODY').byeInLiteral(100)
 *
 * A script never changes: each call gives a new one. Every fault whose time has come takes effect; where two say how the connection
 * ends, the first one counts.
 *
 * Read next: `mail-fault.ts` (what there is).
 */
import type { DripRate, FaultMoment } from '../faults/fault.ts';
import { describeMailFault } from './describe-mail-fault.ts';
import { checkMailFault, type MailFault, type MailFaultAction } from './mail-fault.ts';

/** A script as JSON has it. */
export interface MailFaultScriptData {
  readonly faults: readonly MailFault[];
}

/** No faults yet. */
export function mailFaults(): MailFaultScript {
  return new MailFaultScript([]);
}

/** The script that `JSON.stringify` wrote. Errors: `TypeError` and `RangeError` for what can't be a fault. */
export function mailFaultScript(data: MailFaultScriptData): MailFaultScript {
  if (!Array.isArray(data?.faults)) throw new TypeError('faults must be a script of mailFaults(), in which every on(...) ends with what shall happen: on(\'NOOP\').cut()');
  return new MailFaultScript(data.faults.map(checkMailFault));
}

export class MailFaultScript implements MailFaultScriptData {
  readonly faults: readonly MailFault[];

  /** Use `mailFaults()`. */
  constructor(list: readonly MailFault[]) {
    this.faults = list;
  }

  /** Begins a fault at a point of the session (see `MailFault`); the action that follows ends it. Without more it happens every time. */
  on(point: string): MailFaultRule {
    const known = point === 'connection' || point === 'greeting' || point === 'any' || point === 'data' ? point : point.toUpperCase();
    return new MailFaultRule(this, { point: known, selection: { type: 'every' }, counted: 'server', connection: undefined, matching: undefined, afterOctets: undefined });
  }

  /** When the server has said so many octets on a connection. */
  afterOctets(octets: number): MailFaultRule {
    return this.on('connection').afterOctets(octets);
  }

  /** The first `count` connections are dropped before a word is said. */
  refuseConnections(count: number): MailFaultScript {
    return this.on('connection').first(count).cut();
  }

  /** IMAP: UIDNEXT says `uidNext` when a mailbox is opened. */
  wrongUidNext(uidNext: number): MailFaultScript {
    return this.on('* OK').matching('[UIDNEXT ').say(`* OK [UIDNEXT ${uidNext}] Next UID\r\n`);
  }

  /** IMAP: as soon as a client idles, the server says what renumbers the mailbox: `* 1 EXPUNGE\r\n* 3 EXISTS\r\n`. */
  renumberDuringIdle(text: string): MailFaultScript {
    return this.on('+').matching('IDLE').append(text);
  }

  /** These faults, then those. */
  and(other: MailFaultScriptData): MailFaultScript {
    return new MailFaultScript([...this.faults, ...other.faults]);
  }

  /** One fault a line. */
  describe(): string {
    return this.faults.map((fault) => `${describeMailFault(fault)}\n`).join('');
  }

  toJSON(): MailFaultScriptData {
    return { faults: this.faults };
  }
}

type Condition = Omit<MailFault, 'action'>;

/** A fault that still needs its action. All but the actions narrow down when it happens. */
export class MailFaultRule {
  readonly #script: MailFaultScript;
  readonly #condition: Condition;

  /** Use `MailFaultScript.on`. */
  constructor(script: MailFaultScript, condition: Condition) {
    this.#script = script;
    this.#condition = condition;
  }

  // When

  /** Only the `count`th time, from 1. */
  nth(count: number): MailFaultRule {
    return this.#narrow({ selection: { type: 'nth', count } });
  }

  /** Only the first time. */
  once(): MailFaultRule {
    return this.nth(1);
  }

  /** Only the first `count` times. */
  first(count: number): MailFaultRule {
    return this.#narrow({ selection: { type: 'first', count } });
  }

  /** The `count`th time and every time after it. */
  from(count: number): MailFaultRule {
    return this.#narrow({ selection: { type: 'from', count } });
  }

  /** Occurrences are counted on each connection anew; without this over all of them. */
  perConnection(): MailFaultRule {
    return this.#narrow({ counted: 'connection' });
  }

  /** On the `number`th connection only, from 1; occurrences are counted there. */
  onConnection(number: number): MailFaultRule {
    return this.#narrow({ connection: number });
  }

  /** Only where the client's command, or the line without a tag, contains `text`, letter case ignored. */
  matching(text: string): MailFaultRule {
    return this.#narrow({ matching: text });
  }

  /** On `connection`: when the server has said so many octets. */
  afterOctets(octets: number): MailFaultRule {
    return this.#narrow({ afterOctets: octets });
  }

  // What

  /** Says `text` in place of it, CRLFs to be given. */
  say(text: string): MailFaultScript {
    return this.#end({ type: 'say', text });
  }

  /** Says `text` before it, CRLFs to be given. */
  prepend(text: string): MailFaultScript {
    return this.#end({ type: 'prepend', text });
  }

  /** Says `text` behind it, CRLFs to be given. */
  append(text: string): MailFaultScript {
    return this.#end({ type: 'append', text });
  }

  swallow(): MailFaultScript {
    return this.#end({ type: 'swallow' });
  }

  duplicate(): MailFaultScript {
    return this.#end({ type: 'duplicate' });
  }

  replace(find: string, text: string): MailFaultScript {
    return this.#end({ type: 'replace', find, text });
  }

  /** Lies about the size of its first literal by so many octets. */
  literalSize(by: number): MailFaultScript {
    return this.#end({ type: 'literal-size', by });
  }

  /** Says BYE after so many octets of its first literal, and closes. */
  byeInLiteral(octets: number, text: string = 'Shutting down'): MailFaultScript {
    return this.#end({ type: 'break-off', octets, text: `\r\n* BYE ${text}\r\n` });
  }

  /** Says so many octets of its first literal, then `text`, and closes. */
  breakOff(octets: number, text: string = ''): MailFaultScript {
    return this.#end({ type: 'break-off', octets, text });
  }

  delay(ms: number): MailFaultScript {
    return this.#end({ type: 'delay', ms });
  }

  /** Says it in pieces. */
  drip({ octets, everyMs }: DripRate): MailFaultScript {
    return this.#end({ type: 'drip', octets, everyMs });
  }

  /** From here on says nothing and reads nothing; the connection stays open. */
  stall(moment: FaultMoment = 'before-reply'): MailFaultScript {
    return this.#end({ type: 'stall', moment });
  }

  /** Drops the connection. */
  cut(moment: FaultMoment = 'before-reply'): MailFaultScript {
    return this.#end({ type: 'cut', moment });
  }

  /** Closes the connection without a word. */
  hangUp(moment: FaultMoment = 'before-reply'): MailFaultScript {
    return this.#end({ type: 'hang-up', moment });
  }

  /** With `afterOctets`: what is behind is written later. */
  split(): MailFaultScript {
    return this.#end({ type: 'split' });
  }

  /** IMAP: leaves a capability out, wherever they are announced. */
  dropCapability(keyword: string): MailFaultScript {
    return this.#end({ type: 'drop-capability', keyword: keyword.toUpperCase() });
  }

  /** IMAP: announces a capability more, wherever they are announced. */
  addCapability(keyword: string): MailFaultScript {
    return this.#end({ type: 'add-capability', keyword });
  }

  #narrow(condition: Partial<Condition>): MailFaultRule {
    return new MailFaultRule(this.#script, { ...this.#condition, ...condition });
  }

  #end(action: MailFaultAction): MailFaultScript {
    return new MailFaultScript([...this.#script.faults, checkMailFault({ ...this.#condition, action })]);
  }
}
