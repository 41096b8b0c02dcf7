/**
 * An SPF record as a value: directives in order, the modifiers, and domain-specs taken apart into literal text and macros. Nothing here
 * depends on a message, so one record is read once and kept (`record-cache.ts`).
 *
 * Read next: `record-parse.ts` (text to value), `macro-expand.ts` (a domain-spec to a target-name).
 */

/** What a match means: `+` pass, `-` fail, `~` softfail, `?` neutral. @rfc 7208 4.6.2 */
export type SpfQualifier = '+' | '-' | '~' | '?';

/** The letters of macros, in lower case; `c`, `r` and `t` stand only in explanations. @rfc 7208 7.2 */
export type MacroLetter = 's' | 'l' | 'o' | 'd' | 'i' | 'p' | 'h' | 'v' | 'c' | 'r' | 't';

/** One macro: `%{L2r-}` is letter `l`, `urlEscape`, two parts from the right, reversed, split at `-`. @rfc 7208 7.1 */
export interface Macro {
  readonly letter: MacroLetter;
  /** A capital letter: what is no unreserved character of a URI becomes `%XX`. */
  readonly urlEscape: boolean;
  /** How many parts from the right are kept; 0 keeps all. */
  readonly partCount: number;
  readonly reverse: boolean;
  /** The characters at which the value is split; `.` when the macro names none. */
  readonly delimiters: string;
}

/** A macro-string: literal text and macros in turn. */
export interface MacroString {
  /** As it stands in the record. */
  readonly text: string;
  readonly parts: readonly (string | Macro)[];
  /** The text when there is no macro in it, with `%%`, `%_` and `%-` put in; else `undefined`. */
  readonly literal: string | undefined;
  /** The name that `literal` is; `undefined` where it is none of the DNS. */
  readonly literalName: string | undefined;
  /** `literalName` when it can be checked in its turn and is asked for as it stands, with nothing to escape. */
  readonly checkableName: string | undefined;
  /** Holds `%{p}`: the client's names have to be validated first. */
  readonly usesValidatedName: boolean;
  /** Holds `%{l}` or `%{s}`. */
  readonly usesLocalPart: boolean;
}

interface DirectiveFacts {
  /** The term as it stands in the record. */
  readonly text: string;
  readonly qualifier: SpfQualifier;
}

export interface AllDirective extends DirectiveFacts {
  readonly mechanism: 'all';
}

export interface IncludeDirective extends DirectiveFacts {
  readonly mechanism: 'include';
  readonly domain: MacroString;
}

/** `a` and `mx`; without a domain-spec the current domain is meant. */
export interface HostDirective extends DirectiveFacts {
  readonly mechanism: 'a' | 'mx';
  readonly domain: MacroString | undefined;
  readonly prefixLength4: number;
  readonly prefixLength6: number;
}

export interface PtrDirective extends DirectiveFacts {
  readonly mechanism: 'ptr';
  readonly domain: MacroString | undefined;
}

export interface Ip4Directive extends DirectiveFacts {
  readonly mechanism: 'ip4';
  /** The address as an unsigned 32-bit number, host bits included. */
  readonly network: number;
  readonly prefixLength: number;
}

export interface Ip6Directive extends DirectiveFacts {
  readonly mechanism: 'ip6';
  /** Eight groups of 16 bits, host bits included. */
  readonly network: readonly number[];
  readonly prefixLength: number;
}

export interface ExistsDirective extends DirectiveFacts {
  readonly mechanism: 'exists';
  readonly domain: MacroString;
}

/** A mechanism with its qualifier. @rfc 7208 5 */
export type SpfDirective = AllDirective | IncludeDirective | HostDirective | PtrDirective | Ip4Directive | Ip6Directive | ExistsDirective;

/** `redirect=` or `exp=`. */
export interface SpfModifier {
  readonly text: string;
  readonly domain: MacroString;
}

/** A modifier that RFC 7208 does not know. It has no effect. @rfc 7208 6 */
export interface UnknownModifier {
  readonly name: string;
  readonly value: string;
}

/** A record without syntax errors. @rfc 7208 4.6.1 */
export interface SpfRecord {
  readonly text: string;
  readonly directives: readonly SpfDirective[];
  readonly redirect: SpfModifier | undefined;
  readonly explanation: SpfModifier | undefined;
  readonly unknownModifiers: readonly UnknownModifier[];
}

/** The mechanisms that cost one of the ten lookups; so does `redirect`. @rfc 7208 4.6.4 */
export function asksTheDns(directive: SpfDirective): boolean {
  return directive.mechanism !== 'ip4' && directive.mechanism !== 'ip6' && directive.mechanism !== 'all';
}
