/** A letter from options: `--from --to --subject --text --html --header --attach`. */
import { hostname } from 'node:os';
import type { HeaderMailbox } from '@mailwright/address';
import { buildMessage, makeMessageId, type AddressInput } from '@mailwright/mime';
import { parseDomain, toAscii } from '@mailwright/address';
import { attachFile, type FileAttachment } from '@mailwright/smtp-client';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandIo } from '../command-io.ts';
import { unreadable } from '../commands/read-input.ts';
import { letterOf, type Letter } from './letter.ts';

export interface Composition {
  readonly from: HeaderMailbox;
  readonly to: readonly HeaderMailbox[];
  readonly cc: readonly HeaderMailbox[];
  readonly subject: string | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** `X-Name: value` */
  readonly headers: readonly string[];
  /** Paths of files. */
  readonly attach: readonly string[];
}

/** Composes it, with Date and Message-ID of its own. Rejects with a `UsageError` for what can't stand in a header, and for files that can't be read. */
export async function composeLetter(composition: Composition, io: CommandIo): Promise<Letter> {
  const { from, to, cc, subject, text, html, headers, attach } = composition;
  const random = io.random;
  const attachments = await Promise.all(attach.map(openAttachment));
  try {
    const message = buildMessage({
      from: named(from), to: to.map(named), cc: cc.map(named), subject, text: text ?? (html === undefined ? '' : undefined), html, attachments,
      headers: headers.map(readHeader), date: io.clock.wallTime(), messageId: makeMessageId(random, idDomain(from.domain)), boundary: random,
    });
    return await letterOf('the message', message, message.sizeOctets);
  } catch (error) {
    throw error instanceof TypeError || error instanceof RangeError ? new UsageError(`the message can't be composed: ${error.message}`) : error;
  }
}

async function openAttachment(path: string): Promise<FileAttachment> {
  try {
    return await attachFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function named({ mailbox, displayName }: HeaderMailbox): AddressInput {
  return { name: displayName, address: mailbox! };
}

function readHeader(given: string): readonly [string, string] {
  const colon = given.indexOf(':');
  if (colon < 1) throw new UsageError(`--header must be 'Name: value', not ${JSON.stringify(given)}`);
  return [given.slice(0, colon), given.slice(colon + 1).trim()];
}

/** The author's domain where that is one in ASCII, else this machine's name. @rfc 5322 3.6.4 */
function idDomain(domain: string): string {
  const ascii = toAscii(domain);
  if (ascii !== undefined && parseDomain(ascii).ok) return ascii;
  return parseDomain(hostname()).ok ? hostname() : 'localhost';
}
