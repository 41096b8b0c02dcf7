"""Sends messages with Python's smtplib. Reads a job in JSON from standard input, writes one result for each message as JSON.

A job: {host, port, starttls: ca file or null, login: {username, password, mechanism} or null, messages: [{from, to, file,
mail_options, rcpt_options, chunks: sizes for BDAT, or null for DATA}]}. A result: {refused: {address: [code, text]}}, or
{error: name of the exception, refused, code}.
"""
import json
import smtplib
import ssl
import sys


def connect(job):
    client = smtplib.SMTP(job["host"], job["port"], local_hostname="client.mailwright.example", timeout=20)
    if job["starttls"]:
        client.starttls(context=ssl.create_default_context(cafile=job["starttls"]))
    login = job["login"]
    if login:
        client.ehlo()
        client.user, client.password = login["username"], login["password"]
        mechanism = login["mechanism"]
        client.auth(mechanism, getattr(client, "auth_" + mechanism.lower().replace("-", "_")))
    return client


def send(client, message):
    with open(message["file"], "rb") as file:
        octets = file.read()
    try:
        if message["chunks"]:
            send_chunks(client, message, octets)
            return {"refused": {}}
        refused = client.sendmail(message["from"], message["to"], octets, message["mail_options"], message["rcpt_options"])
        return {"refused": plain(refused)}
    except smtplib.SMTPRecipientsRefused as error:
        return {"error": type(error).__name__, "refused": plain(error.recipients)}
    except smtplib.SMTPResponseException as error:
        return {"error": type(error).__name__, "refused": {}, "code": error.smtp_code}


def send_chunks(client, message, octets):
    """BDAT, which smtplib does not have: what is behind the last size goes as the last chunk."""
    client.ehlo_or_helo_if_needed()
    client.mail(message["from"], message["mail_options"])
    for address in message["to"]:
        client.rcpt(address, message["rcpt_options"])
    start = 0
    for size in [*message["chunks"], None]:
        chunk = octets[start:] if size is None else octets[start : start + size]
        start += len(chunk)
        client.send(b"BDAT %d%s\r\n" % (len(chunk), b" LAST" if size is None else b"") + chunk)
        code, text = client.getreply()
        if code != 250:
            raise smtplib.SMTPDataError(code, text)


def plain(refused):
    return {address: [code, text.decode()] for address, (code, text) in refused.items()}


def main():
    job = json.load(sys.stdin)
    try:
        client = connect(job)
    except smtplib.SMTPResponseException as error:
        print(json.dumps([{"error": type(error).__name__, "refused": {}, "code": error.smtp_code}]))
        return
    results = [send(client, message) for message in job["messages"]]
    client.quit()
    print(json.dumps(results))


main()
