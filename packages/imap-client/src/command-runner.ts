/** Who runs commands on whatever connection there is now. */
import type { Command, Data } from '@mailwright/imap';
import type { CommandOptions, CommandResult } from './command-run.ts';
import { localFailure } from './errors.ts';
import type { Session } from './session.ts';

export interface CommandRunner {
  /** The present connection. Rejects with an `ImapError` where there is none. */
  session(signal?: AbortSignal): Promise<Session>;
  run(command: Command, options: CommandOptions): Promise<CommandResult>;
}

/** Runs a command that needs a capability. Rejects with `IMAP_NOT_OFFERED` where the server does not have it. */
export async function runOffered(runner: CommandRunner, capability: string, command: Command, options: CommandOptions): Promise<CommandResult> {
  const session = await runner.session(options.signal);
  if (!session.has(capability)) throw session.error(localFailure('IMAP_NOT_OFFERED', `${command.name} needs ${capability}, which the server does not have`), 'command', command.name);
  return await runner.run(command, options);
}

/** The data of one name, in order. */
export function dataNamed<N extends Data['name']>({ data }: CommandResult, name: N): Extract<Data, { readonly name: N }>[] {
  return data.filter((answer): answer is Extract<Data, { readonly name: N }> => answer.name === name);
}
