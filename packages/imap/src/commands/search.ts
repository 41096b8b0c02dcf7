/**
 * SEARCH and UID SEARCH: which messages an expression fits.
 *
 *     search = "SEARCH" [SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"] SP search-program
 *
 * Read next: `search/search-key.ts`, the expression.
 *
 * @rfc 9051 6.4.4
 * @rfc 4731 3.1
 */
import { SP } from '@mailwright/wire';
import type { CommandSpec } from '../extension.ts';
import { readParameters, writeParameters } from '../parameters.ts';
import type { ExtensionParameters } from '../registry.ts';
import { writeSearchProgram } from '../search/encode.ts';
import { readSearchProgram } from '../search/parse.ts';
import type { SearchKey } from '../search/search-key.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { SELECTED } from './states.ts';

/** What the answer says, and what becomes of it: `MIN`, `ALL`, `SAVE`, `PARTIAL`. All undefined (`RETURN ()`) is ALL. @rfc 4731 3.1 */
export type SearchReturnOptions = ExtensionParameters<'SEARCH-RETURN'>;

export interface SearchCommand {
  readonly name: 'SEARCH';
  /** Whether the answer names UIDs. */
  readonly uid: boolean;
  /** Undefined: no RETURN; the answer is SEARCH data before IMAP4rev2 and `ESEARCH ... ALL` since. */
  readonly returnOptions: SearchReturnOptions | undefined;
  /** As written; undefined where none is named. */
  readonly charset: string | undefined;
  readonly search: SearchKey;
}

export const search: CommandSpec<SearchCommand> = {
  name: 'SEARCH',
  uidForm: true,
  syntax: '[UID] SEARCH [RETURN (option ...)] [CHARSET charset] key ...',
  source: 'RFC 9051 6.4.4',
  states: SELECTED,
  pipelining: 'numbers',
  secret: false,
  parse(reader, uid) {
    const returnOptions = readSearchReturn(reader);
    reader.space();
    return { name: 'SEARCH', uid, returnOptions, ...readSearchProgram(reader) };
  },
  encode(writer, { returnOptions, charset, search }) {
    writeSearchReturn(writer, returnOptions);
    writeSearchProgram(writer.space(), { charset, search });
  },
  explain: ({ uid, returnOptions }) =>
    `The client asks which messages fit, by ${uid ? 'UID' : 'number'}${returnOptions === undefined ? '' : ', and says what of the result it wants'}.`,
};

/** Reads ` RETURN (...)` if it is next: of SEARCH, SORT and THREAD. */
export function readSearchReturn(reader: ValueReader): SearchReturnOptions | undefined {
  if (!startsReturn(reader)) return undefined;
  reader.space();
  reader.keyword();
  reader.space();
  return readParameters(reader, 'SEARCH-RETURN');
}

/** Writes ` RETURN (...)`; nothing for `undefined`. */
export function writeSearchReturn(writer: ValueWriter, options: SearchReturnOptions | undefined): void {
  if (options !== undefined) writeParameters(writer.raw(' RETURN '), 'SEARCH-RETURN', options);
}

const RETURN = [0x52, 0x45, 0x54, 0x55, 0x52, 0x4e, SP];

function startsReturn({ octets, at }: ValueReader): boolean {
  return octets[at] === SP && RETURN.every((octet, index) => upper(octets[at + 1 + index] ?? 0) === octet);
}

function upper(octet: number): number {
  return octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet;
}
