/**
 * What the owner of a server sees of a connection, as it stands when it is asked.
 *
 * Read next: `connection.ts`.
 */
import { hasChannelBinding } from '@mailwright/driver';
import { ServerMachine } from '@mailwright/imap';
import type { Endpoint, TlsFacts, Transport } from '@mailwright/net';
import type { CommandRunner } from './command-runner.ts';
import type { CommandSession } from './command-session.ts';
import type { ServerCore } from './core.ts';
import type { ImapSession } from './options.ts';
import { Wire } from './wire.ts';

export abstract class SessionFacts implements ImapSession {
  readonly id: number;
  readonly openedAt: number;
  readonly machine: ServerMachine;
  protected readonly wire: Wire;
  protected abstract readonly session: CommandSession;
  protected abstract readonly runner: CommandRunner;

  constructor(core: ServerCore, transport: Transport, id: number) {
    this.id = id;
    this.openedAt = core.clock.wallTime();
    this.machine = new ServerMachine(core.machineOptions, transport.tls !== undefined, core.now(), hasChannelBinding(transport.tls));
    this.wire = new Wire(core, transport, this.machine);
  }

  get peer(): Endpoint {
    return this.wire.transport.peer;
  }

  get local(): Endpoint {
    return this.wire.transport.local;
  }

  get tls(): TlsFacts | undefined {
    return this.wire.transport.tls;
  }

  get state(): ImapSession['state'] {
    return this.machine.session.state as ImapSession['state'];
  }

  get user(): string | undefined {
    return this.session.user;
  }

  get mailbox(): string | undefined {
    return this.session.selection?.mailbox.name;
  }

  get command(): string | undefined {
    const { command } = this.runner;
    return command === undefined ? undefined : `${'uid' in command && command.uid === true ? 'UID ' : ''}${command.name}`;
  }
}
