/** What RFC 2045 section 6 says of the field Content-Transfer-Encoding. Shared by lint and by the search for ambiguities. */

/** The five names as they are to be written, in any letter case. @rfc 2045 6.1 */
export const STANDARD_ENCODING: RegExp = /^(?:7bit|8bit|binary|quoted-printable|base64)$/i;

/** In these only the parts inside may be encoded. @rfc 2045 6.4 @rfc 2046 5.2 */
export const COMPOSITE: RegExp = /^(?:multipart\/|message\/(?:rfc822|partial|external-body)$)/;
