/** LOGIN-DELAY: how many seconds have to pass between two logins. @rfc 2449 6.5 */
import type { Capability, Extension } from '../extension.ts';
import { parseNumber } from '../argument.ts';

/** What LOGIN-DELAY says. */
export interface LoginDelay {
  readonly seconds: number;
  /** It differs from user to user: ask again after the login. */
  readonly perUser: boolean;
}

const loginDelayCapability: Capability<'loginDelay', LoginDelay | undefined> = {
  name: 'loginDelay',
  absent: undefined,
  read([first, second]) {
    const seconds = parseNumber(first, 0);
    return seconds === undefined ? undefined : { seconds, perUser: second?.toUpperCase() === 'USER' };
  },
};

export const loginDelay: Extension<never, typeof loginDelayCapability> = {
  tag: 'LOGIN-DELAY',
  rfc: 2449,
  offered: ({ loginDelaySeconds }) => loginDelaySeconds !== undefined,
  advertise: ({ options }) => String(options.loginDelaySeconds),
  capability: loginDelayCapability,
  commands: [],
  explain: (parameters) => `Between two logins ${loginDelayCapability.read(parameters)?.seconds ?? 'some'} seconds have to pass.`,
};
