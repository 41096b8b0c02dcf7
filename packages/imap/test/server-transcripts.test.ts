/**
 * Runs the dialogues in `transcripts/server` against the server machine with the driver of `server-subject.ts`. They are Markdown, to be read from
 * top to bottom, and `test/tools/README.md` describes the format. What the adapter adds to it:
 *
 * - `json`: any option of `resolveServerOptions`, and those of `ServerCase`. Unless they say otherwise the server has no capability but IMAP4rev1,
 *   takes passwords in clear text, and shows no capabilities in its codes.
 * - Directives: `-- tls`, `-- compressed`, `-- shutdown`, `-- time N` (so many seconds pass), and what other sessions do: `-- added UID`,
 *   `-- removed UID ...`, `-- flags UID FLAG ...`.
 */
import { join } from 'node:path';
import { describeTranscripts } from '../../../test/tools/transcript-runner.ts';
import { type ServerCase, ServerSubject } from './server-subject.ts';

/** Lines after which a client has to wait: a literal that the server must ask for, and what changes what octets mean. */
const ENDS_GROUP = /\{\d+\}\r\n$|^\S+ (?:AUTHENTICATE|STARTTLS|COMPRESS|IDLE|LOGOUT)\b/i;

describeTranscripts(join(import.meta.dirname, 'transcripts', 'server'), {
  create: (options) => new ServerSubject(options as ServerCase),
  endsGroup: (line) => ENDS_GROUP.test(line),
});
