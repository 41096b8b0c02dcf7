/**
 * LIST-EXTENDED: LIST says which mailboxes and what of them. Its form with several patterns and options is LIST's (`commands/list.ts`),
 * and so are CHILDINFO and OLDNAME in the answer (`responses/list.ts`); here are the options.
 *
 *     list-select-base-opt = "SUBSCRIBED"
 *     list-select-mod-opt  = "RECURSIVEMATCH"
 *     list-select-independent-opt = "REMOTE"
 *     return-option        = "SUBSCRIBED" / "CHILDREN"
 *
 * Read next: `list-status.ts`, `special-use.ts`.
 *
 * @rfc 5258
 */
import type { ParameterPlace, ParameterSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** Only what the user subscribed to, also where it does not exist. @rfc 5258 3.1 */
const selectSubscribed: ParameterSpec<'LIST-SELECT', 'subscribed', true> =
  option('LIST-SELECT', 'SUBSCRIBED', 'subscribed', 'only those that the user subscribed to');
/** Also mailboxes of other servers. @rfc 5258 3.1 */
const selectRemote: ParameterSpec<'LIST-SELECT', 'remote', true> = option('LIST-SELECT', 'REMOTE', 'remote', 'also those of other servers');
/** Also mailboxes that don't fit but have some below them that do: needs another option beside it. @rfc 5258 3.1 */
const selectRecursiveMatch: ParameterSpec<'LIST-SELECT', 'recursiveMatch', true> =
  option('LIST-SELECT', 'RECURSIVEMATCH', 'recursiveMatch', 'also those with such mailboxes below them');
const returnSubscribed: ParameterSpec<'LIST-RETURN', 'subscribed', true> =
  option('LIST-RETURN', 'SUBSCRIBED', 'subscribed', 'whether the user subscribed to them');
const returnChildren: ParameterSpec<'LIST-RETURN', 'children', true> = option('LIST-RETURN', 'CHILDREN', 'children', 'whether they have others below them');

export const listExtended: Brings<{
  parameters: typeof selectSubscribed | typeof selectRemote | typeof selectRecursiveMatch | typeof returnSubscribed | typeof returnChildren;
}> = {
  ...NOTHING,
  capability: 'LIST-EXTENDED',
  rfc: 5258,
  inRev2: true,
  announced: ALWAYS,
  parameters: [selectSubscribed, selectRemote, selectRecursiveMatch, returnSubscribed, returnChildren],
  explain: () => 'LIST can be told which mailboxes and what of them is wanted.',
};

/** An option without arguments. */
function option<P extends ParameterPlace, K extends string>(place: P, name: string, field: K, meaning: string): ParameterSpec<P, K, true> {
  return { place, name, field, source: `RFC 5258 ${place === 'LIST-SELECT' ? '3.1' : '3.2'}`, parse: () => true, encode: () => {}, explain: () => meaning };
}
