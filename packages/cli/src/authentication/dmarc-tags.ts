/**
 * The tags of a DMARC record one by one: what each is, whether it is written or the default, and what that means.
 *
 * @rfc 9989 4.7
 */
import type { AlignmentMode, DmarcPolicy, DmarcRecord, FailureOption } from '@mailwright/dmarc';

/** One tag. A type, since JSON is made of it. */
export type DmarcTag = {
  readonly tag: string;
  /** As it counts. */
  readonly value: string;
  /** False where the default counts. */
  readonly explicit: boolean;
  readonly meaning: string;
};

const POLICIES: Readonly<Record<DmarcPolicy, string>> = {
  none: 'to be treated as any other',
  quarantine: 'suspicious',
  reject: 'to be rejected',
};
const MODES: Readonly<Record<AlignmentMode, string>> = {
  relaxed: 'a domain of the same organization is enough',
  strict: 'the domain has to be the very same',
};
const FAILURES: Readonly<Record<FailureOption, string>> = {
  '0': 'when nothing passed and aligned',
  '1': 'when anything did not pass',
  d: 'when a DKIM signature failed',
  s: 'when SPF failed',
};
const SUFFIXES: Readonly<Record<DmarcRecord['psd'], string>> = {
  y: 'this is a public suffix: organizations are below it',
  n: 'this is the organization\'s own top: the walk ends here',
  u: 'not said: the walk goes on',
};

/** Every tag that RFC 9989 has, in its order. */
export function readDmarcTags(record: DmarcRecord): readonly DmarcTag[] {
  const written = writtenTags(record.text);
  const bad = new Set(record.warnings.filter(({ code }) => code === 'bad-value').map(({ tag }) => tag));
  const { p, sp, np, adkim, aspf, fo, psd, t, rua, ruf } = record;
  const row = (tag: string, value: string, meaning: string): DmarcTag => ({ tag, value, explicit: written.has(tag) && !bad.has(tag), meaning });
  const sub = sp ?? p;
  return [
    row('p', p, `mail of this domain that fails is ${POLICIES[p]}`),
    row('sp', sub, `that of its subdomains is ${POLICIES[sub]}${sp === undefined ? ' (as p)' : ''}`),
    row('np', np ?? sub, `that of names that do not exist is ${POLICIES[np ?? sub]}${np === undefined ? ' (as sp)' : ''}`),
    row('adkim', adkim === 'strict' ? 's' : 'r', `DKIM: ${MODES[adkim]}`),
    row('aspf', aspf === 'strict' ? 's' : 'r', `SPF: ${MODES[aspf]}`),
    row('psd', psd, SUFFIXES[psd]),
    row('t', t ? 'y' : 'n', t ? 'only a test: a policy one step lower is applied' : 'the policy is meant'),
    row('fo', fo.join(':'), `failure reports ${fo.map((option) => FAILURES[option]).join(', ')}${ruf.length === 0 ? ' (no ruf: none)' : ''}`),
    row('rua', rua.map(({ uri }) => uri).join(',') || '-', rua.length === 0 ? 'no aggregate reports are asked for' : 'aggregate reports go there'),
    row('ruf', ruf.map(({ uri }) => uri).join(',') || '-', ruf.length === 0 ? 'no failure reports are asked for' : 'failure reports go there'),
  ];
}

/** The names that stand in the text. */
function writtenTags(text: string): ReadonlySet<string> {
  return new Set(text.split(';').map((part) => part.slice(0, Math.max(0, part.indexOf('='))).trim().toLowerCase()));
}
