/** The commands that every server has, and APOP, which the greeting announces. The list `registry.ts` is built from. */
export { apop } from './apop.ts';
export { capa } from './capa.ts';
export { dele } from './dele.ts';
export { list } from './list.ts';
export { noop } from './noop.ts';
export { quit } from './quit.ts';
export { retr } from './retr.ts';
export { rset } from './rset.ts';
export { stat } from './stat.ts';
