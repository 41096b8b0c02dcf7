/** The benchmarks of `mime`. None has another side: a message (or a list of addresses) is read or made again and again in one process. */
import { working } from './contenders.ts';
import type { Bar, Contender, Entry } from './contender.ts';
import { mimeInputPath } from './mime-corpus.ts';
import type { MimeInput } from './mime-corpus.ts';

/** `contenders`: name and side, ours and limit first. */
function entry(name: string, about: string, input: MimeInput, contenders: readonly (readonly [name: string, side: string])[], bars: readonly Bar[]): Entry {
  const made = contenders.map(([of, side]): Contender => working(of, side, () => mimeInputPath(input)));
  return { name, unit: 'messages/s', about, extra: false, contenders: made, bars };
}

const ratio = (atLeast: number): Bar => ({ figure: 'ratio', atLeast });
const timesFastestPeer = (atLeast: number): Bar => ({ figure: 'times fastest peer', atLeast });

export const MIME_ENTRIES: readonly Entry[] = [
  entry('mime.parse.text2k', 'a text of 2 KB: structure, all fields, text decoded; limit: line scan and transfer decoding of the whole file', 'text2k',
    [['ours', 'ours-mime-texts'], ['limit', 'bare-mime-decode'], ['bare-with-text', 'bare-mime-text'], ['letterparser', 'letterparser'], ['postal-mime', 'postal-mime'], ['mailparser', 'mailparser']],
    [timesFastestPeer(4)]),
  entry('mime.parse.newsletter60k', 'text and HTML of 60 KB in quoted-printable, both decoded; limit: line scan and transfer decoding of the whole file', 'newsletter60k',
    [['ours', 'ours-mime-texts'], ['limit', 'bare-mime-decode'], ['bare-with-text', 'bare-mime-text'], ['letterparser', 'letterparser'], ['postal-mime', 'postal-mime'], ['mailparser', 'mailparser']],
    [ratio(0.65), timesFastestPeer(2.8)]),
  entry('mime.parse.attach10m', 'an attachment of 10 MB in base64, from a file in chunks, decoded as it comes; limit: the file in chunks, line scan and base64', 'attach10m',
    [['ours', 'ours-mime-streamed'], ['limit', 'bare-mime-base64'], ['postal-mime', 'postal-mime-file'], ['mailparser', 'mailparser-stream']],
    [ratio(0.7), { figure: 'rssAboveStartMegabytes', atMost: 20 }, timesFastestPeer(10)]),
  entry('mime.index.attach10m', 'where every part of 10 MB stands, nothing decoded; limit: one scan for LF with indexOf', 'attach10m',
    [['ours', 'ours-mime-index'], ['limit', 'bare-mime-lines']],
    [ratio(0.8)]),
  entry('mime.build.text1k', 'a text message of 1 KB from its options to its octets; limit: a template string that checks nothing', 'text1k',
    [['ours', 'ours-mime-build'], ['limit', 'bare-mime-template'], ['nodemailer', 'nodemailer-build'], ['mimetext', 'mimetext']],
    [{ figure: 'perSecond', atLeast: 50_000 }]),
  entry('mime.build.attach1m', 'a message with an attachment of 1 MB to its octets; limit: the best wrapped base64 in plain JavaScript', 'attach1m',
    [['ours', 'ours-mime-build'], ['limit', 'bare-mime-wrap'], ['nodemailer', 'nodemailer-build']],
    [ratio(0.95)]),
  entry('mime.address.list1000', 'a To field of 1,000 addresses; limit: cut at commas and brackets', 'list1000',
    [['ours', 'ours-mime-addresses'], ['limit', 'bare-mime-split'], ['nodemailer', 'nodemailer-addresses']],
    [{ figure: 'times nodemailer', atLeast: 5 }]),
  entry('mime.address.list4000', 'the same with 4,000 addresses: a quarter of the rate is linear', 'list4000',
    [['ours', 'ours-mime-addresses'], ['limit', 'bare-mime-split'], ['nodemailer', 'nodemailer-addresses']],
    [{ figure: 'times nodemailer', atLeast: 5 }]),
];
