/**
 * The URIs that reports go to.
 *
 *     dmarc-urilist         = (dmarc-uri / obs-dmarc-uri) *(*WSP "," *WSP (dmarc-uri / obs-dmarc-uri))
 *     obs-dmarc-report-size = "!" 1*DIGIT [ "k" / "m" / "g" / "t" ]                       ; RFC 9989 4.8
 */
import { parseMailbox } from '@mailwright/address';
import type { RecordWarning, ReportUri } from './record.ts';

const MOST_URIS = 100;
const SIZE = /![0-9]{1,100}[kmgt]?$/i;
const URI = /^([a-z][a-z0-9+.-]*):[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+$/i; // RFC 3986 without <>"\^`{|}

/** Reads `rua` and `ruf`; what is no URI is left out. At most 100. @rfc 9989 4.6 */
export function readReportUris(value: string, tag: string, at: number, warn: (warning: RecordWarning) => void): readonly ReportUri[] {
  const uris: ReportUri[] = [];
  for (const part of value.split(',', MOST_URIS)) {
    const written = part.trim();
    const uri = written.replace(SIZE, '');
    if (uri !== written) warn({ code: 'obsolete-size', tag, at });
    const read = readReportUri(uri);
    if (read === undefined) warn({ code: 'bad-uri', tag, at });
    else uris.push(read);
  }
  return uris;
}

function readReportUri(uri: string): ReportUri | undefined {
  const scheme = URI.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined || uri.includes('!')) return undefined;
  if (scheme !== 'mailto') return { uri, address: undefined };
  const address = decodePercent(uri.slice(uri.indexOf(':') + 1).split('?', 1)[0]!);
  return address !== undefined && parseMailbox(address).ok ? { uri, address } : undefined;
}

/** @rfc 3986 2.1 */
function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
