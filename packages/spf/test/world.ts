/** A small DNS for these tests, and a check in it. */
import { inMemoryZone, type InMemoryZone, type ZoneObject } from '@mailwright/dns';
import { checkSpf, type CheckSpfOptions, type SpfResult } from '@mailwright/spf';

export const CLIENT = '192.0.2.1';
export const CLIENT6 = '2001:db8::1';

/** The names and types that were asked for, in order. */
export interface World {
  readonly zone: InMemoryZone;
  readonly asked: string[];
}

export function makeWorld(names: ZoneObject): World {
  const asked: string[] = [];
  return { zone: inMemoryZone(names, { onQuery: (name, type) => void asked.push(`${type} ${name}`) }), asked };
}

/** Checks `sender@example.test` from 192.0.2.1 unless told otherwise. */
export async function check(names: ZoneObject, options: Partial<CheckSpfOptions> = {}): Promise<SpfResult & { readonly asked: readonly string[] }> {
  const { zone, asked } = makeWorld(names);
  const result = await checkSpf({ ip: CLIENT, helo: 'client.example', sender: 'sender@example.test', resolver: zone, ...options });
  return Object.assign(result, { asked });
}

/** `example.test` with this record, and whatever else there is. */
export function record(text: string, others: ZoneObject = {}): ZoneObject {
  return { 'example.test': { TXT: text }, ...others };
}
