/**
 * The TLS channel as something that a login can be bound to, so that nobody in the middle can pass the login on.
 *
 * Leaves out TLS 1.2: RFC 9266 section 4.2 demands the extended master secret there, and Node does not say whether it was negotiated.
 *
 * @rfc 9266 4.2
 */
import type { TlsFacts } from '@mailwright/net';
import { type ChannelBinding, TLS_EXPORTER_LABEL, TLS_EXPORTER_OCTETS } from '@mailwright/sasl';

const NO_CONTEXT = new Uint8Array(0);

/** Whether there is something to bind to. */
export function hasChannelBinding(tls: TlsFacts | undefined): boolean {
  return tls?.protocol === 'TLSv1.3';
}

/** What there is to bind to: `tls-exporter`, or nothing. @rfc 9266 2 */
export function channelBinding(tls: TlsFacts | undefined): ChannelBinding | undefined {
  if (tls === undefined || !hasChannelBinding(tls)) return undefined;
  return { type: 'tls-exporter', data: tls.exportKeyingMaterial(TLS_EXPORTER_OCTETS, TLS_EXPORTER_LABEL, NO_CONTEXT) };
}
