"""Reads messages with Python's email package. The paths come one a line on standard input; what each message is goes to standard output as JSON."""
import email
import email.policy
import hashlib
import json
import sys


def addresses(header):
    return [] if header is None else [[one.display_name, one.addr_spec] for one in header.addresses]


def text(message, kind):
    body = message.get_body((kind,))
    return None if body is None else body.get_content()


def content(part):
    if part.get_content_type() == "message/rfc822":
        return part.get_payload(0).as_bytes(policy=email.policy.SMTP)
    return part.get_payload(decode=True)


def digest(part):
    octets = content(part)
    if part.get_content_maintype() in ("text", "message"):
        octets = octets.replace(b"\r\n", b"\n").rstrip(b"\n")
    return hashlib.sha256(octets).hexdigest()


def leaves(part):
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        for child in part.iter_parts():
            yield from leaves(child)
    else:
        yield part


def describe(path):
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.SMTP)
    files = [part for part in leaves(message) if part.get_filename() is not None or part["content-id"] is not None or part.get_content_type() == "message/rfc822"]
    calendars = [part for part in leaves(message) if part.get_content_type() == "text/calendar" and part.get_content_disposition() != "attachment"]
    return {
        "subject": message["subject"],
        "date": message["date"].datetime.timestamp() * 1000,
        "messageId": message["message-id"],
        "from": addresses(message["from"]),
        "to": addresses(message["to"]),
        "cc": addresses(message["cc"]),
        "text": text(message, "plain"),
        "html": text(message, "html"),
        "files": [
            {
                "name": part.get_filename(),
                "type": part.get_content_type(),
                "disposition": part.get_content_disposition(),
                "contentId": part["content-id"],
                "sha256": digest(part),
            }
            for part in files
        ],
        "calendar": [[part.get_content(), part.get_param("method")] for part in calendars],
        "defects": [str(defect) for part in message.walk() for defect in part.defects]
        + [str(defect) for part in message.walk() for _, header in part.items() for defect in header.defects],
    }


json.dump([describe(line.rstrip("\n")) for line in sys.stdin], sys.stdout)
