/**
 * A client machine coupled to a server machine in memory: octets go over in the pieces that `split` makes, time is a
 * number, and there is no socket. The server accepts everything unless `answer` says otherwise.
 */
import { ClientMachine, type ClientEvent, type ClientOptionsInput, type Command, type Reply, resolveClientOptions, resolveServerOptions, ServerMachine, type ServerOptionsInput } from '@mailwright/smtp';
import { concatOctets, encodeUtf8 } from '@mailwright/wire';

export interface PairOptions {
  readonly client?: Partial<ClientOptionsInput>;
  readonly server?: Partial<ServerOptionsInput>;
  /** Cuts what goes over. Default: whole. */
  readonly split?: (octets: Uint8Array) => readonly Uint8Array[];
  /** The server's answer to a command; `undefined` accepts. */
  readonly answer?: (command: Command) => Reply | undefined;
  /** The server's verdict on a message; `undefined` accepts. */
  readonly verdict?: (message: Uint8Array) => Reply | undefined;
}

export class MachinePair {
  readonly client: ClientMachine;
  readonly server: ServerMachine;
  /** The messages that the server got whole and did not refuse by itself. */
  readonly messages: Uint8Array[] = [];
  readonly clientEvents: ClientEvent[] = [];
  /** Octets written at once, in each direction. */
  readonly writes: { from: 'client' | 'server'; text: string }[] = [];
  readonly #options: PairOptions;
  #parts: Uint8Array[] = [];

  constructor(options: PairOptions = {}) {
    this.#options = options;
    this.client = new ClientMachine(resolveClientOptions({ helloDomain: 'client.example', ...options.client }), 0);
    this.server = new ServerMachine(resolveServerOptions({ hostname: 'server.example', ...options.server }), false, 0);
  }

  /** Runs both until neither has anything to do; `onEvent` may call the client. */
  run(onEvent: (event: ClientEvent) => void = () => {}): void {
    for (let moved = true; moved; ) {
      this.#runServer();
      moved = this.#carry('server', encodeUtf8(this.server.takeOutput(0) ?? ''));
      this.#runClient(onEvent);
      for (let parts = this.client.takeOutput(0); parts !== undefined; parts = this.client.takeOutput(0)) {
        moved = this.#carry('client', concatOctets(parts)) || moved;
      }
    }
  }

  /** Greets: the greeting, EHLO and its reply. */
  greet(): void {
    this.run((event) => {
      if (event.type === 'greeting') this.client.hello();
    });
  }

  #carry(from: 'client' | 'server', octets: Uint8Array): boolean {
    if (octets.length === 0) return false;
    this.writes.push({ from, text: Buffer.from(octets).toString('latin1') });
    for (const part of this.#options.split?.(octets) ?? [octets]) {
      if (from === 'client') this.server.receive(part, 0);
      else this.client.receive(part, 0);
      if (from === 'client') this.#runServer();
    }
    return true;
  }

  #runClient(onEvent: (event: ClientEvent) => void): void {
    for (let event = this.client.next(); event.type !== 'need-data' && event.type !== 'upgrade-tls'; event = this.client.next()) {
      this.clientEvents.push(event);
      if (event.type === 'closed') return;
      onEvent(event);
    }
  }

  #runServer(): void {
    for (;;) {
      const event = this.server.next();
      switch (event.type) {
        case 'connect':
          this.server.accept();
          break;
        case 'command': {
          const answer = this.#options.answer?.(event.command);
          if (answer === undefined) this.server.accept();
          else this.server.reply(answer);
          break;
        }
        case 'body-begin':
        case 'body-abort':
          this.#parts = [];
          break;
        case 'body':
          this.#parts.push(event.octets.slice());
          break;
        case 'body-end': {
          if (event.refusal !== undefined) break;
          const message = concatOctets(this.#parts);
          const verdict = this.#options.verdict?.(message);
          if (verdict === undefined) this.server.accept();
          else this.server.reply(verdict);
          if (verdict === undefined) this.messages.push(message);
          break;
        }
        case 'need-data':
        case 'need-reply':
        case 'closed':
        case 'upgrade-tls':
          return;
        default:
      }
    }
  }
}
