/**
 * The change from one signing key to the next, as a machine without I/O: it says what has to be done, is told what was done and what the
 * DNS shows, and never goes on before everybody can follow.
 *
 *     generated -> published -> signing -> retiring -> revoked
 *
 * A key signs only when its record has been seen and the time has passed for which resolvers may remember that there was none. A key
 * that signs no more stays published until the last message it signed is surely delivered. Then its record is emptied, so that nobody can
 * forge with a key that leaks later.
 *
 * What is asked of the caller is the DNS at each step (`checkKeyPublished`), as data: `advanceRotation(state, facts)`.
 *
 * Left out: making keys (`key-pair.ts`), writing zones, keeping the state: it is plain data, JSON in and out.
 */
import type { KeyPublication } from './check-key-published.ts';

/** How far one key is. */
export type RotationStage = 'generated' | 'published' | 'signing' | 'retiring' | 'revoked';

/** One key in the rotation. Times are milliseconds since 1970. */
export interface RotatedKey {
  readonly selector: string;
  readonly stage: RotationStage;
  /** When it came to this stage. */
  readonly since: number;
}

/** The keys of a domain, the oldest first; those of RSA and of Ed25519 each in a rotation of their own. */
export interface RotationState {
  readonly keys: readonly RotatedKey[];
}

/** How a rotation goes. */
export interface RotationPlan {
  /** How long a key signs, in days. Default 180. */
  readonly signDays?: number | undefined;
  /** How long before that is over the next key is made, in days. Default 7. */
  readonly leadDays?: number | undefined;
  /** How long the DNS remembers, in seconds: the TTL of key records, or of the zone's SOA minimum where that is more. Default 86,400. */
  readonly ttlSeconds?: number | undefined;
  /** How long a message may be under way, in days: a key stays published so long after its last signature. Default 7. */
  readonly deliveryDays?: number | undefined;
}

/** What is known now. */
export interface RotationFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What the DNS shows for each selector (`checkKeyPublished`); one that is absent was not asked for. */
  readonly publications: ReadonlyMap<string, KeyPublication>;
  /** The selector of a key that was made since the last call. */
  readonly generated?: string | undefined;
  /** Selectors of keys that somebody else may have: they sign no more and are revoked at once, whatever is under way. */
  readonly compromised?: readonly string[] | undefined;
}

/** What has to be done, most urgent first. */
export type RotationAction =
  | { readonly type: 'generate'; readonly reason: string }
  | { readonly type: 'publish'; readonly selector: string; readonly reason: string }
  | { readonly type: 'check-dns'; readonly selector: string; readonly reason: string }
  | { readonly type: 'wait'; readonly selector: string; readonly until: number; readonly reason: string }
  | { readonly type: 'sign'; readonly selector: string; readonly reason: string }
  | { readonly type: 'revoke'; readonly selector: string; readonly reason: string };

/** One step of a rotation. */
export interface RotationStep {
  readonly state: RotationState;
  readonly actions: readonly RotationAction[];
  /** The key that signs now; `undefined` where none may. */
  readonly signWith: string | undefined;
  /** When to come back at the latest, in milliseconds since 1970; `undefined` where something has to be done first. */
  readonly nextAt: number | undefined;
}

type ResolvedPlan = { readonly [Name in keyof RotationPlan]-?: number };

const DEFAULTS: ResolvedPlan = { signDays: 180, leadDays: 7, ttlSeconds: 86_400, deliveryDays: 7 };
const DAY_MS = 86_400_000;

/** A domain that has no key yet. */
export const NO_KEYS: RotationState = { keys: [] };

/**
 * Goes on as far as the facts allow. Pure: the same state and facts give the same step.
 *
 * Errors: RangeError for a plan with a duration that is no number from 0 up, TypeError for a selector that is generated twice.
 * @rfc 6376 3.1
 * @rfc 6376 3.6.1
 */
export function advanceRotation(state: RotationState, facts: RotationFacts, plan: RotationPlan = {}): RotationStep {
  const resolved = resolvePlan(plan);
  const known = addGenerated(state.keys, facts).map((key) => (isLost(key, facts) ? { ...key, stage: 'retiring' as const, since: facts.now } : key));
  const signAt = findSignAt(known, facts, resolved);
  const advanced = retireOthers(known.map((key) => advanceKey(key, facts, resolved, signAt)), facts.now);
  const actions = advanced.flatMap((key) => actionsFor(key, facts, resolved, signAt));
  const needed = generateAction(advanced, facts.now, resolved);
  if (needed !== undefined) actions.push(needed);
  const signing = advanced.findLast(({ stage }) => stage === 'signing');
  return { state: { keys: advanced }, actions: sortActions(actions), signWith: signing?.selector, nextAt: findNext(advanced, actions, facts.now, resolved) };
}

function resolvePlan(plan: RotationPlan): ResolvedPlan {
  const resolved: { -readonly [Name in keyof ResolvedPlan]: number } = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof RotationPlan)[]) {
    const value = plan[name];
    if (value === undefined) continue;
    if (!(value >= 0)) throw new RangeError(`${name} must be a number, 0 or more`);
    resolved[name] = value;
  }
  return resolved;
}

function addGenerated(keys: readonly RotatedKey[], { generated, now }: RotationFacts): readonly RotatedKey[] {
  if (generated === undefined) return keys;
  if (keys.some(({ selector }) => selector === generated)) throw new TypeError(`the selector ${generated} was used before; a key needs one of its own`);
  return [...keys, { selector: generated, stage: 'generated', since: now }];
}

function isCompromised({ selector }: RotatedKey, { compromised }: RotationFacts): boolean {
  return compromised?.includes(selector) === true;
}

/** A compromised key that is not on its way out yet. */
function isLost(key: RotatedKey, facts: RotationFacts): boolean {
  return isCompromised(key, facts) && key.stage !== 'retiring' && key.stage !== 'revoked';
}

/** From when on the next key may sign: when the one that signs has done its time, at once where none does or its record is gone. */
function findSignAt(keys: readonly RotatedKey[], { publications }: RotationFacts, { signDays }: ResolvedPlan): number {
  const signing = keys.findLast(({ stage }) => stage === 'signing');
  const seen = signing === undefined ? undefined : publications.get(signing.selector);
  const isGood = signing !== undefined && (seen === undefined || seen === 'published' || seen === 'unknown');
  return isGood ? signing.since + signDays * DAY_MS : 0;
}

/** When the resolvers have forgotten that there was no record, and it is this key's turn. */
function readyAt({ since }: RotatedKey, { ttlSeconds }: ResolvedPlan, signAt: number): number {
  return Math.max(since + ttlSeconds * 1000, signAt);
}

/** How long a key that signs no more has to stay. */
function stayUntil(key: RotatedKey, facts: RotationFacts, { deliveryDays }: ResolvedPlan): number {
  return isCompromised(key, facts) ? 0 : key.since + deliveryDays * DAY_MS;
}

/** The next stage of one key, where the DNS and the clock allow it. */
function advanceKey(key: RotatedKey, facts: RotationFacts, plan: ResolvedPlan, signAt: number): RotatedKey {
  const { now, publications } = facts;
  const seen = publications.get(key.selector);
  switch (key.stage) {
    case 'generated':
      return seen === 'published' ? { ...key, stage: 'published', since: now } : key;
    case 'published':
      if (seen !== undefined && seen !== 'published' && seen !== 'unknown') return { ...key, stage: 'generated', since: now }; // it vanished: wait anew
      return seen === 'published' && now >= readyAt(key, plan, signAt) ? { ...key, stage: 'signing', since: now } : key;
    case 'retiring':
      return seen === 'revoked' && now >= stayUntil(key, facts, plan) ? { ...key, stage: 'revoked', since: now } : key;
    default:
      return key;
  }
}

/** As soon as a newer key signs, the older ones do not. */
function retireOthers(keys: readonly RotatedKey[], now: number): readonly RotatedKey[] {
  const newest = keys.findLastIndex(({ stage }) => stage === 'signing');
  return keys.map((key, index) => (key.stage === 'signing' && index < newest ? { ...key, stage: 'retiring', since: now } : key));
}

function actionsFor(key: RotatedKey, facts: RotationFacts, plan: ResolvedPlan, signAt: number): RotationAction[] {
  const { now, publications } = facts;
  const { selector, stage } = key;
  const seen = publications.get(selector);
  const check = (reason: string): RotationAction => ({ type: 'check-dns', selector, reason });
  const wait = (until: number, reason: string): RotationAction => ({ type: 'wait', selector, until, reason });
  switch (stage) {
    case 'generated':
      if (seen === undefined || seen === 'unknown') return [check('whether the record of the new key can be seen')];
      return [{ type: 'publish', selector, reason: `the DNS shows it as ${seen}` }];
    case 'published': {
      const until = readyAt(key, plan, signAt);
      if (now < until) return [wait(until, until > signAt ? 'some resolvers still remember that there was no such record' : 'the key that signs has not done its time')];
      return [check('that the record is still there, before the first signature')];
    }
    case 'signing':
      if (seen === undefined || seen === 'published') return [{ type: 'sign', selector, reason: 'it is published and known' }];
      if (seen === 'unknown') return [{ type: 'sign', selector, reason: 'the DNS does not answer at the moment' }, check('whether the record is still there')];
      return [{ type: 'publish', selector, reason: `it signs, and the DNS shows it as ${seen}: its signatures fail` }];
    case 'retiring': {
      const until = stayUntil(key, facts, plan);
      if (now < until && seen !== undefined && seen !== 'published' && seen !== 'unknown') {
        return [{ type: 'publish', selector, reason: `messages that it signed are under way, and the DNS shows it as ${seen}` }];
      }
      if (now < until) return [wait(until, 'messages that it signed may be under way')];
      if (seen === 'revoked') return [];
      return [{ type: 'revoke', selector, reason: until === 0 ? 'somebody else may have it' : 'nothing that it signed is under way any more' }];
    }
    case 'revoked':
      return seen === 'published' ? [{ type: 'revoke', selector, reason: 'it is back in the DNS' }] : [];
  }
}

/** A new key is due where there is none on its way and the one that signs is old, or there is none. */
function generateAction(keys: readonly RotatedKey[], now: number, plan: ResolvedPlan): RotationAction | undefined {
  if (keys.some(({ stage }) => stage === 'generated' || stage === 'published')) return undefined;
  const signing = keys.findLast(({ stage }) => stage === 'signing');
  if (signing === undefined) return { type: 'generate', reason: 'no key signs' };
  return now >= generateAt(signing, plan) ? { type: 'generate', reason: `${signing.selector} has signed for ${Math.floor((now - signing.since) / DAY_MS)} days` } : undefined;
}

function generateAt({ since }: RotatedKey, { signDays, leadDays }: ResolvedPlan): number {
  return since + Math.max(0, signDays - leadDays) * DAY_MS;
}

const URGENCY: readonly RotationAction['type'][] = ['publish', 'generate', 'check-dns', 'sign', 'revoke', 'wait'];

function sortActions(actions: readonly RotationAction[]): readonly RotationAction[] {
  return [...actions].sort((a, b) => URGENCY.indexOf(a.type) - URGENCY.indexOf(b.type));
}

function findNext(keys: readonly RotatedKey[], actions: readonly RotationAction[], now: number, plan: ResolvedPlan): number | undefined {
  if (actions.some(({ type }) => type === 'publish' || type === 'generate' || type === 'revoke')) return undefined;
  const times = actions.flatMap((action) => (action.type === 'wait' ? [action.until] : []));
  const signing = keys.findLast(({ stage }) => stage === 'signing');
  if (signing !== undefined && !keys.some(({ stage }) => stage === 'generated' || stage === 'published')) times.push(generateAt(signing, plan));
  return times.length === 0 || actions.some(({ type }) => type === 'check-dns') ? now : Math.min(...times);
}
