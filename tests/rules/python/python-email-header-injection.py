import smtplib
from email.message import EmailMessage
from email.mime.text import MIMEText

from django.core.mail import send_mail
from flask import Flask, request

app = Flask(__name__)


@app.post("/contact")
def contact(server: smtplib.SMTP):
    subject = request.form["subject"]
    body = request.form["body"]
    # ruleid: python-email-header-injection
    server.sendmail("form@shop.example", "info@shop.example", f"Subject: {subject}\n\n{body}")
    text = "From: %s\r\nSubject: contact\r\n\r\n%s" % (request.form["from"], body)
    # ruleid: python-email-header-injection
    server.sendmail("form@shop.example", ["info@shop.example"], text)
    # ruleid: python-email-header-injection
    server.sendmail("form@shop.example", "info@shop.example", msg="Reply-To: " + request.form["from"] + "\n\nhello")
    # ok: python-email-header-injection
    server.sendmail("form@shop.example", "info@shop.example", f"Subject: contact\n\n{body}")
    # ok: python-email-header-injection
    server.sendmail("form@shop.example", "info@shop.example", "Subject: contact\n\n" + body)
    # ok: python-email-header-injection
    server.sendmail("form@shop.example", "info@shop.example", "Subject: contact\n\nhello")
    one_line = subject.replace("\n", " ").replace("\r", " ")
    # ok: python-email-header-injection
    server.sendmail("form@shop.example", "info@shop.example", f"Subject: {one_line}\n\nhello")


@app.post("/mime")
def mime(server: smtplib.SMTP):
    old = MIMEText(request.form["body"])
    # ruleid: python-email-header-injection
    old["Subject"] = request.form["subject"]
    # ruleid: python-email-header-injection
    old.add_header("Reply-To", request.form["from"])
    # ok: python-email-header-injection
    old["To"] = "info@shop.example"
    # ok: python-email-header-injection
    server.sendmail("form@shop.example", "info@shop.example", old.as_string())
    new = EmailMessage()
    # ok: python-email-header-injection
    new["Subject"] = request.form["subject"]
    new.set_content(request.form["body"])
    # ok: python-email-header-injection
    server.send_message(new)
    # ok: python-email-header-injection
    send_mail(request.form["subject"], request.form["body"], "form@shop.example", ["info@shop.example"])
