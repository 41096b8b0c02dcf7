/** A server machine with a driver of a few lines, and two ways to talk to it: by hand, line by line, and by a client machine. */
import { concatOctets, encodeLatin1, encodeUtf8, latin1, utf8 } from '@mailwright/wire';
import { type ClientEvent, type ClientMachine, err, type MaildropMessage, ServerMachine, type ServerEvent, type ServerOptionsInput, resolveServerOptions } from '@mailwright/pop3';

export const MESSAGES: readonly string[] = ['Subject: one\r\n\r\nHello\r\n', 'Subject: two\r\n\r\n.dot\r\n..\r\nlast\r\n', 'Subject: three\r\n\r\n'];

export interface Script {
  readonly options?: ServerOptionsInput;
  readonly messages?: readonly string[];
  readonly secure?: boolean;
  /** Answers in place of this driver; true when it did. */
  readonly answer?: (machine: ServerMachine, event: ServerEvent) => boolean;
}

/** The password is `secret` for everybody. */
export class TestServer {
  readonly machine: ServerMachine;
  readonly events: ServerEvent[] = [];
  deleted: readonly number[] | undefined = undefined;
  now = 0;
  readonly #script: Script;
  readonly #messages: readonly Uint8Array[];

  constructor(script: Script = {}) {
    this.#script = script;
    this.#messages = (script.messages ?? MESSAGES).map((text) => encodeUtf8(text));
    this.machine = new ServerMachine(resolveServerOptions({ clearTextAuth: 'allow', ...script.options }), script.secure ?? false, 0);
  }

  /** Feeds octets and gives what the server says to them. */
  say(text: string | Uint8Array): string {
    this.machine.receive(typeof text === 'string' ? encodeUtf8(text) : text);
    return this.run();
  }

  run(): string {
    return utf8(this.runOctets());
  }

  runOctets(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (;;) {
      const event = this.machine.next();
      if (event.type !== 'need-data') this.events.push(event);
      if (event.type === 'need-data' || event.type === 'need-answer' || event.type === 'closed' || event.type === 'upgrade-tls') break;
      if (this.#script.answer?.(this.machine, event) !== true) this.#answer(event);
    }
    parts.push(...(this.machine.takeOutput(this.now) ?? []));
    return parts.length === 0 ? new Uint8Array(0) : concatOctets(parts);
  }

  /** The codes of the violations so far. */
  get violations(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'violation' ? [event.code] : []));
  }

  get end(): string | undefined {
    const last = this.events.at(-1);
    return last?.type === 'closed' ? last.end : undefined;
  }

  #answer(event: ServerEvent): void {
    const { machine } = this;
    switch (event.type) {
      case 'connect':
        return machine.greet();
      case 'login':
        return event.attempt.method === 'USER' && event.attempt.password === 'secret' ? this.open(event.attempt.name) : machine.refuse(err('wrong', 'AUTH'));
      case 'auth':
        return event.initialResponse === undefined ? machine.challenge(new Uint8Array(0)) : this.#check(event.initialResponse);
      case 'response':
        return this.#check(event.octets);
      case 'message-wanted':
        if (machine.text(this.#messages[event.number - 1]!)) machine.endText();
        else machine.endText();
        return;
      case 'update':
        this.deleted = event.deleted;
        return machine.updated();
      default:
    }
  }

  #check(octets: Uint8Array): void {
    const [, name = '', password = ''] = latin1(octets).split('\0');
    if (password === 'secret') this.open(name);
    else this.machine.refuse(err('wrong', 'AUTH'));
  }

  open(name: string): void {
    this.machine.opened(name, this.list());
  }

  list(): readonly MaildropMessage[] {
    return this.#messages.map((message, index) => ({ octets: message.length, uid: `uid-${index + 1}`, utf8: false }));
  }
}

/** Runs a client machine against a server until neither has anything to say, the octets cut as `cut` says. Gives the client's events. */
export function converse(client: ClientMachine, server: TestServer, cut: (octets: Uint8Array) => readonly Uint8Array[] = (octets) => [octets]): ClientEvent[] {
  const events: ClientEvent[] = [];
  const pull = (): void => {
    for (let event = client.next(); event.type !== 'need-data'; event = client.next()) {
      events.push(event.type === 'text' ? { ...event, octets: event.octets.slice() } : event);
      if (event.type === 'closed') return;
    }
  };
  for (let idle = false; !idle; ) {
    const said = server.runOctets();
    for (const piece of cut(said)) {
      client.receive(piece, 0);
      pull();
    }
    pull();
    const asked = client.takeOutput(0);
    for (const piece of asked === undefined ? [] : cut(asked)) server.machine.receive(piece);
    idle = said.length === 0 && asked === undefined;
  }
  return events;
}

/** The text of all pieces of a message. */
export function textOf(events: readonly ClientEvent[], id: number): string {
  return events.map((event) => (event.type === 'text' && event.id === id ? latin1(event.octets) : '')).join('');
}

export const octetByOctet = (octets: Uint8Array): readonly Uint8Array[] => Array.from(octets, (octet) => Uint8Array.of(octet));

export { encodeLatin1 };
