"""Signs and verifies the messages of a folder with dkimpy. A job comes as JSON on standard input, its outcome goes to standard output as JSON."""
import json
import os
import sys

import dkim

job = json.load(sys.stdin)


def find_key(name, timeout=5):
    return job["records"].get(name.decode().rstrip("."), "").encode() or None


def read(name):
    with open(os.path.join(job["folder"], name), "rb") as file:
        return file.read()


def verify(message):
    """One verdict for each signature, from the top."""
    signed = dkim.DKIM(message)
    count = sum(1 for name, _ in signed.headers if name.lower() == b"dkim-signature")
    verdicts = []
    for index in range(count):
        try:
            verdicts.append("pass" if signed.verify(index, dnsfunc=find_key) else "fail")
        except dkim.DKIMException as error:
            verdicts.append("%s: %s" % (type(error).__name__, error))
    return verdicts


def sign(message, canonicalization):
    header, body = canonicalization.split("/")
    field = dkim.sign(
        message, job["selector"].encode(), job["domain"].encode(), job["key"].encode(),
        canonicalize=(header.encode(), body.encode()), signature_algorithm=job["algorithm"].encode(),
    )
    return field.decode("ascii")


if job["task"] == "verify":
    outcome = {name: verify(read(name)) for name in job["files"]}
else:
    outcome = {name: sign(read(name), canonicalization) for name, canonicalization in job["files"]}
json.dump(outcome, sys.stdout)
