"""Talks to an IMAP server with Python's imaplib. Reads a job in JSON from standard input, writes what it found as JSON.

A job: {host, port, ca, username, password, how: "LOGIN", "PLAIN" or "CRAM-MD5", tls: "starttls" or "implicit", files: messages to append,
utf8: true or false}. The result: {capabilities, uids, messages: octets of each in base64, found, sorted, threads, flags, copied, remaining,
namespace, structure, listed}.
"""
import base64
import imaplib
import json
import ssl
import sys

job = json.load(sys.stdin)
context = ssl.create_default_context(cafile=job["ca"])
if job["tls"] == "implicit":
    client = imaplib.IMAP4_SSL(job["host"], job["port"], ssl_context=context, timeout=20)
else:
    client = imaplib.IMAP4(job["host"], job["port"], timeout=20)
    client.starttls(context)


def ok(answer):
    status, data = answer
    if status != "OK":
        raise SystemExit(f"{status} {data}")
    return data


if job["how"] == "LOGIN":
    ok(client.login(job["username"], job["password"]))
elif job["how"] == "PLAIN":
    ok(client.authenticate("PLAIN", lambda _: f"\0{job['username']}\0{job['password']}".encode()))
else:
    ok(client.login_cram_md5(job["username"], job["password"]))
client.capability()

ok(client.create("Folder"))
ok(client.subscribe("Folder"))
for index, file in enumerate(job["files"]):
    with open(file, "rb") as message:
        ok(client.append("Folder", "(\\Seen keyword)" if index % 2 == 0 else None, '"01-Jul-2025 10:52:37 +0200"', message.read()))
if job["utf8"]:
    ok(client.enable("UTF8=ACCEPT"))  # after the messages: imaplib writes `UTF8 (` into the literal
ok(client.select("Folder"))
uids = ok(client.uid("SEARCH", None, "ALL"))[0].decode().split()
messages = []
for uid in uids:
    data = ok(client.uid("FETCH", uid, "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])"))
    messages.append(base64.b64encode(data[0][1]).decode())
flags = [imaplib.ParseFlags(ok(client.uid("FETCH", uid, "(FLAGS)"))[0]) for uid in uids]
found = ok(client.uid("SEARCH", None, "SUBJECT", '"8-bit"'))[0].decode()
sorted_ = ok(client.uid("SORT", "(REVERSE SIZE)", "UTF-8", "ALL"))[0].decode()
threads = ok(client.uid("THREAD", "REFERENCES", "UTF-8", "ALL"))[0].decode()
ok(client.uid("STORE", uids[0], "+FLAGS.SILENT", "(\\Deleted)"))
ok(client.uid("COPY", uids[1], "INBOX"))
ok(client.expunge())
remaining = ok(client.uid("SEARCH", None, "ALL"))[0].decode().split()
structure = ok(client.uid("FETCH", uids[1], "(ENVELOPE BODYSTRUCTURE)"))[0].decode("latin-1")
copied = ok(client.status("INBOX", "(MESSAGES UNSEEN)"))[0].decode()
listed = [line.decode() for line in ok(client.list())]
namespace = ok(client.namespace())[0].decode()
ok(client.close())
client.logout()
json.dump({
    "capabilities": list(client.capabilities), "uids": uids, "messages": messages, "found": found, "sorted": sorted_, "threads": threads,
    "flags": [[flag.decode() for flag in each] for each in flags], "copied": copied, "remaining": remaining, "namespace": namespace, "structure": structure, "listed": listed,
}, sys.stdout)
