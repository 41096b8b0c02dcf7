/**
 * The answers that need no store: what the protocol says to CAPABILITY, NOOP, ENABLE and their like.
 *
 * @rfc 9051 6.1
 */
import type { Command } from '../command.ts';
import type { Data } from '../response.ts';
import type { Session } from './server-session.ts';

/** Untagged data, then the text of the tagged OK. */
export interface DefaultAnswer {
  readonly data: readonly Data[];
  readonly text: string;
}

/** `undefined` for a command that only the driver can answer. ENABLE takes effect here. */
export function defaultAnswer(command: Command, session: Session): DefaultAnswer | undefined {
  const { name } = command;
  switch (name) {
    case 'CAPABILITY':
      return { data: [{ name: 'CAPABILITY', capabilities: session.capabilities() }], text: 'CAPABILITY completed' };
    case 'ENABLE':
      return { data: [{ name: 'ENABLED', capabilities: session.enable(command.capabilities) }], text: 'ENABLE completed' };
    case 'ID':
      return { data: [{ name: 'ID', fields: undefined }], text: 'ID completed' };
    case 'STARTTLS':
      return { data: [], text: 'Begin TLS negotiation now' };
    case 'COMPRESS':
      return { data: [], text: 'DEFLATE active' };
    case 'NOOP':
    case 'CHECK':
    case 'IDLE':
    case 'LOGOUT':
    case 'UNSELECT':
    case 'UNAUTHENTICATE':
      return { data: [], text: `${name} completed` };
    default:
      return undefined;
  }
}
