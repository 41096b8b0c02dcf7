/** Two letters that are not what they say: one was changed on its way, one never came from its author. The server has to find out. */
import { encodeUtf8, latin1 } from '@mailwright/wire';
import { OTHER_DOMAIN, type DemoDomain } from './demo-domain.ts';
import { known, type Sample } from './samples.ts';

export const TAMPERED_NAME = '08-tampered.eml';
export const SPOOFED_NAME = '09-spoofed.eml';

const HEAD = ['Date: Thu, 01 Jan 2026 09:07:00 +0000', 'From: Anna Author <anna@sender.example>', 'To: Bert Reader <bert@receiver.example>', 'MIME-Version: 1.0'];

/** Makes both. Either comes by the other domain, whose envelope SPF finds in order: that it is not the author's is what DMARC sees. */
export async function makeIntruders(domain: DemoDomain): Promise<readonly Sample[]> {
  const signed = await domain.sign(letter('tampered', 'The account', 'Please pay to account 1234.'), 'sender.example');
  const tampered = encodeUtf8(latin1(signed).replace('account 1234', 'account 9876'));
  const spoofed = letter('spoofed', 'Urgent', 'Anna never wrote this.');
  return [intruder(TAMPERED_NAME, tampered, 'forwarder'), intruder(SPOOFED_NAME, spoofed, 'mallory')];
}

function intruder(name: string, octets: Uint8Array, user: string): Sample {
  return { name, octets, from: known(`${user}@${OTHER_DOMAIN}`), to: [known('bert@receiver.example')], mended: false, composedOf: undefined, signed: false };
}

function letter(id: string, subject: string, text: string): Uint8Array {
  return encodeUtf8([...HEAD, `Message-ID: <${id}@sender.example>`, `Subject: ${subject}`, '', text, ''].join('\r\n'));
}
