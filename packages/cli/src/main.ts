/** The program `mailwright`. Read next: `run.ts`. */
import { exitProcess, processIo } from './process-io.ts';
import { runMailwright } from './run.ts';

await exitProcess(await runMailwright(process.argv.slice(2), processIo()));
