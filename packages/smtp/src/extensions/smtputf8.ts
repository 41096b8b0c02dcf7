/**
 * SMTPUTF8: addresses and header fields in UTF-8. A parameter of MAIL, and a keyword behind the argument of VRFY and EXPN. An
 * address that needs UTF-8 is refused in a transaction whose MAIL did not say SMTPUTF8.
 *
 * @rfc 6531 3
 */
import type { Capability, Extension, ParameterSpec } from '../extension.ts';
import { announced } from './announced.ts';
import { reply } from '../reply.ts';

const NEEDS_SMTPUTF8 = reply(553, '5.6.7', 'An address in UTF-8 needs the SMTPUTF8 parameter of MAIL');
const GIVEN = { value: true } as const;

/** The keyword stands alone, without `=`. */
const parse = (value: string | undefined): { readonly value: true } | undefined => (value === undefined ? GIVEN : undefined);
const encode = (): undefined => undefined;
const check = (): undefined => undefined;
const explain = (): string => 'UTF-8 is used: in an address, in the header, or in the answer.';

const ofMail: ParameterSpec<'MAIL', 'SMTPUTF8', true> = { command: 'MAIL', keyword: 'SMTPUTF8', source: 'RFC 6531 3.4', parse, encode, check, explain };
const ofVrfy: ParameterSpec<'VRFY', 'SMTPUTF8', true> = { command: 'VRFY', keyword: 'SMTPUTF8', source: 'RFC 6531 3.7.4.2', parse, encode, check, explain };
const ofExpn: ParameterSpec<'EXPN', 'SMTPUTF8', true> = { command: 'EXPN', keyword: 'SMTPUTF8', source: 'RFC 6531 3.7.4.2', parse, encode, check, explain };

export const smtpUtf8: Extension<typeof ofMail | typeof ofVrfy | typeof ofExpn, never, Capability<'smtpUtf8', boolean>> = {
  keyword: 'SMTPUTF8',
  rfc: 6531,
  offered: () => true,
  advertise: () => '',
  capability: announced('smtpUtf8'),
  explain: () => 'Addresses and header fields may be written in UTF-8.',
  parameters: [ofMail, ofVrfy, ofExpn],
  commands: [],
  objections: {
    MAIL: ({ reversePath, parameters }) => (reversePath?.needsUtf8 === true && parameters.SMTPUTF8 === undefined ? NEEDS_SMTPUTF8 : undefined),
    RCPT: ({ forwardPath }, _session, transaction) => (forwardPath.needsUtf8 && transaction?.parameters.SMTPUTF8 === undefined ? NEEDS_SMTPUTF8 : undefined),
  },
};
