/** Functions of the options that throw: the session goes on, and the diagnostics channel is told. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import type { SessionDiagnostic } from '../src/diagnostics.ts';
import type { ImapConnectOptions } from '../src/options.ts';
import { connectScripted } from './connect-scripted.ts';

const FAILED = new Error('the user\'s own');
const OPTIONS: readonly (readonly [string, ImapConnectOptions, string])[] = [
  ['onAlert throws', { onAlert: () => { throw FAILED; } }, 'onAlert'],
  ['onAlert gives a promise that is rejected', { onAlert: (): Promise<void> => Promise.reject(FAILED) }, 'onAlert'],
  ['trace throws', { trace: () => { throw FAILED; } }, 'trace'],
];

describe('functions of the options', () => {
  test.each(OPTIONS)('%s -> the session goes on, the channel is told', async (_what, options, option) => {
    const told: SessionDiagnostic[] = [];
    const listen = (message: unknown): void => void told.push(message as SessionDiagnostic);
    subscribe('mailwright:imap-client:session', listen);
    try {
      await using setup = await connectScripted((command) => (command === 'NOOP' ? '* OK [ALERT] disk is full\r\n{tag} OK [ALERT] still full' : undefined), {}, options);
      await setup.client.noop();
      await setup.client.noop();
      await setup.client.logout();
      expect(setup.server.commands.slice(-3)).toEqual(['NOOP', 'NOOP', 'LOGOUT']);
    } finally {
      unsubscribe('mailwright:imap-client:session', listen);
    }
    expect(told.filter(({ type }) => type === 'function-failed').slice(0, 4)).toEqual(Array.from({ length: 4 }, () => ({ type: 'function-failed', option, error: FAILED })));
  });
});
