/**
 * The registered extensions. This list is the only place that names them all: the tables of `registry.ts`, the types of
 * commands and parameters, the EHLO reply and `explain` follow from it. A new extension is its file and its line here.
 */
export { auth } from './auth.ts';
export { binaryMime } from './binary-mime.ts';
export { chunking } from './chunking.ts';
export { dsn } from './dsn.ts';
export { eightBitMime } from './eight-bit-mime.ts';
export { enhancedStatusCodes } from './enhanced-status-codes.ts';
export { pipelining } from './pipelining.ts';
export { size } from './size.ts';
export { smtpUtf8 } from './smtputf8.ts';
export { startTls } from './starttls.ts';
