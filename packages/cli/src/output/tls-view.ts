/** What TLS was negotiated, for the eye and as JSON. */
import type { TlsFacts } from '@mailwright/net';
import type { JsonValue } from './json-lines.ts';
import type { Palette } from './palette.ts';
import { padEnd, visibleText, wrapText } from './visible-text.ts';

const LABEL_COLUMNS = 14;

/** Rows of label and text; one row where there is no TLS. */
export function formatTls(tls: TlsFacts | undefined, width: number, palette: Palette): readonly string[] {
  const row = (label: string, text: string): readonly string[] => formatRow(label, text, width, palette);
  if (tls === undefined) return row('TLS', 'none: everything went over the wire in clear text');
  const { peerCertificate: certificate } = tls;
  return [
    ...row('protocol', `${tls.protocol}${tls.resumed ? ', an earlier session resumed' : ''}`),
    ...row('cipher', tls.cipher),
    ...row('asked for', tls.serverName ?? 'no name (SNI names hosts, not addresses)'),
    ...(certificate === undefined ? [] : [
      ...row('certificate', `${certificate.subject || 'no subject'}, issued by ${certificate.issuer}`),
      ...row('good for', certificate.altNames.map(({ value }) => value).join(', ') || 'no name'),
      ...row('valid', `${certificate.validFrom} to ${certificate.validTo}`),
      ...row('SHA-256', certificate.fingerprint256),
    ]),
    ...row('trusted', tls.authorized ? 'yes: the chain ends at a trusted authority' : `no${tls.authorizationError === undefined ? '' : `: ${tls.authorizationError}`}`),
  ];
}

/** A label, and a text beside it in as many lines as it needs. */
export function formatRow(label: string, text: string, width: number, palette: Palette): readonly string[] {
  return wrapText(visibleText(text), width - LABEL_COLUMNS - 2).map((line, index) => `  ${palette.dim(padEnd(index === 0 ? label : '', LABEL_COLUMNS))}${line}`);
}

export function tlsRecord(tls: TlsFacts | undefined): JsonValue {
  if (tls === undefined) return undefined;
  const { protocol, cipher, serverName, resumed, authorized, authorizationError, peerCertificate } = tls;
  return {
    protocol, cipher, serverName, resumed, authorized, authorizationError,
    certificate: peerCertificate === undefined ? undefined : {
      subject: peerCertificate.subject, issuer: peerCertificate.issuer, names: peerCertificate.altNames.map(({ value }) => value),
      validFrom: peerCertificate.validFrom, validTo: peerCertificate.validTo, fingerprint256: peerCertificate.fingerprint256,
    },
  };
}
