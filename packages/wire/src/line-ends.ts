/**
 * What is done with octets that Internet text must not hold: a CR without LF, an LF without CR, a NUL.
 *
 * `reject` (the default everywhere) refuses the text; `normalize` turns a bare CR or LF into CRLF and drops NUL; `pass`
 * leaves the octets as they are and never takes them for a line end.
 *
 * @rfc 5321 2.3.8
 */
export type LineEndPolicy = 'reject' | 'normalize' | 'pass';
