/** Messages and contents for the tests of this folder. */
import type { MessageContent } from '@mailwright/imap-server';
import { concatOctets, encodeUtf8, equalOctets, utf8 } from '@mailwright/wire';
import type { FoundOctets } from '../../src/message/octet-pieces.ts';

/** Lines as they are written in a test, with CRLF. */
export function message(...lines: readonly string[]): Uint8Array {
  return encodeUtf8(lines.join('\r\n'));
}

/** Content that is not in memory: it is given in chunks of `chunkOctets`, and counts what is read of it. */
export function storedContent(octets: Uint8Array, chunkOctets: number): MessageContent & { readonly octetsRead: () => number } {
  let octetsRead = 0;
  return {
    sizeOctets: octets.length,
    octets: undefined,
    octetsRead: () => octetsRead,
    async read(from, to) {
      const read = octets.slice(from, to);
      octetsRead += read.length;
      return read;
    },
    async *stream(from, to) {
      for (let at = from; at < Math.min(to, octets.length); at += chunkOctets) {
        const chunk = octets.slice(at, Math.min(at + chunkOctets, to));
        octetsRead += chunk.length;
        yield chunk;
      }
    },
    close: async () => undefined,
  };
}

/** What was found, as text; read in one and as a stream, which must be the same. */
export async function textOfFound(found: FoundOctets | undefined): Promise<string | undefined> {
  if (found === undefined) return undefined;
  const read = await found.read();
  const streamed: Uint8Array[] = [];
  for await (const chunk of found.stream()) streamed.push(chunk);
  if (read.length !== found.octetCount || !equalOctets(read, concatOctets(streamed))) throw new Error('what is read is not what was told');
  return utf8(read);
}

/** A bit of everything: alternatives, a message with a multipart of its own, an attachment. */
export const NESTED: Uint8Array = message(
  'From: Ann <ann@example.org>', 'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=outer', '',
  'preamble', '--outer', 'Content-Type: multipart/alternative; boundary=inner', '', '--inner', 'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable', '', 'Hall=C3=B6', 'Welt', '--inner', 'Content-Type: text/html', '', '<p>Hall&ouml; <b>Welt</b></p>', '--inner--', '',
  '--outer', 'Content-Type: message/rfc822', 'Content-Description: forwarded', '', 'From: bob@example.net', 'Subject: within', 'Content-Type: multipart/mixed; boundary=deep', '',
  '--deep', '', 'deep text', '--deep', 'Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename="=?utf-8?Q?h=C3=B6he.bin?="', '', 'AAEC/w==', '--deep--', '--outer', 'Content-Type: message/rfc822', '', 'Subject: plain one', '', 'one', 'two',
  '--outer--', 'epilogue', '',
);
