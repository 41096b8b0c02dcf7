/**
 * A message before or after a change, with what comparing its signatures asks for again and again, worked out once: so a message with a
 * thousand signatures costs no more than one with a thousand other fields.
 */
import type { HeaderField } from '../header/header-field.ts';
import { parseHeaders } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import { canonicalField } from './canonical-form.ts';
import type { Canonicalization } from './canonical-form.ts';
import { readInstance } from './signature-field.ts';

export class MessageVersion {
  readonly section: HeaderSection;
  readonly body: Uint8Array;
  readonly #source: Uint8Array;
  readonly #fields = new Map<string, HeaderField[]>();
  readonly #forms: Readonly<Record<Canonicalization, Map<HeaderField, string>>> = { simple: new Map(), relaxed: new Map() };
  readonly #sets = new Map<string, string>();
  readonly #held = new Map<string, ReadonlySet<string>>();
  readonly #instances = new Map<HeaderField, number | undefined>();

  constructor(source: Uint8Array) {
    this.#source = source;
    this.section = parseHeaders(source);
    this.body = source.subarray(this.section.bodyOffset);
    for (const field of this.section.fields.toReversed()) {
      const name = field.name.toLowerCase();
      const same = this.#fields.get(name);
      if (same === undefined) this.#fields.set(name, [field]);
      else same.push(field);
    }
  }

  /** The fields of a name in lower case, from the bottom up, as signatures count them. */
  fieldsFromBottom(name: string): readonly HeaderField[] {
    return this.#fields.get(name) ?? [];
  }

  canonical(field: HeaderField, canonicalization: Canonicalization): string {
    const forms = this.#forms[canonicalization];
    const form = forms.get(field) ?? canonicalField(this.#source, field, canonicalization);
    forms.set(field, form);
    return form;
  }

  /** True where a field of that name has that canonical form. */
  holds(name: string, form: string, canonicalization: Canonicalization): boolean {
    const key = `${canonicalization} ${name}`;
    const held = this.#held.get(key) ?? new Set(this.fieldsFromBottom(name).map((field) => this.canonical(field, canonicalization)));
    this.#held.set(key, held);
    return held.has(form);
  }

  /** The fields of that name in the ARC sets from 1 to `highest`, in the order in which a seal takes them. @rfc 8617 5.1.1 */
  arcSets(name: string, highest: number): string {
    const key = `${name} ${highest}`;
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const fields = this.fieldsFromBottom(name).flatMap((field) => {
      const instance = this.#instance(field);
      return instance === undefined || instance > highest ? [] : [{ instance, form: this.canonical(field, 'relaxed') }];
    });
    const sets = fields.sort((a, b) => a.instance - b.instance).map(({ form }) => form).join('\r\n');
    this.#sets.set(key, sets);
    return sets;
  }

  #instance(field: HeaderField): number | undefined {
    if (!this.#instances.has(field)) this.#instances.set(field, readInstance(field));
    return this.#instances.get(field);
  }
}
