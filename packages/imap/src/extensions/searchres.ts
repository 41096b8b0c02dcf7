/**
 * SEARCHRES: the server keeps the result of a SEARCH, and `$` names it in later commands.
 *
 *     search-return-opt =/ "SAVE"
 *     sequence-set      =/ "$"
 *     resp-text-code    =/ "NOTSAVED"
 *
 * @rfc 5182
 */
import type { CodeSpec, ParameterSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** The search was done, its result not kept; `$` is empty. @rfc 5182 2.1 */
export interface NotSavedCode {
  readonly name: 'NOTSAVED';
}

const NOT_SAVED: NotSavedCode = { name: 'NOTSAVED' };

const save: ParameterSpec<'SEARCH-RETURN', 'save', true> = {
  place: 'SEARCH-RETURN',
  name: 'SAVE',
  field: 'save',
  source: 'RFC 5182 2.1',
  parse: () => true,
  encode: () => {},
  explain: () => 'and keep the result as $',
};

const notSaved: CodeSpec<NotSavedCode> = {
  name: 'NOTSAVED',
  source: 'RFC 5182 2.1',
  parse: () => NOT_SAVED,
  encode: () => {},
  explain: () => 'The server did not keep the result: $ is empty.',
};

export const searchRes: Brings<{ parameters: typeof save; codes: typeof notSaved }> = {
  ...NOTHING,
  capability: 'SEARCHRES',
  rfc: 5182,
  inRev2: true,
  announced: ALWAYS,
  parameters: [save],
  codes: [notSaved],
  explain: () => 'The server can keep the result of a search as $.',
};
