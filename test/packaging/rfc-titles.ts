/** The titles of the RFCs that the sources name, shortened as people say them. */
export const RFC_TITLES: Readonly<Record<number, string>> = {
  1034: 'Domain names: concepts', 1035: 'Domain names: implementation', 1123: 'Requirements for Internet hosts', 1870: 'SMTP SIZE',
  1928: 'SOCKS 5', 2033: 'LMTP', 2034: 'SMTP enhanced error codes', 2045: 'MIME part one: message bodies', 2046: 'MIME part two: media types',
  2047: 'MIME part three: non-ASCII headers', 2104: 'HMAC', 2181: 'Clarifications to the DNS', 2183: 'Content-Disposition',
  2195: 'CRAM-MD5', 2231: 'MIME parameter values', 2308: 'Negative caching of DNS', 2782: 'DNS SRV', 2852: 'SMTP DELIVERBY', 2920: 'SMTP PIPELINING',
  3030: 'SMTP CHUNKING and BINARYMIME', 3207: 'SMTP STARTTLS', 3454: 'stringprep', 3461: 'SMTP DSN', 3462: 'multipart/report', 3463: 'Enhanced mail system status codes',
  3464: 'Delivery status notifications', 3490: 'IDNA 2003', 3596: 'DNS AAAA', 3597: 'Unknown DNS record types', 3629: 'UTF-8', 3834: 'Automatic responses',
  3848: 'ESMTP and LMTP transmission types', 3865: 'SMTP NO-SOLICITING', 3885: 'SMTP MTRK', 3986: 'URI syntax', 4013: 'SASLprep', 4291: 'IPv6 addressing',
  4343: 'DNS case insensitivity', 4422: 'SASL', 4505: 'SASL ANONYMOUS', 4616: 'SASL PLAIN', 4648: 'Base16, Base32 and Base64', 4865: 'SMTP FUTURERELEASE', 4954: 'SMTP AUTH',
  5034: 'POP3 SASL', 5198: 'Unicode for network interchange', 5234: 'ABNF', 5246: 'TLS 1.2', 5248: 'Registry of enhanced status codes', 5280: 'X.509 certificates', 5321: 'SMTP',
  5322: 'Internet message format', 5336: 'SMTP UTF8SMTP', 5488: 'Internet mail architecture', 5598: 'Internet mail architecture', 5756: 'RSA-PSS parameters', 5758: 'ECDSA in X.509', 5802: 'SCRAM', 5869: 'HKDF', 5890: 'IDNA definitions', 5891: 'IDNA protocol',
  5892: 'IDNA code points', 5895: 'IDNA mapping', 5915: 'EC private keys', 5929: 'TLS channel bindings', 5952: 'IPv6 text form', 5958: 'Asymmetric key packages', 6066: 'TLS extensions', 6125: 'TLS service identity (old)', 6152: 'SMTP 8BITMIME', 6376: 'DKIM',
  6409: 'Message submission', 6531: 'SMTP SMTPUTF8', 6532: 'Internationalized headers', 6533: 'Internationalized DSN', 6698: 'DANE TLSA', 6710: 'SMTP MT-PRIORITY', 6724: 'Default address selection', 6750: 'Bearer tokens',
  6758: 'MT-PRIORITY tunnelling', 6854: 'Group syntax in From', 7208: 'SPF', 7293: 'SMTP RRVS', 7301: 'TLS ALPN', 7372: 'Authentication status codes', 7489: 'DMARC (old)', 7504: 'SMTP 521 and 556', 7505: 'Null MX',
  7601: 'Authentication-Results (old)', 7613: 'Usernames and passwords', 7616: 'HTTP digest', 7628: 'OAUTHBEARER', 7672: 'SMTP DANE', 7677: 'SCRAM-SHA-256', 7817: 'TLS server identity for mail', 8018: 'PBKDF2', 8098: 'Message disposition notifications', 8126: 'IANA considerations', 8259: 'JSON', 8265: 'Usernames and passwords',
  8305: 'Happy Eyeballs 2', 8314: 'Clear text considered obsolete', 8460: 'TLS-RPT', 8461: 'MTA-STS', 8463: 'DKIM Ed25519', 8601: 'Authentication-Results', 8616: 'Authentication with internationalized mail', 8617: 'ARC', 8659: 'DNS CAA', 8689: 'SMTP REQUIRETLS',
  8996: 'Deprecating TLS 1.0 and 1.1', 9051: 'IMAP4rev2', 9266: 'TLS 1.3 channel bindings', 9325: 'Use of TLS', 9422: 'SMTP LIMITS', 9499: 'DNS terminology', 9525: 'TLS service identity',
};
