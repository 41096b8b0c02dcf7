/**
 * The handlers of a test server: the caller's own where given, and between them and the protocol what the server does by
 * itself: it collects messages, lets users in, refuses recipients.
 */
import { reply, type Reply } from '@mailwright/smtp';
import type { AuthRequest, IncomingMessage, MailRequest, MessageBody, SmtpServerHandlers, SmtpSession } from '@mailwright/smtp-server';
import { accountOf } from './face/delivery.ts';
import type { TestServerOptions, TestUsers } from './smtp-server-options.ts';

/** A message that is complete, and the number of its transaction in the session, from 1. */
export type Deliver = (message: IncomingMessage, octets: Uint8Array, session: SmtpSession, transaction: number) => void | Promise<void>;

/** Sessions to the number of their accepted MAIL commands. */
type Transactions = WeakMap<SmtpSession, number>;

/** What a fault script holds against the greeting, or against the message that is complete. */
export type FaultRefusal = (of: 'greeting' | 'verdict', session: SmtpSession) => Reply | undefined;

const NO_SUCH_USER = reply(550, '5.1.1', 'No such user here');

/** Makes the handlers; `deliver` is told of each message that was accepted, before the client is. */
export function testHandlers(options: TestServerOptions, deliver: Deliver, refusal: FaultRefusal): SmtpServerHandlers {
  const transactions: Transactions = new WeakMap();
  const { connection, ehlo, rset, vrfy, expn, quit, error, data } = options;
  return {
    connection: (session) => refusal('greeting', session) ?? connection?.(session),
    ehlo, rset, vrfy, expn, quit, error,
    auth: authHandler(options),
    mail: (request, session) => countAccepted(options.mail, request, session, transactions),
    rcpt: rcptHandler(options),
    data: async (message, session) => {
      const octets = new Uint8Array(await message.body.octets()); // a copy: no view of what the socket delivered
      const answer = refusal('verdict', session) ?? (await data?.({ ...message, body: replayedBody(octets) }, session)) ?? undefined;
      if (answer === undefined || answer.code < 400) await deliver(message, octets, session, transactions.get(session) ?? 0);
      return answer;
    },
  };
}

function authHandler({ auth, store }: TestServerOptions): SmtpServerHandlers['auth'] {
  if (auth === undefined && store?.secrets !== undefined) return async (request: AuthRequest) => request.verify(await store.secrets?.secret(request.username));
  if (auth === undefined || typeof auth === 'function') return auth;
  return (request: AuthRequest) => request.verify(secretOf(auth, request.username));
}

function secretOf(users: TestUsers, username: string): { readonly password: string } | undefined {
  return Object.hasOwn(users, username) ? { password: users[username]! } : undefined;
}

function countAccepted(mail: SmtpServerHandlers['mail'], request: MailRequest, session: SmtpSession, transactions: Transactions): ReturnType<NonNullable<SmtpServerHandlers['mail']>> {
  const count = (answer: Reply | undefined | void): Reply | undefined => {
    if (answer === undefined || answer.code < 400) transactions.set(session, (transactions.get(session) ?? 0) + 1);
    return answer ?? undefined;
  };
  const answer = mail?.(request, session);
  return answer instanceof Promise ? answer.then(count) : count(answer);
}

function rcptHandler(options: TestServerOptions): SmtpServerHandlers['rcpt'] {
  const { store } = options;
  const judge = rejectHandler(options);
  if (store === undefined || judge === undefined) return judge;
  return async (request, session) => (await judge(request, session)) ?? ((await accountOf(store, request.forwardPath.address)) === undefined ? NO_SUCH_USER : undefined);
}

function rejectHandler({ reject, rcpt }: TestServerOptions): SmtpServerHandlers['rcpt'] {
  if (reject === undefined || typeof reject === 'function') return (request, session) => reject?.(request, session) ?? rcpt?.(request, session);
  const refusals = new Map(Object.entries(reject).map(([address, refusal]) => [address.toLowerCase(), refusal]));
  return (request, session) => refusals.get(request.forwardPath.address.toLowerCase()) ?? rcpt?.(request, session);
}

function replayedBody(octets: Uint8Array): MessageBody {
  return {
    octets: () => Promise.resolve(octets),
    async *[Symbol.asyncIterator]() {
      yield octets;
    },
  };
}
