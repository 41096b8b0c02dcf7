import { describe, expect, test } from 'vitest';
import { type ConnectOptions, Opening, type OpeningFailure, type OpeningPhase, resolveConnectOptions } from '@mailwright/driver';
import { memoryPair, NetError, type TlsClientOptions, type Transport } from '@mailwright/net';

type Code = 'ABORTED' | 'DIAL' | 'TLS' | 'CREDENTIALS';
const PROTOCOL = { port: 1, implicitTlsPort: 2, tlsWithoutCredentials: 'opportunistic', closeTimeoutMs: 1, userAndPass: '' } as const;

/** What a client would reject with. */
class OpeningError extends Error {
  readonly failure: OpeningFailure<Code>;
  readonly phase: OpeningPhase;

  constructor(failure: OpeningFailure<Code>, phase: OpeningPhase) {
    super(failure.message);
    this.failure = failure;
    this.phase = phase;
  }
}

function opening(given: ConnectOptions, signal?: AbortSignal, aborted: OpeningFailure<Code>[] = []): Opening<Code> {
  return new Opening<Code>(resolveConnectOptions(given, PROTOCOL), signal, {
    codes: { aborted: 'ABORTED', dial: 'DIAL', tls: 'TLS', credentials: 'CREDENTIALS' },
    error: (failure, phase) => new OpeningError(failure, phase),
    abort: (failure) => void aborted.push(failure),
    discard: async (error) => (error instanceof OpeningError ? error : new Error('discarded', { cause: error })),
  });
}

/** A transport whose handshake is what the test says. */
function transport(startTls: (options: TlsClientOptions) => Promise<unknown> = async () => undefined): Transport & { destroyed: boolean } {
  const [inner] = memoryPair();
  return Object.assign(Object.create(inner) as Transport, { startTls, destroyed: false, destroy(this: { destroyed: boolean }) { this.destroyed = true; } }) as unknown as Transport & { destroyed: boolean };
}

describe('opening', () => {
  test('dials what the options say', async () => {
    const asked: unknown[] = [];
    const made = transport();
    const got = await opening({ host: 'mx', localAddress: '192.0.2.1', dial: async (options) => (asked.push(options), made) }).connect();
    expect(got).toBe(made);
    expect(asked).toMatchObject([{ host: 'mx', port: 1, localAddress: '192.0.2.1', timeoutMs: 30_000 }]);
  });

  test('rfc8314 3: implicit TLS comes before anything is said', async () => {
    const asked: TlsClientOptions[] = [];
    const made = transport(async (options) => asked.push(options));
    await opening({ host: 'mx', implicitTls: true, ca: 'ca', dial: async () => made }).connect();
    expect(asked).toMatchObject([{ policy: { mode: 'verified', names: ['mx'] }, serverName: 'mx', ca: 'ca', timeoutMs: 30_000 }]);
  });

  test.each<[string, Promise<unknown> | (() => Promise<unknown>), object, string]>([
    ['a dial that fails', () => opening({ host: 'mx', dial: () => Promise.reject(new Error('down')) }).connect(), { code: 'DIAL', side: 'remote', message: 'dialing mx failed: down' }, 'dial'],
    ['a dial that says itself what failed', () => opening({ host: 'mx', dial: () => Promise.reject(new NetError('NET_DIAL_FAILED', 'dialing mx port 25 failed: refused', { phase: 'dial' })) }).connect(), { code: 'DIAL', side: 'remote', message: 'dialing mx port 25 failed: refused' }, 'dial'],
    ['a handshake that the server breaks', () => opening({}).secure(() => Promise.reject(new NetError('NET_RESET', 'reset', { phase: 'tls' }))), { code: 'TLS', side: 'remote', message: 'reset' }, 'tls'],
    ['a handshake that can not begin', () => opening({}).secure(() => Promise.reject(new Error('bad key'))), { code: 'TLS', side: 'local', message: "TLS can't be begun: bad key" }, 'tls'],
    ['credentials that can not be had', () => opening({ auth: () => Promise.reject(new Error('no token')) }).credentials(), { code: 'CREDENTIALS', side: 'local', message: 'no credentials could be had: no token' }, 'auth'],
  ])('%s', async (_name, act, failure, phase) => {
    await expect((act as () => Promise<unknown>)()).rejects.toMatchObject({ failure, phase });
  });

  test('credentials: given, asked for, none', async () => {
    const auth = { username: 'ann', password: 'secret' };
    expect(await opening({ auth }).credentials()).toEqual(auth);
    expect(await opening({ auth: async () => auth }).credentials()).toEqual(auth);
    expect(await opening({}).credentials()).toBe(undefined);
  });

  test('what fails in between is handed to the client, who says what to reject with', async () => {
    const cause = new Error('no');
    await expect(opening({}).run(() => Promise.reject(cause))).rejects.toMatchObject({ message: 'discarded', cause });
  });

  test('a caller who gave up before: nothing is begun', async () => {
    let begun = false;
    await expect(opening({ signal: AbortSignal.abort('why') }).run(async () => (begun = true))).rejects.toMatchObject({ failure: { code: 'ABORTED', side: 'local', cause: 'why' }, phase: 'dial' });
    expect(begun).toBe(false);
  });

  test.each(['option', 'owner'] as const)('the signal of the %s ends what is under way, and nothing after it', async (whose) => {
    const controller = new AbortController();
    const aborted: OpeningFailure<Code>[] = [];
    const way = whose === 'option' ? opening({ signal: controller.signal }, new AbortController().signal, aborted) : opening({ signal: new AbortController().signal }, controller.signal, aborted);
    let end: (() => void) | undefined;
    const running = way.run(() => new Promise<void>((resolve) => (end = resolve)));
    controller.abort('why');
    expect(aborted).toEqual([{ code: 'ABORTED', side: 'local', message: 'given up by the caller', cause: 'why' }]);
    end!();
    await running;
    const later = new AbortController();
    await opening({ signal: later.signal }, undefined, aborted).run(async () => undefined);
    later.abort();
    expect(aborted.length).toBe(1);
  });

  test('a caller who gave up while the connection was made: it is dropped', async () => {
    const controller = new AbortController();
    const made = transport();
    await expect(opening({ signal: controller.signal, dial: async () => (controller.abort(), made) }).connect()).rejects.toMatchObject({ failure: { code: 'ABORTED' }, phase: 'dial' });
    expect(made.destroyed).toBe(true);
  });
});
