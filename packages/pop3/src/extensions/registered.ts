/**
 * The registered extensions. This list is the only place that names them all: the tables of `registry.ts`, the types of commands and capabilities and the
 * response to CAPA follow from it. A new extension is its file and its line here.
 */
export { authResponseCode } from './auth-resp-code.ts';
export { expire } from './expire.ts';
export { implementation } from './implementation.ts';
export { lang } from './lang.ts';
export { loginDelay } from './login-delay.ts';
export { pipelining } from './pipelining.ts';
export { responseCodes } from './resp-codes.ts';
export { sasl } from './sasl.ts';
export { stls } from './stls.ts';
export { top } from './top.ts';
export { uidl } from './uidl.ts';
export { user } from './user.ts';
export { utf8 } from './utf8.ts';
