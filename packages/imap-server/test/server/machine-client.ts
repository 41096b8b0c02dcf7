/** The client machine over a transport, as simple as it can be: commands as text, and what the machine believes. */
import { ClientMachine, type ClientEvent, type Command, type FetchData, parseCommand, resolveClientOptions, SERVER_LIMITS } from '@mailwright/imap';
import type { Transport } from '@mailwright/net';
import { encodeLatin1 } from '@mailwright/wire';

/** Reads a command without its tag. Throws a `TypeError` for what is none. */
export function command(line: string): Command {
  const parsed = parseCommand({ octets: encodeLatin1(`A ${line}`), streamed: [], complete: true }, SERVER_LIMITS, true);
  if (!parsed.ok) throw new TypeError(`${line}: ${parsed.expected}`);
  return parsed.command;
}

export class MachineClient {
  readonly machine: ClientMachine = new ClientMachine(resolveClientOptions(), 0);
  readonly completed: string[] = [];
  /** Flags by UID, as the last FETCH told them. */
  readonly told: Map<number, string> = new Map();
  /** What went wrong. */
  readonly faults: string[] = [];
  isIdling = false;
  readonly #transport: Transport;
  readonly #waiting: Map<number, () => void> = new Map();

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.attach({
      data: (octets) => {
        this.machine.receive(octets, 0);
        this.pump();
      },
      end: () => {
        this.machine.end();
        this.pump();
      },
      drained: () => undefined,
      closed: () => undefined,
    });
  }

  /** Sends a command; resolves when it is answered. */
  run(line: string): Promise<void> {
    return this.send(command(line));
  }

  send(value: Command): Promise<void> {
    const id = this.machine.send(value);
    const done = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    this.pump();
    return done;
  }

  pump(): void {
    for (let event = this.machine.next(); event.type !== 'need-data'; event = this.machine.next()) {
      this.#handle(event);
      if (event.type === 'closed') return this.#transport.close();
    }
    const parts = this.machine.takeOutput(0);
    if (parts !== undefined) this.#transport.write(parts);
  }

  #handle(event: ClientEvent): void {
    if (event.type === 'violation' || event.type === 'dropped') this.faults.push(JSON.stringify(event));
    if (event.type === 'mailbox' && event.change.type === 'contained') this.faults.push(JSON.stringify(event.change));
    if (event.type === 'response' && event.response.type === 'data') {
      const { data } = event.response;
      if (data.name === 'FETCH') this.#tell(data.data.uid, data.data);
      else if (data.name === 'UIDFETCH') this.#tell(data.uid, data.data);
    }
    if (event.type === 'idling') this.isIdling = true;
    if (event.type !== 'completed') return;
    if (event.command.name === 'IDLE') this.isIdling = false;
    this.completed.push(`${event.command.name} ${event.status}`);
    this.#waiting.get(event.id)?.();
    this.#waiting.delete(event.id);
  }

  #tell(uid: number | undefined, { flags }: FetchData): void {
    if (uid !== undefined && flags !== undefined) this.told.set(uid, flags.filter((flag) => flag !== '\\Recent').join(' '));
  }
}
