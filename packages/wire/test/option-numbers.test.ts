import { describe, expect, test } from 'vitest';
import { fillNumbers } from '@mailwright/wire';

const DEFAULTS = { lineOctets: 100, lines: 5 };

describe('fillNumbers', () => {
  test.each([
    [undefined, { lineOctets: 100, lines: 5 }],
    [{}, { lineOctets: 100, lines: 5 }],
    [{ lines: undefined }, { lineOctets: 100, lines: 5 }],
    [{ lines: 0 }, { lineOctets: 100, lines: 0 }],
    [{ lineOctets: Infinity }, { lineOctets: Infinity, lines: 5 }],
  ])('%j -> filled', (input, filled) => {
    expect(fillNumbers(DEFAULTS, input, 'limits')).toEqual(filled);
    expect(DEFAULTS).toEqual({ lineOctets: 100, lines: 5 });
  });

  test.each<[object, string]>([
    [{ lins: 1 }, 'limits.lins is not an option'],
    [{ toString: 1 }, 'limits.toString is not an option'],
    [{ lines: -1 }, 'limits.lines must be a number from 0, not -1'],
    [{ lines: NaN }, 'limits.lines must be a number from 0, not NaN'],
    [{ lines: '7' }, 'limits.lines must be a number from 0, not 7'],
    [{ lines: null }, 'limits.lines must be a number from 0, not null'],
  ])('%j -> a RangeError that names it', (input, message) => {
    expect(() => fillNumbers(DEFAULTS, input, 'limits')).toThrow(new RangeError(message));
  });
});
