/** `npm start`: read `start/start-command.ts`. */
import { exitProcess, processIo } from './process-io.ts';
import { start } from './start/start-command.ts';

await exitProcess(await start(process.argv.slice(2), processIo()));
