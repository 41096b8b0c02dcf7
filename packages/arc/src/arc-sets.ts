/**
 * The ARC fields of a header section, put together into sets, and the structure that a chain must have (RFC 8617 section 5.2, steps
 * 1 to 3): sets from 1 to N without a hole, each with its three fields once, each `cv=` as it has to be at its place.
 *
 * Left out: whether anything of it is true (`validator.ts`).
 */
import type { TagList } from '@mailwright/dkim';
import { findFields } from '@mailwright/mime';
import type { HeaderField, HeaderSection } from '@mailwright/mime';
import { parseArcTags, readArcMessageSignature, readArcSeal } from './arc-fields.ts';
import type { ArcMessageSignature, ArcSeal, ParsedArcField } from './arc-fields.ts';
import { MOST_INSTANCES, readInstance } from './instance.ts';
import type { ArcReason } from './reasons.ts';
import type { ArcFieldName } from './result.ts';

/** One set. */
export interface ArcSet {
  readonly instance: number;
  readonly sealField: HeaderField;
  readonly seal: ArcSeal;
  readonly messageSignatureField: HeaderField;
  /** What is wrong with it spoils the chain only in the newest set. */
  readonly messageSignature: ParsedArcField<ArcMessageSignature>;
  readonly authenticationResultsField: HeaderField;
  /** The text behind the instance. */
  readonly authenticationResults: string;
}

/** What is wrong, and with what. */
export interface ArcFault {
  readonly reason: ArcReason;
  readonly instance: number | undefined;
  readonly field: ArcFieldName | undefined;
  readonly tag: string | undefined;
}

/** The ARC fields of a message. */
export interface ArcSets {
  /** The oldest first. Empty where `fault` is there. */
  readonly sets: readonly ArcSet[];
  readonly fault: ArcFault | undefined;
  readonly fieldCount: number;
  /** The highest instance that can be read; 0 where there is none. */
  readonly highestInstance: number;
  /** A seal says `cv=fail`. */
  readonly closed: boolean;
}

/** A field with what tells its set. */
interface Member {
  readonly name: ArcFieldName;
  readonly field: HeaderField;
  readonly instance: number;
  /** Of a seal or message signature. */
  readonly tags: TagList | undefined;
  /** Of Authentication-Results. */
  readonly rest: string;
}

const NAMES: readonly ArcFieldName[] = ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results'];

/**
 * Puts the sets of a header section together. Linear; of each name, fields behind the first 50 are counted and not read.
 *
 * @rfc 8617 5.2
 */
export function collectArcSets(section: HeaderSection, mostInstances: number = MOST_INSTANCES): ArcSets {
  const members: Member[] = [];
  let fault: ArcFault | undefined;
  let fieldCount = 0;
  for (const name of NAMES) {
    const fields = findFields(section, name);
    fieldCount += fields.length;
    if (fields.length > mostInstances) fault = makeFault('too-many-sets');
    for (const field of fields.slice(0, MOST_INSTANCES)) {
      const member = readMember(name, field);
      if ('reason' in member) fault ??= member;
      else members.push(member);
    }
  }
  const highestInstance = members.reduce((highest, { instance }) => Math.max(highest, instance), 0);
  const closing = findClosingSeal(members);
  const facts = { fieldCount, highestInstance, closed: closing !== undefined };
  const none = (why: ArcFault): ArcSets => ({ sets: [], fault: why, ...facts });
  if (fault?.reason === 'too-many-sets' || highestInstance > mostInstances) return none(makeFault('too-many-sets'));
  if (closing !== undefined) return none(makeFault('failed-before', closing.instance, 'ARC-Seal', 'cv'));
  if (fault !== undefined) return none(fault);
  const sets: ArcSet[] = [];
  const grouped = groupMembers(members, highestInstance);
  for (let instance = 1; instance <= highestInstance; instance++) {
    const set = makeSet(instance, grouped[instance]!);
    if ('reason' in set) return none(set);
    sets.push(set);
  }
  return { sets, fault: undefined, ...facts };
}

/** What is wrong, with all that is known of it. */
export function makeFault(reason: ArcReason, instance?: number, field?: ArcFieldName, tag?: string): ArcFault {
  return { reason, instance, field, tag };
}

function readMember(name: ArcFieldName, field: HeaderField): Member | ArcFault {
  if (name === 'ARC-Authentication-Results') {
    const read = readInstance(field.text);
    return read === undefined ? makeFault('bad-instance', undefined, name) : { name, field, instance: read.instance, tags: undefined, rest: read.rest };
  }
  const read = parseArcTags(field.raw);
  return read.ok ? { name, field, instance: read.instance, tags: read.tags, rest: '' } : makeFault(read.reason, undefined, name);
}

/** A seal that says `cv=fail`, whatever else is wrong: a chain that has failed is not continued, so it is the end of this one. @rfc 8617 5.1 @rfc 8617 5.1.3 */
function findClosingSeal(members: readonly Member[]): Member | undefined {
  return members.find(({ name, tags }) => name === 'ARC-Seal' && tags?.get('cv')?.value === 'fail');
}

/** The members of each instance; index 0 is nobody's. */
function groupMembers(members: readonly Member[], highestInstance: number): readonly (readonly Member[])[] {
  const grouped: Member[][] = Array.from({ length: highestInstance + 1 }, () => []);
  for (const member of members) grouped[member.instance]!.push(member);
  return grouped;
}

/** @rfc 8617 5.2 */
function makeSet(instance: number, members: readonly Member[]): ArcSet | ArcFault {
  if (members.length === 0) return makeFault('missing-set', instance);
  for (const name of NAMES) {
    const count = members.filter((member) => member.name === name).length;
    if (count !== 1) return makeFault(count === 0 ? 'missing-field' : 'duplicate-field', instance, name);
  }
  const take = (name: ArcFieldName): Member => members.find((member) => member.name === name)!;
  const [seal, signature, results] = [take('ARC-Seal'), take('ARC-Message-Signature'), take('ARC-Authentication-Results')];
  const parsed = readArcSeal(seal.tags!);
  if (!parsed.ok) return makeFault(parsed.reason, instance, 'ARC-Seal', parsed.tag);
  if (parsed.value.chainStatus !== (instance === 1 ? 'none' : 'pass')) return makeFault('wrong-chain-status', instance, 'ARC-Seal', 'cv');
  return {
    instance,
    sealField: seal.field,
    seal: parsed.value,
    messageSignatureField: signature.field,
    messageSignature: readArcMessageSignature(signature.tags!),
    authenticationResultsField: results.field,
    authenticationResults: results.rest,
  };
}
