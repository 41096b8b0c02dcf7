/** Which capabilities are announced when, for any set of them. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { ClientCapabilities } from '../src/client/client-capabilities.ts';
import { allCapabilities, announce, type AnnouncementFacts, CapabilitySet, resolveCapabilities } from '../src/server/capabilities.ts';
import { registeredExtensions } from '../src/tables.ts';

const CLEAR: AnnouncementFacts = { state: 'not-authenticated', secure: false, compressed: false, startTls: true, loginAllowed: false, mechanisms: [] };
const LOGGED_IN: AnnouncementFacts = { ...CLEAR, state: 'authenticated', secure: true, loginAllowed: true, mechanisms: ['PLAIN'] };

describe('announce', () => {
  test('rfc9051 6.2.3: in clear text LOGIN is disabled and STARTTLS is there', () => {
    expect(announce(resolveCapabilities(['IMAP4rev2']), CLEAR)).toEqual(['IMAP4rev2', 'STARTTLS', 'LOGINDISABLED']);
  });

  test('rfc9051 6.2.1: inside TLS there is no STARTTLS, and mechanisms are named', () => {
    const facts = { ...CLEAR, secure: true, loginAllowed: true, mechanisms: ['SCRAM-SHA-256', 'PLAIN'] };
    expect(announce(resolveCapabilities([]), facts)).toEqual(['IMAP4rev1', 'AUTH=SCRAM-SHA-256', 'AUTH=PLAIN']);
  });

  test('rfc9051 6.1.1: who has logged in is told of no mechanism any more', () => {
    expect(announce(resolveCapabilities(['IDLE']), LOGGED_IN)).toEqual(['IMAP4rev1', 'IDLE']);
  });

  test('each is announced in the states of its own and in no other', () => {
    const set = resolveCapabilities(allCapabilities());
    for (const state of ['not-authenticated', 'authenticated', 'selected'] as const) {
      const announced = announce(set, { ...CLEAR, state });
      for (const extension of registeredExtensions().filter(({ capability }) => set.has(capability) && capability !== 'LITERAL-')) {
        expect([state, extension.capability, announced.includes(extension.capability)]).toEqual([state, extension.capability, extension.announced.includes(state)]);
      }
    }
  });

  test('rfc7888 5: LITERAL+ and LITERAL- are never announced together', () => {
    const announced = announce(resolveCapabilities(['LITERAL+', 'LITERAL-']), CLEAR);
    expect(announced).toContain('LITERAL+');
    expect(announced).not.toContain('LITERAL-');
  });

  test('a capability that nobody here knows is announced as it is', () => {
    expect(announce(resolveCapabilities(['XYMHIGHESTMODSEQ']), CLEAR)).toContain('XYMHIGHESTMODSEQ');
  });
});

describe('resolveCapabilities', () => {
  test.each([
    ['no version', ['IDLE'], ['IMAP4rev1', 'IDLE']],
    ['versions stand first', ['IDLE', 'IMAP4rev2', 'IMAP4rev1'], ['IMAP4rev1', 'IMAP4rev2', 'IDLE']],
    ['the same twice', ['idle', 'IDLE'], ['IMAP4rev1', 'idle']],
  ])('%s', (_name, given, names) => {
    expect(resolveCapabilities(given).names).toEqual(names);
  });

  test.each([['STARTTLS'], ['LOGINDISABLED'], ['auth=PLAIN'], ['two words'], [''], ['X\r\nY']])('%j -> TypeError', (name) => {
    expect(() => resolveCapabilities([name])).toThrow(TypeError);
  });

  test('rfc9051 E: IMAP4rev2 has what is built in on without its name', () => {
    const set = resolveCapabilities(['IMAP4rev2']);
    for (const extension of registeredExtensions()) expect([extension.capability, set.isOn(extension)]).toEqual([extension.capability, extension.inRev2]);
    expect(set.offers('IDLE')).toBe(true);
    expect(set.has('IDLE')).toBe(false);
    expect(resolveCapabilities([]).offers('IDLE')).toBe(false);
  });

  test('the value behind a name is told', () => {
    const set = resolveCapabilities(['APPENDLIMIT=35651584', 'ID']);
    expect(set.valueOf('APPENDLIMIT')).toBe('35651584');
    expect(set.valueOf('ID')).toBeUndefined();
  });

  test('300 seeded subsets: what is implied is on, what is on was asked for or implied, every name is announced at most once', () => {
    const random = new SeededRandom(5);
    const all = allCapabilities();
    for (let round = 0; round < 300; round++) {
      const given = all.filter(() => random.word() % 3 === 0);
      const set = resolveCapabilities(given);
      for (const extension of registeredExtensions()) {
        if (!set.isOn(extension)) expect(given).not.toContain(extension.capability);
        else for (const implied of extension.implies) expect([extension.capability, implied, set.has(implied) || set.offers(implied)]).toEqual([extension.capability, implied, true]);
      }
      for (const facts of [CLEAR, LOGGED_IN]) {
        const announced = announce(set, facts);
        expect(new Set(announced.map((name) => name.toUpperCase())).size).toBe(announced.length);
        expect(announced[0]).toMatch(/^IMAP4rev[12]$/);
      }
      expect(new CapabilitySet(set.names).names).toEqual(resolveCapabilities(set.names).names);
    }
  });
});

describe('what a client was told', () => {
  const told = new ClientCapabilities(['imap4REV1', 'QRESYNC', 'MESSAGELIMIT=1000', 'AUTH=plain', 'X-OWN'], new Set(['X-OWN']));

  test.each([['IMAP4rev1', true], ['qresync', true], ['CONDSTORE', false], ['MESSAGELIMIT', false], ['MESSAGELIMIT=', true], ['SAVELIMIT=', false], ['X-OWN', false]])('has %s: %s', (name, has) => {
    expect(told.has(name)).toBe(has);
  });

  test('rfc7162 3.2.3: QRESYNC brings CONDSTORE and ENABLE with it', () => {
    expect(['QRESYNC', 'CONDSTORE', 'ENABLE', 'IDLE'].map((name) => told.offers(name))).toEqual([true, true, true, false]);
  });

  test('rfc9051 E: IMAP4rev2 offers what is built in, but not what the options disable', () => {
    const rev2 = new ClientCapabilities(['IMAP4rev2'], new Set(['MOVE']));
    expect(['IDLE', 'MOVE', 'QUOTA'].map((name) => rev2.offers(name))).toEqual([true, false, false]);
  });

  test('values and mechanisms', () => {
    expect([told.valueOf('messagelimit'), told.valueOf('APPENDLIMIT'), told.mechanisms]).toEqual(['1000', undefined, ['PLAIN']]);
  });
});
