/** Other people's libraries as peers of the `mime` entries, each used as its README shows; all that they are asked for is looked at. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { fileChunks, readBuildInput } from './mime-inputs.ts';
import type { Work, WorkInput } from './work.ts';

const load = <T>({ peersPath }: WorkInput, name: string): T => createRequire(peersPath)(name) as T;

/** As much of each API as is used here. */
type PostalMime = { readonly default: { parse(message: Uint8Array): Promise<{ readonly text?: string; readonly html?: string; readonly attachments: readonly { readonly content: ArrayBuffer }[] }> } };
type MailParser = {
  simpleParser(message: Uint8Array, options: object): Promise<{ readonly text?: string; readonly html?: string | false; readonly attachments: readonly { readonly content: Buffer }[] }>;
  readonly MailParser: new (options: object) => MailParserStream;
};
interface MailParserStream extends NodeJS.WritableStream {
  on(event: 'data', listener: (data: { readonly type: string; readonly content: NodeJS.ReadableStream; release(): void }) => void): this;
  on(event: 'end', listener: () => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
}
type Letterparser = { extract(message: string): { readonly text?: string; readonly html?: string } };
type MailComposer = new (mail: object) => { compile(): { build(): Promise<Buffer> } };
type MimeText = { createMimeMessage(): MimeMessage };
interface MimeMessage {
  setSender(sender: { name: string; addr: string }): void;
  setRecipient(recipient: { name: string; addr: string }): void;
  setSubject(subject: string): void;
  setHeader(name: string, value: string): void;
  addMessage(message: { contentType: string; data: string }): void;
  asRaw(): string;
}
type AddressParser = (list: string) => readonly unknown[];

/** Plain results only: what mailparser makes of a text or of HTML besides is switched off. */
const PLAIN = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true };

export function postalMimeParse(input: WorkInput): Work {
  const { default: PostalMime } = load<PostalMime>(input, 'postal-mime');
  const octets = readFileSync(input.inputPath);
  return async () => {
    const { text = '', html = '', attachments } = await PostalMime.parse(octets);
    return text.length + html.length + attachments.reduce((sum, { content }) => sum + content.byteLength, 0);
  };
}

/** postal-mime reads a stream to its end first, so the file is read whole for every message. */
export function postalMimeParseFile(input: WorkInput): Work {
  const { default: PostalMime } = load<PostalMime>(input, 'postal-mime');
  return async () => {
    const { text = '', html = '', attachments } = await PostalMime.parse(readFileSync(input.inputPath));
    return text.length + html.length + attachments.reduce((sum, { content }) => sum + content.byteLength, 0);
  };
}

export function mailparserParse(input: WorkInput): Work {
  const { simpleParser } = load<MailParser>(input, 'mailparser');
  const octets = readFileSync(input.inputPath);
  return async () => {
    const { text = '', html, attachments } = await simpleParser(octets, PLAIN);
    return text.length + (html || '').length + attachments.reduce((sum, { content }) => sum + content.length, 0);
  };
}

/** Its streaming form: attachments are read as they come and released. */
export function mailparserStream(input: WorkInput): Work {
  const { MailParser } = load<MailParser>(input, 'mailparser');
  return () =>
    new Promise<number>((resolve, reject) => {
      let octets = 0;
      const parser = new MailParser(PLAIN);
      parser.on('error', reject);
      parser.on('data', (data) => {
        if (data.type !== 'attachment') return;
        data.content.on('data', (chunk: Buffer) => void (octets += chunk.length));
        data.content.on('end', () => data.release());
      });
      parser.on('end', () => resolve(octets));
      Readable.from(fileChunks(input.inputPath)).pipe(parser);
    });
}

export function letterparserParse(input: WorkInput): Work {
  const { extract } = load<Letterparser>(input, 'letterparser');
  const octets = readFileSync(input.inputPath);
  return () => {
    const { text = '', html = '' } = extract(octets.toString('utf8'));
    return text.length + html.length;
  };
}

export function nodemailerBuild(input: WorkInput): Work {
  const MailComposer = load<MailComposer | { default: MailComposer }>(input, 'nodemailer/lib/mail-composer');
  const Composer = 'default' in MailComposer ? MailComposer.default : MailComposer;
  const { attachment, ...mail } = readBuildInput(input.inputPath);
  const attachments = attachment.length === 0 ? [] : [{ filename: 'data.bin', content: attachment }];
  return async () => (await new Composer({ ...mail, attachments }).compile().build()).length;
}

/** Its CommonJS entry can't be loaded, so it is imported. */
export async function mimetextBuild(input: WorkInput): Promise<Work> {
  const { createMimeMessage } = (await import(new URL('node_modules/mimetext/dist/mimetext.node.es.js', pathToFileURL(input.peersPath)).href)) as MimeText;
  const { from, to, subject, text, date, messageId } = readBuildInput(input.inputPath);
  return () => {
    const message = createMimeMessage();
    message.setSender({ name: from.name, addr: from.address });
    message.setRecipient({ name: to.name, addr: to.address });
    message.setSubject(subject);
    message.setHeader('Date', date);
    message.setHeader('Message-ID', messageId);
    message.addMessage({ contentType: 'text/plain', data: text });
    return Buffer.from(message.asRaw()).length;
  };
}

export function nodemailerAddresses(input: WorkInput): Work {
  const loaded = load<AddressParser | { default: AddressParser }>(input, 'nodemailer/lib/addressparser');
  const parse = 'default' in loaded ? loaded.default : loaded;
  const list = readFileSync(input.inputPath, 'utf8');
  return () => parse(list).length;
}
