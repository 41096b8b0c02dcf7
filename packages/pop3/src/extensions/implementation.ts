/** IMPLEMENTATION: which program the server is. @rfc 2449 6.9 */
import type { Capability, Extension } from '../extension.ts';

const implementationCapability: Capability<'implementation', string | undefined> = {
  name: 'implementation',
  absent: undefined,
  read: (parameters) => parameters.join(' '),
};

export const implementation: Extension<never, typeof implementationCapability> = {
  tag: 'IMPLEMENTATION',
  rfc: 2449,
  offered: (options) => options.implementation !== undefined,
  advertise: ({ options, state }) => (state === 'transaction' ? options.implementation : undefined),
  capability: implementationCapability,
  commands: [],
  explain: (parameters) => `The server is ${parameters.join(' ')}.`,
};
