/** The letter of `npm start` that the builder composes: text, HTML, a picture inside it, a file beside it, names in several scripts. */
import { buildMessage, messageAttachments, messageHtml, messageText, parseMessage, summarizeMessage, type MessageInput } from '@mailwright/mime';
import { equalOctets, utf8 } from '@mailwright/wire';

/** What went in; the verdict looks for it in what arrived. */
export const COMPOSED = {
  subject: 'Grüße aus Żywiec, 早安, and a picture ✉',
  author: 'Ännchen Ørsted',
  reader: '田中さくら',
  text: 'Liebe Leserin,\n\ndies ist der Text, im HTML steht ein Bild, und daneben liegt eine Tabelle.\n\nÄnnchen\n',
  html: '<p>Liebe Leserin,</p><p>dies ist das <b>HTML</b>: <img src="cid:letter@sender.example" alt="✉"></p>',
  pictureId: 'letter@sender.example',
  fileName: 'Höhen & 高さ.csv',
  file: 'Berg;Höhe\r\nWatzmann;2713\r\n富士山;3776\r\n',
} as const;

/** Always the same octets: date, Message-ID and boundaries are given. */
export function composedLetter(picture: Uint8Array): Uint8Array {
  const { subject, author, reader, text, html, pictureId, fileName, file } = COMPOSED;
  const message: MessageInput = {
    from: { name: author, address: 'anna@sender.example' },
    to: { name: reader, address: 'bert@receiver.example' },
    subject,
    text,
    html,
    inline: [{ content: picture, fileName: 'letter.png', contentId: pictureId }],
    attachments: [{ content: file, fileName }],
    date: Date.UTC(2026, 0, 1, 9, 6),
    messageId: '<composed@sender.example>',
  };
  return buildMessage(message).octets();
}

/** What of it can't be found again in what arrived, as texts; none when all is there. */
export function missingInArrival(arrived: Uint8Array, picture: Uint8Array): readonly string[] {
  const message = parseMessage(arrived);
  const { subject, from, to } = summarizeMessage(arrived);
  const attachments = messageAttachments(message);
  const content = (name: string): Uint8Array | undefined => attachments.find(({ fileName }) => fileName === name)?.content();
  const file = content(COMPOSED.fileName);
  const lines = (text: string | undefined): string | undefined => text?.replaceAll('\r\n', '\n').trimEnd();
  const found: Readonly<Record<string, boolean>> = {
    'the subject': subject === COMPOSED.subject,
    "the author's name": from[0]?.name === COMPOSED.author,
    "the reader's name": to[0]?.name === COMPOSED.reader,
    'the text': lines(messageText(message)) === lines(COMPOSED.text),
    'the HTML': lines(messageHtml(message)) === lines(COMPOSED.html),
    'the picture': message.parts.some((part) => part.contentId === COMPOSED.pictureId && equalOctets(part.content(), picture)),
    'the attached file': file !== undefined && utf8(file) === COMPOSED.file,
  };
  return Object.keys(found).filter((what) => found[what] === false);
}
