/** The options of a server that do not hang on its protocol, checked and filled in. */
import { createServerTls, type ServerTls, type TlsServerOptions } from '@mailwright/net';
import { mechanismInfo, type MechanismName } from '@mailwright/sasl';
import { fillNumbers } from '@mailwright/wire';

const LEAST_SALT_KEY_OCTETS = 16;

type Numbers<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** `defaults` with what `input` has of them; what else `input` has is left to others. Errors: a `RangeError` names what is no number from 0. */
export function fillDefaults<T extends { readonly [K in keyof T]: number }>(defaults: T, input: Numbers<T> | undefined, group: string): T {
  const known = Object.fromEntries(Object.entries(input ?? {}).filter(([key]) => Object.hasOwn(defaults, key)));
  return fillNumbers(defaults, known as Numbers<T>, group);
}

/** What `input` has beside `defaults`. */
export function othersThan<T extends object, I extends object>(defaults: T, input: I | undefined): Omit<I, keyof T> {
  return Object.fromEntries(Object.entries(input ?? {}).filter(([key]) => !(key in defaults))) as Omit<I, keyof T>;
}

/** Names of mechanisms. Errors: throws a `TypeError` for one that `@mailwright/sasl` has not. */
export function checkMechanisms(names: readonly MechanismName[]): readonly MechanismName[] {
  const unknown = names.find((name) => mechanismInfo(name)?.name !== name);
  if (unknown !== undefined) throw new TypeError(`mechanisms: ${JSON.stringify(unknown)} is no SASL mechanism of this server`);
  return names;
}

/** A key of the salts for SCRAM. Errors: throws a `RangeError` for one that is too short to keep them secret. */
export function checkSaltKey(key: Uint8Array | undefined): void {
  if (key !== undefined && key.length < LEAST_SALT_KEY_OCTETS) throw new RangeError(`saltKey has ${LEAST_SALT_KEY_OCTETS} octets or more`);
}

/** Certificates made ready, unless they are. Errors: what OpenSSL says of a bad one. */
export function readyTls(tls: TlsServerOptions | ServerTls | undefined): ServerTls | undefined {
  return tls === undefined || 'update' in tls ? tls : createServerTls(tls);
}
