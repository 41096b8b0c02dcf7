/**
 * STORE and UID STORE: change the flags of messages.
 *
 *     store           = "STORE" SP sequence-set [store-modifiers] SP store-att-flags
 *     store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
 *
 * Gmail's labels are changed in the same way, `+X-GM-LABELS (...)`.
 *
 * @rfc 9051 6.4.6
 * @rfc 4466 2.5
 */
import { BACKSLASH, HYPHEN, LEFT_PARENTHESIS, PLUS, SP } from '@mailwright/wire';
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { hasParameters, noParameters, readParameters, writeParameters } from '../parameters.ts';
import type { ExtensionParameters } from '../registry.ts';
import { type MessageSet, readSet } from '../sequence-set.ts';
import type { ValueReader } from '../value-reader.ts';
import { SELECTED } from './states.ts';

/** What extensions can add: `UNCHANGEDSINCE`. */
export type StoreParameters = ExtensionParameters<'STORE'>;

export interface StoreCommand {
  readonly name: 'STORE';
  readonly uid: boolean;
  readonly set: MessageSet;
  readonly parameters: StoreParameters;
  readonly item: 'FLAGS' | 'X-GM-LABELS';
  /** `replace`: exactly these; `add`, `remove`: these, others stay. */
  readonly action: 'replace' | 'add' | 'remove';
  /** The server need not tell the new flags. */
  readonly silent: boolean;
  /** Flags, or labels: system labels begin with a backslash, others are decoded names. */
  readonly values: readonly string[];
}

const SIGN = { replace: '', add: '+', remove: '-' } as const;

export const store: CommandSpec<StoreCommand> = {
  name: 'STORE',
  uidForm: true,
  syntax: '[UID] STORE set [(parameter ...)] [+|-]FLAGS[.SILENT] (flag ...)',
  source: 'RFC 9051 6.4.6',
  states: SELECTED,
  pipelining: 'numbers',
  secret: false,
  parse(reader, uid) {
    reader.space();
    const set = readSet(reader);
    reader.space();
    let parameters = noParameters(reader, 'STORE');
    if (reader.peek() === LEFT_PARENTHESIS) {
      parameters = readParameters(reader, 'STORE');
      reader.space();
    }
    const { item, action, silent } = readItem(reader);
    reader.space();
    return { name: 'STORE', uid, set, parameters, item, action, silent, values: readValues(reader, item) };
  },
  encode(writer, { set, parameters, item, action, silent, values }) {
    writer.space().set(set).space();
    if (hasParameters(parameters)) {
      writeParameters(writer, 'STORE', parameters);
      writer.space();
    }
    if (!Object.hasOwn(SIGN, action) || (item !== 'FLAGS' && item !== 'X-GM-LABELS')) throw new TypeError(`not an action of STORE: ${action} ${item}`);
    writer.raw(`${SIGN[action]}${item}${silent ? '.SILENT' : ''} `);
    writer.list(values, (value) => (item === 'FLAGS' || value.startsWith('\\') ? writer.flag(value) : writeMailbox(writer, value)));
  },
  explain({ action, item, values, silent }) {
    const what = `${item === 'FLAGS' ? 'flags' : 'labels'} ${values.length === 0 ? 'none' : values.join(', ')}`;
    const told = silent ? ' The server need not answer with the result.' : '';
    if (action === 'replace') return `The client sets the ${what}, and no others, on messages.${told}`;
    return `The client ${action === 'add' ? 'adds' : 'takes away'} the ${what}.${told}`;
  },
};

function readItem(reader: ValueReader): Pick<StoreCommand, 'item' | 'action' | 'silent'> {
  const from = reader.at;
  const action = reader.skip(PLUS) ? 'add' : reader.skip(HYPHEN) ? 'remove' : 'replace';
  const word = reader.keyword();
  const silent = word.endsWith('.SILENT');
  const item = silent ? word.slice(0, -'.SILENT'.length) : word;
  if (item === 'FLAGS' || item === 'X-GM-LABELS') return { item, action, silent };
  reader.fail('FLAGS', from);
  return { item: 'FLAGS', action, silent };
}

function readValues(reader: ValueReader, item: StoreCommand['item']): string[] {
  const read = (): string => (item === 'FLAGS' || reader.peek() === BACKSLASH ? reader.settableFlag() : readMailbox(reader));
  if (reader.peek() === LEFT_PARENTHESIS) return reader.list(read);
  const values = [read()];
  while (reader.skip(SP)) {
    values.push(read());
    reader.count();
  }
  return values;
}
