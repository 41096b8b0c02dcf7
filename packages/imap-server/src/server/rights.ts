/**
 * What a user may do with a mailbox, out of its list of rights; and which right a flag takes.
 *
 * Left out: groups, since a store here knows users alone.
 *
 * @rfc 4314 2
 * @rfc 4314 4
 */

/** All standard rights, in the order in which they are told. @rfc 4314 2.1 */
export const ALL_RIGHTS = 'lrswipkxtea';
/** The owner can always see a mailbox and undo what was done to its list. */
export const OWNER_RIGHTS = 'la';

/**
 * The rights of a user: those that are granted to it or to `anyone`, without those that are taken from either (`-name`).
 * @rfc 4314 2
 */
export function effectiveRights(list: ReadonlyMap<string, string>, user: string, isOwner: boolean): string {
  const granted = `${list.get(user) ?? ''}${list.get('anyone') ?? ''}`;
  const taken = `${list.get(`-${user}`) ?? ''}${list.get('-anyone') ?? ''}`;
  return [...ALL_RIGHTS].filter((right) => (isOwner && OWNER_RIGHTS.includes(right)) || (granted.includes(right) && !taken.includes(right))).join('');
}

/** The right that it takes to set or clear a flag. @rfc 4314 4 */
export function rightOfFlag(flag: string): 's' | 't' | 'w' {
  const name = flag.toLowerCase();
  return name === '\\seen' ? 's' : name === '\\deleted' ? 't' : 'w';
}

/** Which flags a user with these rights may change; `undefined` where it may change all. */
export function flagFilter(rights: string): ((flag: string) => boolean) | undefined {
  if (['s', 't', 'w'].every((right) => rights.includes(right))) return undefined;
  return (flag) => rights.includes(rightOfFlag(flag));
}
