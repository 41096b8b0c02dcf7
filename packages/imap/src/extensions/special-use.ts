/**
 * SPECIAL-USE and CREATE-SPECIAL-USE: which mailbox is for drafts, sent mail, junk. LIST tells it in attributes such as `\Sent`.
 *
 *     list-select-opt =/ "SPECIAL-USE"
 *     list-return-opt =/ "SPECIAL-USE"
 *     create-param    =/ "USE" SP "(" [use-attr *(SP use-attr)] ")"
 *     resp-text-code  =/ "USEATTR"
 *
 * @rfc 6154
 */
import type { CodeSpec, ParameterSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** The attributes, with what the mailbox is for. @rfc 6154 2 @rfc 8457 4 */
export const SPECIAL_USES: ReadonlyMap<string, string> = new Map([
  ['\\All', 'all messages'], ['\\Archive', 'archived messages'], ['\\Drafts', 'drafts'], ['\\Flagged', 'flagged messages'], ['\\Junk', 'junk'],
  ['\\Sent', 'sent messages'], ['\\Trash', 'deleted messages'], ['\\Important', 'important messages'],
]);

/** The mailbox can't be created for that use. @rfc 6154 3 */
export interface UseAttrCode {
  readonly name: 'USEATTR';
}

const USE_ATTR: UseAttrCode = { name: 'USEATTR' };

const selectSpecialUse: ParameterSpec<'LIST-SELECT', 'specialUse', true> = {
  place: 'LIST-SELECT',
  name: 'SPECIAL-USE',
  field: 'specialUse',
  source: 'RFC 6154 2',
  parse: () => true,
  encode: () => {},
  explain: () => 'only mailboxes for a special use',
};

const returnSpecialUse: ParameterSpec<'LIST-RETURN', 'specialUse', true> = {
  place: 'LIST-RETURN',
  name: 'SPECIAL-USE',
  field: 'specialUse',
  source: 'RFC 6154 2',
  parse: () => true,
  encode: () => {},
  explain: () => 'with their special use',
};

const createUse: ParameterSpec<'CREATE', 'use', readonly string[]> = {
  place: 'CREATE',
  name: 'USE',
  field: 'use',
  source: 'RFC 6154 3',
  parse(reader) {
    reader.space();
    return reader.flags();
  },
  encode: (writer, uses) => void writer.space().flags(uses),
  explain: (uses) => `for ${uses.map((use) => SPECIAL_USES.get(use) ?? use).join(', ') || 'no special use'}`,
};

const useAttr: CodeSpec<UseAttrCode> = {
  name: 'USEATTR',
  source: 'RFC 6154 3',
  parse: () => USE_ATTR,
  encode: () => {},
  explain: () => 'The mailbox can not be for that use.',
};

export const specialUse: Brings<{ parameters: typeof selectSpecialUse | typeof returnSpecialUse }> = {
  ...NOTHING,
  capability: 'SPECIAL-USE',
  rfc: 6154,
  inRev2: true,
  announced: ALWAYS,
  parameters: [selectSpecialUse, returnSpecialUse],
  explain: () => 'LIST tells which mailboxes are for drafts, sent mail, junk and so on.',
};

export const createSpecialUse: Brings<{ codes: typeof useAttr; parameters: typeof createUse }> = {
  ...NOTHING,
  capability: 'CREATE-SPECIAL-USE',
  implies: ['SPECIAL-USE'],
  rfc: 6154,
  announced: ALWAYS,
  codes: [useAttr],
  parameters: [createUse],
  explain: () => 'A mailbox can be created for a special use.',
};
