/**
 * One message while an expression looks at it: what is folded or read of it is so once, however many keys ask.
 *
 * Read next: `evaluate.ts`.
 */
import { daysSince1970 } from '../dates.ts';
import { foldText } from './fold.ts';
import { parseSentDate } from './sent-date.ts';
import type { EnvelopeAddress } from '../envelope.ts';
import type { SearchableAddresses, SearchableField, SearchableMessage } from './searchable-message.ts';

/** A header field, name and value folded. */
interface FoldedField {
  readonly name: string;
  readonly value: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export class MessageFacts {
  readonly message: SearchableMessage;
  #flags: ReadonlySet<string> | undefined = undefined;
  #fields: readonly FoldedField[] | undefined = undefined;
  #headerTexts: readonly string[] | undefined = undefined;
  #texts: readonly string[] | undefined = undefined;
  #addresses: Map<keyof SearchableAddresses, readonly string[]> | undefined = undefined;
  #sentDay: { readonly number: number | undefined } | undefined = undefined;

  constructor(message: SearchableMessage) {
    this.message = message;
  }

  /** `flag` in lower case. */
  hasFlag(flag: string): boolean {
    this.#flags ??= new Set(this.message.flags.map((each) => each.toLowerCase()));
    return this.#flags.has(flag);
  }

  get fields(): readonly FoldedField[] {
    this.#fields ??= this.message.fields.map(({ name, value }) => ({ name: foldText(name), value: foldText(value) }));
    return this.#fields;
  }

  /** The fields of the header and of the parts, each `NAME: VALUE`. */
  get headerTexts(): readonly string[] {
    this.#headerTexts ??= [...this.fields.map(({ name, value }) => `${name}: ${value}`), ...this.message.partFields.map(foldField)];
    return this.#headerTexts;
  }

  get texts(): readonly string[] {
    this.#texts ??= this.message.texts.map(foldText);
    return this.#texts;
  }

  /** Each address of a field as `NAME <mailbox@host>`, names of groups alone. */
  addresses(field: keyof SearchableAddresses): readonly string[] {
    const { addresses } = this.message;
    if (addresses === undefined) return [];
    this.#addresses ??= new Map();
    const known = this.#addresses.get(field);
    if (known !== undefined) return known;
    const texts = addresses[field].map((address) => foldText(addressText(address)));
    this.#addresses.set(field, texts);
    return texts;
  }

  /** Days since 1970 of INTERNALDATE in its own zone. */
  get arrivalDay(): number {
    return dayOf(this.message.internalDate);
  }

  /** Days since 1970 of the arrival in this mailbox; of INTERNALDATE where the store keeps no other. @rfc 8514 4.3 */
  get saveDay(): number {
    return dayOf(this.message.saveDate ?? this.message.internalDate);
  }

  /** Days since 1970 of the day in the Date field, or undefined where there is none that can be read. */
  get sentDay(): number | undefined {
    if (this.#sentDay === undefined) {
      const field = this.message.fields.find(({ name }) => name.length === 4 && name.toLowerCase() === 'date');
      const sent = field === undefined ? undefined : parseSentDate(field.value);
      this.#sentDay = { number: sent === undefined ? undefined : daysSince1970(sent.day) };
    }
    return this.#sentDay.number;
  }
}

function dayOf({ ms, offsetMinutes }: { readonly ms: number; readonly offsetMinutes: number }): number {
  return Math.floor((ms + offsetMinutes * MINUTE_MS) / DAY_MS);
}

function foldField({ name, value }: SearchableField): string {
  return foldText(`${name}: ${value}`);
}

function addressText({ name, mailbox, host }: EnvelopeAddress): string {
  if (host === undefined) return mailbox ?? '';
  const address = `<${mailbox ?? ''}@${host}>`;
  return name === undefined ? address : `${name} ${address}`;
}
