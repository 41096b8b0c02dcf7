/**
 * The registered extensions. This list is the only place that names them all: the tables of `registry.ts`, the unions of commands, data,
 * codes and keys, and `explain` follow from it. A new extension is its file and its line here.
 */
export { idle } from './idle.ts';
