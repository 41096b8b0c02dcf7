/** Files of a scenario that other people's programs read and write, whichever user they run as. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioContext } from './scenario.ts';

/** Writes a message; gives the path. */
export function writeMessage(context: ScenarioContext, name: string, octets: Uint8Array): string {
  return write(context, `${name.replaceAll(' ', '-')}.eml`, octets);
}

/** Writes a text, such as a certificate; gives the path. */
export function writeText(context: ScenarioContext, name: string, text: string): string {
  return write(context, name, Buffer.from(text));
}

/** Makes a folder that every user of the machine may write into; gives the path. */
export function makeFolder(context: ScenarioContext, name: string): string {
  const path = join(context.folder, name);
  mkdirSync(path);
  chmodSync(path, 0o777);
  return path;
}

function write(context: ScenarioContext, name: string, octets: Uint8Array): string {
  const path = join(context.folder, name);
  writeFileSync(path, octets);
  chmodSync(path, 0o644);
  return path;
}
