/**
 * DSN: when the sender wants a delivery status notification, what it shall hold, and what names the message and the recipient
 * in it. Making the notification itself is not here.
 *
 *     ret-value     = "FULL" / "HDRS"
 *     envid-param   = "ENVID=" xtext                      ; printable ASCII when decoded, 100 characters at most
 *     notify-esmtp-value = "NEVER" / 1#notify-list-element ; "SUCCESS" / "FAILURE" / "DELAY"
 *     orcpt-param   = "ORCPT=" original-recipient-address  ; 500 characters at most
 *     original-recipient-address = addr-type ";" xtext
 *
 * @rfc 3461 4
 * @rfc 6533 3
 */
import type { Capability, Extension, ParameterSpec } from '../extension.ts';
import { announced } from './announced.ts';
import { decodeUtf8AddressXtext, decodeUtf8Xtext, decodeXtext, encodeUtf8AddressXtext, encodeXtext } from '../xtext.ts';

/** What a notification of failure holds of the message: all of it or its header. */
export type DsnReturn = 'FULL' | 'HDRS';
/** What a sender may want to be told of. */
export type NotifyCondition = 'SUCCESS' | 'FAILURE' | 'DELAY';
/** `NEVER`, or the conditions in the order SUCCESS, FAILURE, DELAY, each once. */
export type Notify = 'NEVER' | readonly NotifyCondition[];
/** The recipient as the sender wrote it: `rfc822` and a mailbox in ASCII, `utf-8` and one in UTF-8, or another type. */
export interface OriginalRecipient {
  readonly addressType: string;
  readonly address: string;
}

const MAX_ENVID_CHARACTERS = 100; // RFC 3461 4.4
const MAX_ORCPT_CHARACTERS = 500; // RFC 3461 4.2
const CONDITIONS: readonly NotifyCondition[] = ['SUCCESS', 'FAILURE', 'DELAY'];
const NEVER = { value: 'NEVER' } as const;
/** The value of every set of conditions, by a bit for each: SUCCESS 1, FAILURE 2, DELAY 4. */
const NOTIFY_SETS: readonly { readonly value: readonly NotifyCondition[] }[] = Array.from({ length: 8 }, (_, bits) => ({
  value: Object.freeze(CONDITIONS.filter((_condition, index) => (bits & (1 << index)) !== 0)),
}));

const CONDITION_MEANINGS: Readonly<Record<NotifyCondition, string>> = { SUCCESS: 'success', FAILURE: 'failure', DELAY: 'delay' };

const retParameter: ParameterSpec<'MAIL', 'RET', DsnReturn> = {
  command: 'MAIL',
  keyword: 'RET',
  source: 'RFC 3461 4.3',
  parse(value) {
    const word = value?.toUpperCase();
    return word === 'FULL' || word === 'HDRS' ? { value: word } : undefined;
  },
  encode(value) {
    if (value !== 'FULL' && value !== 'HDRS') throw new TypeError(`not a value of RET: ${JSON.stringify(value)}`);
    return value;
  },
  check: () => undefined,
  explain: (value) => (value === 'FULL' ? 'If it fails, the notification shall hold the whole message.' : 'If it fails, the notification shall hold the header of the message only.'),
};

const envidParameter: ParameterSpec<'MAIL', 'ENVID', string> = {
  command: 'MAIL',
  keyword: 'ENVID',
  source: 'RFC 3461 4.4',
  parse(value) {
    if (value === undefined || value.length > MAX_ENVID_CHARACTERS) return undefined;
    const envelopeId = decodeXtext(value);
    return envelopeId === undefined ? undefined : { value: envelopeId };
  },
  encode(envelopeId) {
    const value = encodeXtext(envelopeId);
    if (value === '' || value.length > MAX_ENVID_CHARACTERS) throw new TypeError(`ENVID has 1 to ${MAX_ENVID_CHARACTERS} characters, not ${value.length}`);
    return value;
  },
  check: () => undefined,
  explain: (envelopeId) => `Notifications shall name this message ${envelopeId}.`,
};

const notifyParameter: ParameterSpec<'RCPT', 'NOTIFY', Notify> = {
  command: 'RCPT',
  keyword: 'NOTIFY',
  source: 'RFC 3461 4.1',
  parse(value) {
    const words = value?.toUpperCase();
    if (words === 'NEVER') return NEVER;
    let bits = 0;
    for (const word of (words ?? '').split(',')) {
      const index = (CONDITIONS as readonly string[]).indexOf(word);
      if (index < 0) return undefined;
      bits |= 1 << index;
    }
    return NOTIFY_SETS[bits];
  },
  encode(notify) {
    if (notify === 'NEVER') return notify;
    const value = notify.join(',');
    if (this.parse(value) === undefined || value === 'NEVER') throw new TypeError(`not a value of NOTIFY: ${JSON.stringify(notify)}`);
    return value;
  },
  check: () => undefined,
  explain(notify) {
    if (notify === 'NEVER') return 'The sender wants no notification about this recipient, whatever happens.';
    return `The sender wants to be told of: ${notify.map((condition) => CONDITION_MEANINGS[condition]).join(', ')}.`;
  },
};

const ADDRESS_TYPE = /^[A-Za-z0-9!#$%&'*\-/?^_`{|}~]{1,64}$/; // an atom of RFC 822 that can stand in a value
const UTF8_TYPE = 'utf-8';
const INTERNET_TYPE = 'rfc822';

/**
 * Postfix (3.7) names an internationalized recipient with the type `rfc822` and the octets of its UTF-8 in xtext. RFC 6533 has
 * the type `utf-8` for it, and so it is taken; refusing it would bounce every such message that Postfix relays.
 */
function readUtf8InternetAddress(encoded: string): { readonly value: OriginalRecipient } | undefined {
  const address = decodeUtf8Xtext(encoded);
  return address === undefined ? undefined : { value: { addressType: UTF8_TYPE, address } };
}

const orcptParameter: ParameterSpec<'RCPT', 'ORCPT', OriginalRecipient> = {
  command: 'RCPT',
  keyword: 'ORCPT',
  source: 'RFC 3461 4.2',
  parse(value) {
    if (value === undefined || value.length > MAX_ORCPT_CHARACTERS) return undefined;
    const semicolon = value.indexOf(';');
    if (semicolon < 0 || semicolon === value.length - 1) return undefined;
    const addressType = value.slice(0, semicolon);
    if (!ADDRESS_TYPE.test(addressType)) return undefined;
    const encoded = value.slice(semicolon + 1);
    const type = addressType.toLowerCase();
    const address = type === UTF8_TYPE ? decodeUtf8AddressXtext(encoded) : decodeXtext(encoded);
    if (address === undefined && type === INTERNET_TYPE) return readUtf8InternetAddress(encoded);
    return address === undefined ? undefined : { value: { addressType, address } };
  },
  encode({ addressType, address }) {
    if (!ADDRESS_TYPE.test(addressType)) throw new TypeError(`not an address type: ${JSON.stringify(addressType)}`);
    const encoded = addressType.toLowerCase() === UTF8_TYPE ? encodeUtf8AddressXtext(address) : encodeXtext(address);
    const value = `${addressType};${encoded}`;
    if (encoded === '' || value.length > MAX_ORCPT_CHARACTERS) throw new TypeError(`ORCPT has an address and ${MAX_ORCPT_CHARACTERS} characters at most`);
    return value;
  },
  check: () => undefined,
  explain: ({ address }) => `Notifications shall name this recipient as the sender wrote it: ${address}.`,
};

export const dsn: Extension<typeof retParameter | typeof envidParameter | typeof notifyParameter | typeof orcptParameter, never, Capability<'dsn', boolean>> = {
  keyword: 'DSN',
  rfc: 3461,
  offered: () => true,
  advertise: () => '',
  capability: announced('dsn'),
  explain: () => 'The client may say when it wants a delivery status notification, and what it shall hold.',
  parameters: [retParameter, envidParameter, notifyParameter, orcptParameter],
  commands: [],
  objections: {},
};
