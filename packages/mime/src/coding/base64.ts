export { encodeBase64Body, encodedBase64Octets } from './base64-encode.ts';
