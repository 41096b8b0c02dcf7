export type { Command, CommandIo, ExitCode, OutputStream } from './command-io.ts';
export { EXIT } from './command-io.ts';
export { runMailwright } from './run.ts';
export { VERSION } from './version.ts';
