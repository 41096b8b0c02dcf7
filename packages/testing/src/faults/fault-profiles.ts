/** Scripts that behave as servers do which people meet: models of their rules, not of their words. */
import { type FaultScript, faults } from './fault-script.ts';

/**
 * Refuses a sender and recipient that it does not know with 451 4.7.1, and takes them when they come again after `delayMs`
 * (default five minutes) of the server's clock.
 */
export function greylister({ delayMs = 300_000 }: { readonly delayMs?: number | undefined } = {}): FaultScript {
  return faults().on('RCPT').greylisted(delayMs).reply(451, '4.7.1', 'Greylisted, please come again later');
}

/**
 * As large providers do: 421 4.7.28 and goodbye for a message too many, on one connection (default 100) or within a minute
 * over all connections (default: no limit).
 */
export function rateLimited({ perConnection = 100, perMinute }: { readonly perConnection?: number | undefined; readonly perMinute?: number | undefined } = {}): FaultScript {
  const tooMany = [421, '4.7.28', 'Too much mail from you at a time, try again later'] as const;
  const script = faults().on('MAIL').perConnection().from(perConnection + 1).reply(...tooMany);
  return perMinute === undefined ? script : script.on('MAIL').beyond(perMinute, 60_000).reply(...tooMany);
}

/** Every reply comes late: by `delayMs`, default five seconds. */
export function tarpit({ delayMs = 5000 }: { readonly delayMs?: number | undefined } = {}): FaultScript {
  return faults().on('any').delay(delayMs);
}

/** As an Exchange hop that takes messages in chunks alone: BDAT works, DATA is refused. @rfc 3030 2 */
export function bdatOnlyExchangeLike(): FaultScript {
  return faults().on('DATA').reply(502, '5.5.1', 'Send the message with BDAT').on('EHLO').setCapability('X-EXPS GSSAPI NTLM');
}
