/** Opens sessions, says EHLO, and holds them. */
import type { Socket } from 'node:net';
import { openSession } from './bare-session.ts';

/** Connections opened at a time; well under a listen backlog of 511. */
const BATCH = 200;
const held: Socket[] = [];

export async function holdSessions(port: number, connections: number): Promise<number> {
  while (held.length < connections) {
    const count = Math.min(BATCH, connections - held.length);
    held.push(...(await Promise.all(Array.from({ length: count }, () => openSession(port)))));
  }
  for (const socket of held) socket.on('error', () => undefined);
  return held.filter((socket) => !socket.destroyed).length;
}
