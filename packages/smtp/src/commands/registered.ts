/**
 * The commands of RFC 5321 itself, one file each. What extensions add comes through `extensions/registered.ts`; HELP, which
 * tells of all of them, is made from the table in `verbs.ts`.
 */
export { data } from './data.ts';
export { ehlo } from './ehlo.ts';
export { expn } from './expn.ts';
export { helo } from './helo.ts';
export { mail } from './mail.ts';
export { noop } from './noop.ts';
export { quit } from './quit.ts';
export { rcpt } from './rcpt.ts';
export { rset } from './rset.ts';
export { vrfy } from './vrfy.ts';
