"""Runs aiosmtpd. Reads a job in JSON from standard input; keeps each message as 0.eml, 1.eml, ... with its envelope beside it as
0.json, ..., and writes `ready` and `message N` as it goes. Ends when it is told to, or when whoever started it is gone.

A job: {port, folder, key, cert, implicit, login: {username, password} or null, refused: address}.
"""
import json
import os
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Keeper:
    def __init__(self, job):
        self.job = job
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.job["refused"]:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Recipient accepted"

    async def handle_DATA(self, server, session, envelope):
        path = os.path.join(self.job["folder"], str(self.count))
        with open(path + ".eml", "wb") as file:
            file.write(envelope.original_content)
        facts = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "mailOptions": envelope.mail_options,
            "smtpUtf8": envelope.smtp_utf8,
            "tls": session.ssl is not None,
            "user": session.auth_data,
        }
        with open(path + ".json", "w") as file:
            json.dump(facts, file)
        print("message", self.count, flush=True)
        self.count += 1
        return "250 2.0.0 Message accepted"


def authenticator(login):
    def check(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and [data.login.decode(), data.password.decode()] == [login["username"], login["password"]]
        return AuthResult(success=right, handled=False, auth_data=login["username"] if right else None)

    return check


def main():
    job = json.load(sys.stdin)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(job["cert"], job["key"])
    tls = {"ssl_context": context} if job["implicit"] else {"tls_context": context, "require_starttls": True}
    auth = {"auth_required": True, "authenticator": authenticator(job["login"]), "auth_require_tls": not job["implicit"]} if job["login"] else {}
    controller = Controller(Keeper(job), hostname="127.0.0.1", port=job["port"], server_hostname="mx.peer.example", **tls, **auth)
    controller.start()
    parent = os.getppid()
    print("ready", flush=True)
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


main()
