/**
 * What IMAP is made of here: a command, a kind of untagged data, a response code, an item of FETCH, a key of SEARCH, an item of STATUS, an
 * option of LIST. Each is a spec that reads and writes one value in both directions; those of RFC 3501 and 9051 are listed
 * in `commands/registered.ts`, `responses/registered.ts` and so on, those of an extension stand in its one file in `extensions/`, which
 * `extensions/registered.ts` lists in one line. Parsers and writers are tables of specs; no parser names an extension.
 *
 * Read next: `extensions/condstore.ts` (a bit of everything), `commands/select.ts`, `registry.ts`.
 *
 * @rfc 9051 6.1.1
 */
import type { SearchKey } from './search/search-key.ts';
import type { ValueReader } from './value-reader.ts';
import type { ValueWriter } from './value-writer.ts';

/** Where a session stands. @rfc 9051 3 */
export type SessionState = 'not-authenticated' | 'authenticated' | 'selected' | 'logout';

/**
 * What a command in flight forbids to others. `alone`: nothing goes out before its end, since what follows would be written or read in another way
 * (STARTTLS, AUTHENTICATE, LOGIN, COMPRESS, LOGOUT, UNAUTHENTICATE, ENABLE, IDLE). `mailbox`: it selects or closes a mailbox, so what is about one stays on
 * its own side of it. `numbers`: it names messages by sequence number, so nothing that lets numbers change may be before it; its UID form names none,
 * but in the keys of a search. `any`: no restriction. The rules that use it are in `client/pipelining.ts`.
 * @rfc 9051 5.5
 */
export type Pipelining = 'alone' | 'mailbox' | 'numbers' | 'any';

/** One command. `C` is its value: a plain object with `name`. */
export interface CommandSpec<C extends { readonly name: string }> {
  /** `FETCH`, in upper case. Where `uidForm` is true, `UID FETCH` is the same command with `uid: true`. */
  readonly name: C['name'];
  readonly uidForm: boolean;
  /** The form as a person would type it, for BAD responses and `explain`. */
  readonly syntax: string;
  /** RFC and section, for `explain`. */
  readonly source: string;
  /** The states in which it may come. */
  readonly states: readonly SessionState[];
  readonly pipelining: Pipelining;
  /** True where transcripts show it without its arguments (LOGIN, AUTHENTICATE). */
  readonly secret: boolean;
  /** Reads what follows the name (and its blank). `uid`: it came as `UID name`. Failure is the reader's, see `ValueReader.fail`. */
  parse(reader: ValueReader, uid: boolean): C;
  /** Writes what follows the name, with its blank. Throws a `TypeError` for values that can't be written. */
  encode(writer: ValueWriter, command: C): void;
  /** What the command says, in a sentence or two for a person who learns IMAP. */
  explain(command: C): string;
}

/** One kind of untagged data. `numbered`: a number stands before its name (`* 12 FETCH`). */
export interface DataSpec<D extends { readonly name: string }> {
  readonly name: D['name'];
  readonly numbered: boolean;
  readonly source: string;
  /** Reads what follows the name. `number` is 0 where there is none. */
  parse(reader: ValueReader, number: number): D;
  /** Writes what follows `* `, number and name included. */
  encode(writer: ValueWriter, data: D): void;
  explain(data: D): string;
}

/** One response code. */
export interface CodeSpec<C extends { readonly name: string }> {
  readonly name: C['name'];
  readonly source: string;
  /** Reads what follows the name up to `]`. */
  parse(reader: ValueReader): C;
  /** Writes what follows the name, with its blank; nothing for a code without arguments. */
  encode(writer: ValueWriter, code: C): void;
  explain(code: C): string;
}

/**
 * One data item of FETCH. `K`: the field of `FetchData` that holds it. `R`: the request, `T`: the answer.
 * `name` is the item's name up to the first character of its arguments: `BODY`, `BINARY.SIZE`, `MODSEQ`; where a name stands both with and without
 * a section, the first is `BODY[]`.
 */
export interface FetchItemSpec<K extends string, R extends { readonly name: string }, T> {
  readonly name: R['name'];
  readonly field: K;
  readonly source: string;
  /** Reads the request's arguments, blank included: nothing for most. */
  parseRequest(reader: ValueReader): R;
  /** Writes the request, name included. */
  encodeRequest(writer: ValueWriter, request: R): void;
  /** Reads the answer behind its name, blank included; `before` is the field's value so far, for items that come several times (BODY[1], BODY[2]). */
  parse(reader: ValueReader, before: T | undefined): T;
  /** Writes the answer, name included. */
  encode(writer: ValueWriter, value: T): void;
}

/** One item of STATUS. `K`: the field of `StatusData` that holds it. */
export interface StatusItemSpec<N extends string, K extends string, T> {
  readonly name: N;
  readonly field: K;
  parse(reader: ValueReader): T;
  encode(writer: ValueWriter, value: T): void;
}

/**
 * One search key. `K` is its value: a plain object with `key`. `nested` reads or writes a key inside the key, counting the depth, for keys that hold
 * others (FUZZY).
 */
export interface SearchKeySpec<K extends { readonly key: string }> {
  readonly key: K['key'];
  readonly source: string;
  /** Reads what follows the name. */
  parse(reader: ValueReader, nested: () => SearchKey): K;
  /** Writes the key, its name included. */
  encode(writer: ValueWriter, key: K, nested: (key: SearchKey) => void): void;
}

/**
 * Where a parameter stands: behind the mailbox of SELECT and CREATE, in the modifiers of FETCH and STORE, in the selection or the
 * return options of LIST, in RETURN of SEARCH (and SORT, THREAD), before the literal of APPEND.
 */
export type ParameterPlace = 'SELECT' | 'CREATE' | 'RENAME' | 'FETCH' | 'STORE' | 'LIST-SELECT' | 'LIST-RETURN' | 'SEARCH-RETURN' | 'APPEND';

/** One parameter: `CHANGEDSINCE 12345`, `QRESYNC (...)`, `SPECIAL-USE`. `K`: the field of the place's parameters that holds it. */
export interface ParameterSpec<P extends ParameterPlace, K extends string, T> {
  readonly place: P;
  readonly name: string;
  readonly field: K;
  readonly source: string;
  /** Reads what follows the name. */
  parse(reader: ValueReader): T;
  /** Writes what follows the name, with its blank. */
  encode(writer: ValueWriter, value: T): void;
  explain(value: T): string;
}

/** Unspecialised forms: what the tables hold. */
export type AnyCommandSpec = CommandSpec<{ readonly name: string }>;
export type AnyDataSpec = DataSpec<{ readonly name: string }>;
export type AnyCodeSpec = CodeSpec<{ readonly name: string }>;
export type AnyFetchItemSpec = FetchItemSpec<string, { readonly name: string }, unknown>;
export type AnyStatusItemSpec = StatusItemSpec<string, string, unknown>;
export type AnyParameterSpec = ParameterSpec<ParameterPlace, string, unknown>;
export type AnySearchKeySpec = SearchKeySpec<{ readonly key: string }>;

/** What an extension is. Empty lists for what it does not bring. */
export interface Extension<
  C = AnyCommandSpec, D = AnyDataSpec, R = AnyCodeSpec, F = AnyFetchItemSpec, S = AnyStatusItemSpec, K = AnySearchKeySpec, P = AnyParameterSpec,
> {
  /** The capability that announces it: `CONDSTORE`; with `=` at its end where a value follows (`QUOTA=RES-`, `COMPRESS=DEFLATE` is whole). */
  readonly capability: string;
  /** Capabilities that it implies: QRESYNC implies CONDSTORE and ENABLE. */
  readonly implies: readonly string[];
  /** 0 where no RFC has it: Gmail's. */
  readonly rfc: number;
  /** True where RFC 9051 has it in IMAP4rev2 itself. @rfc 9051 E */
  readonly inRev2: boolean;
  /** True where the client has to ENABLE it. @rfc 5161 */
  readonly enable: boolean;
  /** The states in which the capability is announced. */
  readonly announced: readonly SessionState[];
  readonly commands: readonly C[];
  readonly data: readonly D[];
  readonly codes: readonly R[];
  readonly fetchItems: readonly F[];
  readonly statusItems: readonly S[];
  readonly searchKeys: readonly K[];
  readonly parameters: readonly P[];
  /** What the capability says, in one or two sentences. */
  explain(capability: string): string;
}

