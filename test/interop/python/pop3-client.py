"""Reads a maildrop with Python's poplib. Reads a job in JSON from standard input, writes what it found as JSON.

A job: {host, port, ca, username, password, how: "USER" or "APOP", tls: "stls", "implicit" or "none", delete: numbers, utf8: true or false}. The result:
{capabilities, stat, uids, messages: lines of each joined with CRLF, in base64, top}.
"""
import base64
import json
import poplib
import ssl
import sys

poplib._MAXLINE = 100_000
job = json.load(sys.stdin)
context = ssl.create_default_context(cafile=job["ca"])
if job["tls"] == "implicit":
    client = poplib.POP3_SSL(job["host"], job["port"], context=context, timeout=20)
else:
    client = poplib.POP3(job["host"], job["port"], timeout=20)
    if job["tls"] == "stls":
        client.stls(context)
capabilities = client.capa()
if job["utf8"]:
    client.utf8()
if job["how"] == "APOP":
    client.apop(job["username"], job["password"])
else:
    client.user(job["username"])
    client.pass_(job["password"])


def octets(lines):
    return base64.b64encode(b"".join(line + b"\r\n" for line in lines)).decode()


stat = client.stat()
uids = [line.decode().split()[1] for line in client.uidl()[1]]
sizes = [int(line.split()[1]) for line in client.list()[1]]
messages = [octets(client.retr(number + 1)[1]) for number in range(stat[0])]
top = octets(client.top(1, 1)[1])
client.noop()
for number in job["delete"]:
    client.dele(number)
client.quit()
json.dump({"capabilities": sorted(capabilities), "stat": stat, "uids": uids, "sizes": sizes, "messages": messages, "top": top}, sys.stdout)
