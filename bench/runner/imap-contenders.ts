/** The makers of contenders of the `imap` entries: clients that ask Dovecot, and servers that a bare socket asks. */
import type { Contender, Prepared, Sample } from './contender.ts';
import { KEEP_COMPILED, PEERS_PATH, patience, serveOptions, workSample } from './contenders.ts';
import { absentDovecot, startDovecot } from './dovecot.ts';
import type { RunningDovecot } from './dovecot.ts';
import { Side } from './processes.ts';
import type { WorkResult } from '../sides/work.ts';

/** A first call opens a connection, logs in and selects, and Dovecot makes its cache. */
const FIRST_CALL_MS = 60_000;

/** All contenders of an entry ask one Dovecot. It is started with the first and ended with the last. */
let shared: { dovecot: Promise<RunningDovecot>; users: number } | undefined;

async function joinDovecot(): Promise<RunningDovecot> {
  shared ??= { dovecot: startDovecot(), users: 0 };
  shared.users++;
  return await shared.dovecot;
}

function leaveDovecot(): void {
  if (shared === undefined || --shared.users > 0) return;
  void shared.dovecot.then((dovecot) => dovecot.close(), () => undefined);
  shared = undefined;
}

/** A client whose work asks Dovecot; its CPU alone counts. */
export function askingDovecot(name: string, work: string): Contender {
  return {
    name,
    absent: absentDovecot(),
    async prepare(): Promise<Prepared> {
      const { port } = await joinDovecot();
      const side = new Side(work, KEEP_COMPILED);
      return {
        measure: async (timing) => workSample(await side.ask({ type: 'work', options: { inputPath: '', peersPath: PEERS_PATH, port, ...timing } }, patience(timing) + FIRST_CALL_MS)),
        close() {
          side.close();
          leaveDovecot();
        },
      };
    },
  };
}

/** Dovecot as the server that is measured: the CPU of its processes counts, in steps of 10 ms. */
export function servingDovecot(name: string, work: string): Contender {
  return {
    name,
    absent: absentDovecot(),
    async prepare(): Promise<Prepared> {
      const dovecot = await joinDovecot();
      return measuredServer({ port: dovecot.port, cpuMicroseconds: () => Promise.resolve(dovecot.cpuMicroseconds()), close: leaveDovecot }, work);
    },
  };
}

/** A server of ours in a process of its own, whose CPU alone counts. */
export function servingImap(name: string, server: string, work: string): Contender {
  return {
    name,
    absent: undefined,
    async prepare(): Promise<Prepared> {
      const side = new Side(server);
      const port = await side.ask({ type: 'serve', options: serveOptions({}) }, FIRST_CALL_MS);
      return measuredServer({ port, cpuMicroseconds: async () => (await side.ask({ type: 'usage' })).cpuMicroseconds, close: () => side.close() }, work);
    },
  };
}

interface MeasuredServer {
  readonly port: number;
  cpuMicroseconds(): Promise<number>;
  close(): void;
}

function measuredServer(server: MeasuredServer, work: string): Prepared {
  const load = new Side(work, KEEP_COMPILED);
  return {
    async measure(timing) {
      const before = await server.cpuMicroseconds();
      const result = await load.ask({ type: 'work', options: { inputPath: '', peersPath: PEERS_PATH, port: server.port, ...timing } }, patience(timing) + FIRST_CALL_MS);
      return serverSample(result, (await server.cpuMicroseconds()) - before);
    },
    close() {
      load.close();
      server.close();
    },
  };
}

function serverSample({ operations, operationsInAll, elapsedMs }: WorkResult, cpuMicroseconds: number): Sample {
  return { value: (operations / elapsedMs) * 1000, cpuPerMessage: cpuMicroseconds / operationsInAll, extra: {} };
}
