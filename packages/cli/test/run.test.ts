import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { VERSION } from 'mailwright';
import { auditSpec } from '../src/commands/audit.ts';
import { dkimCheckSpec } from '../src/commands/dkim-check.ts';
import { dkimKeygenSpec } from '../src/commands/dkim-keygen.ts';
import { dkimSignSpec } from '../src/commands/dkim-sign.ts';
import { dmarcSpec } from '../src/commands/dmarc.ts';
import { explainSpec } from '../src/commands/explain.ts';
import { imapSpec } from '../src/commands/imap-options.ts';
import { sendSpec } from '../src/commands/send.ts';
import { serveSpec } from '../src/commands/serve.ts';
import { spfSpec } from '../src/commands/spf.ts';
import { verifySpec } from '../src/commands/verify.ts';
import { startSpec } from '../src/start/start-command.ts';
import { run } from './support/run-command.ts';

const SPECS = [serveSpec, sendSpec, imapSpec, explainSpec, auditSpec, verifySpec, spfSpec, dkimKeygenSpec, dkimSignSpec, dkimCheckSpec, dmarcSpec, startSpec];

describe('mailwright', () => {
  test('no command -> an overview on the standard error, exit code 2', async () => {
    const { code, out, err } = await run([]);
    expect([code, out]).toEqual([2, '']);
    for (const { name } of SPECS) expect(err).toContain(`  ${name} `);
  });

  test.each([['--help'], ['-h'], ['help']])('%s -> the overview, exit code 0', async (word) => {
    const { code, out } = await run([word]);
    expect(code).toBe(0);
    for (const { name, summary } of SPECS) expect(out).toContain(`${name.padEnd(13)}${summary}`);
  });

  test('--json: what is no command is a record too', async () => {
    const { code, out, err } = await run(['nonsense', '--json']);
    expect([code, err, JSON.parse(out)]).toEqual([2, '', expect.objectContaining({ type: 'error', exitCode: 2, message: 'there is no command "nonsense"' })]);
  });

  test('--version -> the one of package.json', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(VERSION).toBe(version);
    expect((await run(['--version'])).out).toBe(`mailwright ${version} (Node ${process.versions.node})\n`);
  });

  test.each([
    ['a command with a letter off', ['srve'], 'Did you mean mailwright serve?'],
    ['nothing like a command', ['qqqqqqqq'], 'The commands are: serve, send, imap, explain, inspect, audit, verify, spf, dkim keygen, dkim sign, dkim check, dmarc, start.'],
    ['an option in front of the command', ['--port', '25'], 'the name of a command must come first'],
    ['a field of every object', ['constructor'], 'there is no command "constructor"'],
    ['half of a command', ['dkim'], 'mailwright dkim keygen, mailwright dkim sign, mailwright dkim check'],
    ['a family without such a command', ['dkim', 'sing'], 'there is no command "dkim sing"'],
    ['help for a command that is none', ['help', 'sendd'], 'Did you mean mailwright send?'],
  ])('%s -> says so, exit code 2', async (_name, args, hint) => {
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err.replace(/\s+/g, ' ')).toContain(hint);
  });

  test.each(SPECS.map(({ name }) => name))('%s --help shows every option and fits the page, as help COMMAND does', async (name) => {
    const spec = SPECS.find((each) => each.name === name)!;
    const { code, out } = await run([...name.split(' '), '--help'], { columns: 80 });
    expect(code).toBe(0);
    for (const option of Object.keys(spec.options)) expect(out).toContain(`--${option}`);
    const examples = new Set(spec.examples.map(([line]) => `  ${line}`));
    for (const line of out.replace(/\u001b\[\d+m/g, '').split('\n')) if (!examples.has(line)) expect(line.length).toBeLessThanOrEqual(80);
    expect((await run(['help', ...name.split(' ')], { columns: 80 })).out).toBe(out);
  });

  test.each([[['dkim', '--help']], [['help', 'dkim']]])('%j -> the help of the whole family', async (args) => {
    const { code, out } = await run(args);
    expect(code).toBe(0);
    for (const { usage } of [dkimKeygenSpec, dkimSignSpec, dkimCheckSpec]) expect(out).toContain(usage[0]);
  });

  test('a usage error with --json -> a record on the standard output, nothing on the standard error', async () => {
    const { code, out, err } = await run(['send', '--json']);
    expect([code, err]).toEqual([2, '']);
    expect(JSON.parse(out)).toMatchObject({ type: 'error', command: 'send', exitCode: 2, message: 'there is no message to send', code: null });
  });

  test('a usage error points to the help', async () => {
    expect((await run(['serve', '--prot', '1'])).err).toBe('mailwright serve: there is no option --prot\n  to do    Did you mean --port?\n\nmailwright serve --help shows all options.\n');
  });
});
