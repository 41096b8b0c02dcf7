export type { Body } from './body.ts';
export type { Clock, Random, Timer } from './clock.ts';
export type { LineEndPolicy } from './line-ends.ts';
export type { Parsed } from './result.ts';
export { assertNever } from './result.ts';
