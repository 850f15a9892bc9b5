import ftplib
import imaplib
import poplib
import smtplib
import ssl
from ftplib import FTP_TLS

import aiosmtplib


def connections(host, context, options):
    # ruleid: python-unverified-mail-connection
    first = smtplib.SMTP_SSL(host, 465)
    # ruleid: python-unverified-mail-connection
    second = imaplib.IMAP4_SSL(host)
    # ruleid: python-unverified-mail-connection
    third = poplib.POP3_SSL(host, 995)
    # ruleid: python-unverified-mail-connection
    fourth = FTP_TLS(host)
    # ok: python-unverified-mail-connection
    fifth = smtplib.SMTP_SSL(host, 465, context=ssl.create_default_context())
    # ok: python-unverified-mail-connection
    sixth = imaplib.IMAP4_SSL(host, ssl_context=context)
    # ok: python-unverified-mail-connection
    seventh = ftplib.FTP_TLS(host, context=context)
    # ok: python-unverified-mail-connection
    eighth = smtplib.SMTP_SSL(**options)
    # ok: python-unverified-mail-connection
    ninth = smtplib.SMTP(host)
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth


def upgraded(host, context):
    server = smtplib.SMTP(host, 587)
    # ruleid: python-unverified-mail-connection
    server.starttls()
    # ruleid: python-unverified-mail-connection
    server.starttls("key.pem", "cert.pem")
    # ok: python-unverified-mail-connection
    server.starttls(context=ssl.create_default_context())
    mails = imaplib.IMAP4(host)
    # ruleid: python-unverified-mail-connection
    mails.starttls()
    # ok: python-unverified-mail-connection
    mails.starttls(ssl_context=context)
    # ok: python-unverified-mail-connection
    mails.starttls(context)


async def verified(host):
    client = aiosmtplib.SMTP(hostname=host)
    # ok: python-unverified-mail-connection
    await client.starttls()
