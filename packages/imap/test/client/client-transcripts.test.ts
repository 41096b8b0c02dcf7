/**
 * Runs the dialogues in `transcripts/client` against the client machine: what the server writes is fed, what the client writes is compared. They
 * are Markdown, to be read from top to bottom; `client-subject.ts` says what its directives are.
 */
import { join } from 'node:path';
import { describeTranscripts } from '../../../../test/tools/transcript-runner.ts';
import { type ClientCase, ClientSubject } from './client-subject.ts';

describeTranscripts(join(import.meta.dirname, '..', 'transcripts', 'client'), {
  create: (options) => new ClientSubject(options as ClientCase),
  feeds: 'S',
  endsGroup: () => true, // a reply to what was not said yet is a violation
});
