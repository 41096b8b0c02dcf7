"""SPF verdicts of pyspf. A job comes as JSON on standard input: the port of a DNS server on loopback, and what is to be checked. The verdicts go to standard output."""
import json
import sys

import dns.name
import dns.resolver
import spf

job = json.load(sys.stdin)
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = ["127.0.0.1"]
resolver.port = job["port"]
resolver.domain = dns.name.root
resolver.search = []
dns.resolver.default_resolver = resolver


def check(ip, sender, helo):
    try:
        return spf.query(i=ip, s=sender, h=helo).check()[0]
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)


json.dump([check(*each) for each in job["checks"]], sys.stdout)
