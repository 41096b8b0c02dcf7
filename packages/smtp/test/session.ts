/** A server session as the checks see it, with the fields that a test is about. */
import { resolveServerOptions, type ServerOptionsInput, type ServerSession } from '@mailwright/smtp';

export function session(fields: Partial<Omit<ServerSession, 'options'>> = {}, options: Partial<ServerOptionsInput> = {}): ServerSession {
  return {
    options: resolveServerOptions({ hostname: 'mx.example', ...options }),
    state: 'ready',
    secure: false,
    channelBinding: fields.secure === true,
    identity: undefined,
    helloDomain: 'client.example',
    extended: true,
    ...fields,
  };
}
