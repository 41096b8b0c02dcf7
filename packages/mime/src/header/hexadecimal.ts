/** Hexadecimal digits, as encoded words, extended parameters and identifiers have them. */

const NO_DIGIT = -1000; // below 0 also when another digit is added

/** The octet that two digits stand for, or -1 where one of them is none. Code units or octets, of any letter case. */
export function hexadecimalOctet(high: number | undefined, low: number | undefined): number {
  const octet = digitValue(high) * 16 + digitValue(low);
  return octet < 0 ? -1 : octet;
}

/** Octets as digits in lower case. */
export function formatHexadecimal(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += (octet < 16 ? '0' : '') + octet.toString(16);
  return text;
}

function digitValue(unit: number = 0): number {
  const letter = unit | 0x20;
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : NO_DIGIT;
}
