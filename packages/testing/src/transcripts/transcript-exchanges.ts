/**
 * A transcript taken apart into questions and answers, so that it can be played again by somebody who pipelines more, or
 * less, than the one who recorded it.
 */
import type { Transcript, TranscriptEntry } from '@mailwright/smtp';

/** What the client said, and what it was answered. */
export interface Exchange {
  /** `undefined` for the greeting, and for what the server said unasked. */
  readonly said: TranscriptEntry | undefined;
  /** The lines of the answer. */
  readonly replies: readonly TranscriptEntry[];
  /** A handshake followed. */
  readonly tls: boolean;
}

interface Growing {
  readonly said: TranscriptEntry | undefined;
  readonly replies: TranscriptEntry[];
  tls: boolean;
}

/** In the order in which the client spoke. */
export function exchangesOf(transcript: Transcript): readonly Exchange[] {
  const exchanges: Growing[] = [{ said: undefined, replies: [], tls: false }];
  /** Those that wait for an answer. */
  const waiting: Growing[] = [exchanges[0]!];
  for (const entry of transcript) {
    if (entry.direction === 'event') {
      if (/^TLSv[\d.]+ established\b/.test(entry.text ?? '')) exchanges.at(-1)!.tls = true;
      continue;
    }
    if (entry.direction === 'server') {
      takeReply(entry, exchanges, waiting);
      continue;
    }
    const exchange: Growing = { said: entry, replies: [], tls: false };
    exchanges.push(exchange);
    // The octets of a chunk are asked together with their BDAT; those of a text are answered by the verdict.
    const chunk = entry.kind === 'data' && exchanges.at(-2)?.said?.text?.toUpperCase().startsWith('BDAT') === true;
    if (!chunk) waiting.push(exchange);
    else moveReplies(exchanges.at(-2)!, exchange, waiting);
  }
  return exchanges;
}

/** BDAT is answered behind its chunk. */
function moveReplies(bdat: Growing, chunk: Growing, waiting: Growing[]): void {
  const at = waiting.indexOf(bdat);
  if (at >= 0) waiting[at] = chunk;
  else chunk.replies.push(...bdat.replies.splice(0));
}

function takeReply(entry: TranscriptEntry, exchanges: Growing[], waiting: Growing[]): void {
  const exchange = waiting[0];
  if (exchange === undefined) {
    exchanges.push({ said: undefined, replies: [entry], tls: false });
    return;
  }
  exchange.replies.push(entry);
  if (entry.text?.charAt(3) !== '-') waiting.shift();
}
