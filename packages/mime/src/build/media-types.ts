/**
 * What an attachment is by the ending of its name: what people attach to mail, and nothing more. The names are IANA's where there is one.
 * A caller who knows better says so with `mediaType`.
 */

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map(Object.entries({
  // text
  txt: 'text/plain', log: 'text/plain', text: 'text/plain', md: 'text/markdown', markdown: 'text/markdown', csv: 'text/csv', tsv: 'text/tab-separated-values',
  html: 'text/html', htm: 'text/html', css: 'text/css', js: 'text/javascript', mjs: 'text/javascript', xml: 'application/xml', xsl: 'application/xml',
  ics: 'text/calendar', vcf: 'text/vcard', vcard: 'text/vcard', diff: 'text/x-diff', patch: 'text/x-diff',
  json: 'application/json', jsonl: 'application/jsonl', yaml: 'application/yaml', yml: 'application/yaml', rtf: 'application/rtf', tex: 'application/x-tex', sql: 'application/sql',
  // documents
  pdf: 'application/pdf', ps: 'application/postscript', eps: 'application/postscript', epub: 'application/epub+zip',
  doc: 'application/msword', xls: 'application/vnd.ms-excel', ppt: 'application/vnd.ms-powerpoint',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text', ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation', odg: 'application/vnd.oasis.opendocument.graphics',
  // pictures
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', heic: 'image/heic', heif: 'image/heif',
  svg: 'image/svg+xml', bmp: 'image/bmp', ico: 'image/vnd.microsoft.icon', tif: 'image/tiff', tiff: 'image/tiff',
  // sound and film
  mp3: 'audio/mpeg', m4a: 'audio/mp4', aac: 'audio/aac', ogg: 'audio/ogg', oga: 'audio/ogg', opus: 'audio/ogg', flac: 'audio/flac', wav: 'audio/vnd.wave',
  mp4: 'video/mp4', m4v: 'video/mp4', mov: 'video/quicktime', webm: 'video/webm', mkv: 'video/matroska', avi: 'video/vnd.avi', mpeg: 'video/mpeg', mpg: 'video/mpeg',
  // archives
  zip: 'application/zip', gz: 'application/gzip', tgz: 'application/gzip', zst: 'application/zstd', tar: 'application/x-tar', '7z': 'application/x-7z-compressed',
  rar: 'application/vnd.rar', bz2: 'application/x-bzip2', xz: 'application/x-xz',
  // mail
  eml: 'message/rfc822', asc: 'application/pgp-signature', sig: 'application/pgp-signature', p7s: 'application/pkcs7-signature', p7m: 'application/pkcs7-mime', pgp: 'application/pgp-encrypted',
  // fonts
  woff: 'font/woff', woff2: 'font/woff2', ttf: 'font/ttf', otf: 'font/otf',
}));

/** What is not known. @rfc 2046 4.5.1 */
export const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

/** The media type by the ending of a file name, whatever its letter case; `application/octet-stream` where the ending says nothing. */
export function mediaTypeOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return (dot < 0 ? undefined : MEDIA_TYPES.get(fileName.slice(dot + 1).toLowerCase())) ?? UNKNOWN_MEDIA_TYPE;
}
