import type { Parsed } from '@mailwright/wire';

/** Why an address, path or domain was refused. `at` of the result is the offset of the first character that is wrong. */
export type AddressError =
  | 'expected-local-part' // nothing where a local part must stand
  | 'bad-local-part' // a character, or a dot, that can't stand in a local part
  | 'unclosed-quote' // a quoted local part without its second quote
  | 'local-part-too-long' // more than 64 octets
  | 'expected-at' // no @ behind the local part
  | 'expected-domain' // nothing where a domain must stand
  | 'bad-domain' // not a domain: an empty label, a hyphen at a label's end, a character or A-label that can't stand in one
  | 'label-too-long' // a label of more than 63 octets
  | 'domain-too-long' // more than 255 octets
  | 'bad-address-literal' // not [IPv4], [IPv6:...] or [tag:...]
  | 'path-too-long' // a path of more than 256 octets with its brackets, a mailbox of more than 254
  | 'expected-bracket' // a path that does not begin with <
  | 'expected-closing-bracket' // no > behind the mailbox
  | 'bad-source-route' // not @domain,@domain: before the mailbox
  | 'trailing-text'; // something behind the element

/** A refusal. */
export function refuse<T>(error: AddressError, at: number): Parsed<T, AddressError> {
  return { ok: false, error, at };
}
