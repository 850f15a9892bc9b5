"""A seed goes in; a folder of planted secrets and of things that only look like secrets comes out, with its labels.

Every value is made at run time, with the checksum that its format has; nothing in this file opens a door or looks
as if it did. `SHAPES` names the values of each rule of `policies/secrets/rules.toml`, one for each alternative.
The corpus is ours, as the rules are: it favours nobody knowingly, and our own detector unknowingly.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import string
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_ALPHABETS = {
    "w": string.ascii_letters + string.digits,
    "u": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "x": "0123456789abcdef",
    "l": string.ascii_lowercase + string.digits,
    "a": string.ascii_letters,
    "A": string.ascii_uppercase + string.digits,
    "B": string.ascii_uppercase + "234567",
    "d": string.digits,
    "s": string.ascii_letters + string.digits + "!#%&*+-.=?@_~",
    "j": string.ascii_lowercase + string.digits + "!@#$%^&*(-_=+)",
}
_TEMPLATE = re.compile(r"\{([a-zA-Z]):(\d+)\}|\{(\w+)\}")
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PRIVATE = "PRIVATE"
"""Kept apart from `-----BEGIN`, so that this file holds no first line of a key."""


@dataclass(slots=True)
class Maker:
    """Draws values from one seeded source."""

    source: random.Random

    def text(self, alphabet: str, size: int) -> str:
        """Draw letters; a value of more than 11 has a digit, an upper and a lower case letter where it can."""
        letters = _ALPHABETS[alphabet]
        while True:
            drawn = "".join(self.source.choices(letters, k=size))
            wanted = [kind for kind in (str.isdigit, str.isupper, str.islower) if any(map(kind, letters))]
            if size < 12 or all(any(map(kind, drawn)) for kind in wanted):
                return drawn

    def fill(self, template: str) -> str:
        """Fill `{x:40}` (letters of an alphabet), `{uuid}` and the names of `_SPECIAL`."""

        def one(match: re.Match[str]) -> str:
            if match[3]:
                return _SPECIAL[match[3]](self)
            return self.text(match[1], int(match[2]))

        return _TEMPLATE.sub(one, template)

    def data(self, size: int) -> bytes:
        """Draw bytes."""
        return self.source.randbytes(size)


def checked(prefix: str, body: str) -> str:
    """Put GitHub's checksum behind a body of 30: CRC-32 in base 62, six digits."""
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return prefix + body + digits.rjust(6, "0")


def _grafana(maker: Maker) -> str:
    body = f"glsa_{maker.text('w', 32)}"
    return f"{body}_{zlib.crc32(body.encode()).to_bytes(4, 'little').hex()}"


def _age(maker: Maker) -> str:
    """Bech32 (BIP 173) of 32 bytes."""
    prefix = "age-secret-key-"
    number = int.from_bytes(maker.data(32), "big") << 4
    values = [number >> 5 * place & 31 for place in range(51, -1, -1)]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    polymod = _polymod([*expanded, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [polymod >> 5 * (5 - place) & 31 for place in range(6)]
    return (prefix + "1" + "".join(_BECH32[value] for value in values)).upper()


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _pypi(maker: Maker) -> str:
    return "pypi-" + _unpadded(b"\x02\x01\x08" + b"an.index" + b"\x02\x24" + maker.data(90))


def _jwt(maker: Maker) -> str:
    header = _unpadded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    claims = _unpadded(json.dumps({"sub": maker.text("l", 12), "exp": maker.source.randrange(10**9)}).encode())
    return f"{header}.{claims}.{_unpadded(maker.data(32))}"


def _discord(maker: Maker) -> str:
    user = str(maker.source.randrange(10**17, 10**18))
    return f"{_unpadded(user.encode())}.{maker.text('w', 6)}.{maker.text('u', 27)}"


def _login(maker: Maker) -> str:
    return _base64(f"deploy:{password(maker)}".encode())


def _canary(maker: Maker) -> str:
    body = maker.text("x", 32)
    return f"devsecgate_canary_{body}{zlib.crc32(body.encode()):08x}"


def _bound(word: str, lines: list[str], *, head: str = "", end: str = "\n") -> str:
    return end.join([f"-----BEGIN {word}-----", *([head, ""] if head else []), *lines, f"-----END {word}-----"])


def _folded(data: bytes, width: int = 64) -> list[str]:
    text = _base64(data)
    return [text[start : start + width] for start in range(0, len(text), width)]


def _sequence(maker: Maker, size: int) -> bytes:
    """DER: a sequence that begins as a private key does, then random bytes."""
    inside = b"\x02\x01\x00" + maker.data(size)
    return b"\x30\x82" + len(inside).to_bytes(2, "big") + inside


def pem(maker: Maker) -> str:
    """PKCS 8, RSA or EC."""
    word = maker.source.choice((f"{_PRIVATE} KEY", f"RSA {_PRIVATE} KEY", f"EC {_PRIVATE} KEY"))
    return _bound(word, _folded(_sequence(maker, 600)))


def openssh(maker: Maker) -> str:
    """An unencrypted OpenSSH key: its many zeros are runs of the letter A."""
    head = (
        b"openssh-key-v1\0" + b"\0\0\0\4none" * 2 + b"\0\0\0\0\0\0\0\1" + b"\0\0\0\x33\0\0\0\x0bssh-ed25519\0\0\0\x20"
    )
    return _bound(f"OPENSSH {_PRIVATE} KEY", _folded(head + maker.data(250), 70))


def encrypted(maker: Maker) -> str:
    """RFC 1421's headers, as OpenSSL wrote them."""
    head = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{maker.text('x', 32).upper()}"
    return _bound(f"RSA {_PRIVATE} KEY", _folded(_sequence(maker, 600)), head=head)


def openpgp(maker: Maker) -> str:
    """An armoured secret key, with its CRC's line."""
    data = b"\x95\x03\x98" + maker.data(500)
    return _bound(f"PGP {_PRIVATE} KEY BLOCK", [*_folded(data), f"={maker.text('b', 4)}"], head="Version: GnuPG v2")


def _putty(maker: Maker) -> str:
    public, private = _folded(maker.data(90)), _folded(maker.data(90))
    lines = ["PuTTY-User-Key-File-3: ssh-ed25519", "Encryption: none", "Comment: work", f"Public-Lines: {len(public)}"]
    return "\n".join(
        [*lines, *public, f"Private-Lines: {len(private)}", *private, f"Private-MAC: {maker.text('x', 64)}"]
    )


def _service_account(maker: Maker) -> str:
    key = _bound(f"{_PRIVATE} KEY", _folded(_sequence(maker, 600))) + "\n"
    return json.dumps({"type": "service_account", "private_key_id": maker.text("x", 40), "private_key": key}, indent=2)


def password(maker: Maker) -> str:
    """What a person chooses who was told the rules."""
    words = ("Sommer", "Harbour", "Tiger", "Violet", "Granite", "Kettle", "Monsoon", "Bramble", "Falcon", "Cobalt")
    sign, number = maker.source.choice("!#%+?"), maker.source.randrange(31, 99)
    return f"{maker.source.choice(words)}{sign}{number}{maker.text('a', 3)}"


_SPECIAL: Mapping[str, Callable[[Maker], str]] = {
    "uuid": lambda maker: str(uuid.UUID(bytes=maker.data(16), version=4)),
    "ghp": lambda maker: checked("ghp_", maker.text("w", 30)),
    "gho": lambda maker: checked("gho_", maker.text("w", 30)),
    "npm": lambda maker: checked("npm_", maker.text("w", 30)),
    "grafana": _grafana,
    "age": _age,
    "pypi": _pypi,
    "jwt": _jwt,
    "discord": _discord,
    "login": _login,
    "canary": _canary,
    "b32": lambda maker: _base64(maker.data(32)),
    "b64": lambda maker: _base64(maker.data(64)),
    "password": password,
    "pem": pem,
    "openssh": openssh,
    "encrypted": encrypted,
    "openpgp": openpgp,
    "putty": _putty,
    "sa": _service_account,
    "pem64": lambda maker: _base64(pem(maker).encode()),
    "claims": lambda maker: "eyJ" + maker.text("w", 90),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The values of one rule."""

    group: str
    values: tuple[str, ...]
    """Templates (`Maker.fill`), one for each alternative."""
    name: str = ""
    """The variable that makes the value a secret; empty where the value alone does."""
    around: str = "{}"
    """What stands around the value wherever it is written, for rules that are about that."""
    whole: bool = False
    """Is the value a file of its own, so that it is not spelled in ten ways?"""


def _shape(group: str, *values: str, name: str = "", around: str = "{}", whole: bool = False) -> Shape:
    return Shape(group=group, values=values, name=name, around=around, whole=whole)


_KEYS, _CODE, _CLOUD, _AI = "keys and certificates", "code hosting, registries", "clouds and hosting", "AI services"
_TALK, _MONEY, _WATCH, _OTHER = "messages", "money", "monitoring", "other services"
_FORM, _NAMED, _WORD = "tokens and passwords by form", "random value by name", "password by name"
CANARY = "devsecgate-canary"

SHAPES: Mapping[str, Shape] = {
    CANARY: _shape("our own", "{canary}"),
    "gcp-service-account": _shape(_KEYS, "{sa}", whole=True),
    "private-key": _shape(_KEYS, "{pem}", "{openssh}", "{encrypted}", "{openpgp}"),
    "private-key-base64": _shape(_KEYS, "{pem64}", name="TLS_KEY_BASE64"),
    "putty-private-key": _shape(_KEYS, "{putty}", whole=True),
    "age-secret-key": _shape(_KEYS, "{age}"),
    "github-token": _shape(_CODE, "{ghp}", "{gho}", "ghs_{w:60}"),
    "github-fine-grained-token": _shape(_CODE, "github_pat_{w:22}_{w:59}"),
    "gitlab-token": _shape(_CODE, "glpat-{u:20}", "gldt-{u:20}", "glrt-{u:20}", "glpat-{w:27}.01.{l:9}"),
    "npm-token": _shape(_CODE, "{npm}"),
    "npmrc-auth-token": _shape(_CODE, "{w:36}", around="//registry.corp.net/:_authToken={}", whole=True),
    "pypi-token": _shape(_CODE, "{pypi}"),
    "rubygems-token": _shape(_CODE, "rubygems_{x:48}"),
    "crates-io-token": _shape(_CODE, "cio{w:32}", name="CARGO_TOKEN"),
    "docker-hub-token": _shape(_CODE, "dckr_pat_{u:27}", "dckr_oat_{u:32}"),
    "docker-config-auth": _shape(_CODE, "{login}", around='{{"auths": {{"cr.net": {{"auth": "{}"}}}}}}', whole=True),
    "terraform-cloud-token": _shape(_CLOUD, "{w:14}.atlasv1.{u:67}"),
    "pulumi-token": _shape(_CLOUD, "pul-{x:40}"),
    "aws-secret-access-key": _shape(_CLOUD, "{b:40}", name="AWS_SECRET_ACCESS_KEY"),
    "aws-access-key-id": _shape(_CLOUD, "AKIA{B:16}", "ASIA{B:16}"),
    "aws-bedrock-key": _shape(_CLOUD, "ABSK{w:124}"),
    "azure-storage-key": _shape(_CLOUD, "{b64}", "{b32}", name="AZURE_STORAGE_ACCOUNT_KEY"),
    "azure-client-secret": _shape(_CLOUD, "{w:3}8Q~{w:34}"),
    "azure-devops-token": _shape(_CLOUD, "{w:76}AZDO{w:4}"),
    "google-api-key": _shape(_CLOUD, "AIza{w:35}", "AQ.Ab8RN6{w:43}"),
    "google-oauth-secret": _shape(_CLOUD, "GOCSPX-{w:28}"),
    "digitalocean-token": _shape(_CLOUD, "dop_v1_{x:64}", "doo_v1_{x:64}"),
    "heroku-token": _shape(_CLOUD, "HRKU-{w:60}", "HRKU-{uuid}"),
    "heroku-api-key": _shape(_CLOUD, "{uuid}", name="HEROKU_API_KEY"),
    "databricks-token": _shape(_CLOUD, "dapi{x:32}", "dapi{x:32}-2"),
    "cloudflare-token": _shape(_CLOUD, "{w:40}", "{x:37}", name="CLOUDFLARE_API_TOKEN"),
    "tailscale-key": _shape(_CLOUD, "tskey-auth-{w:17}-{w:33}", "tskey-api-{w:17}-{w:33}"),
    "vault-token": _shape(_CLOUD, "hvs.{w:90}", "hvb.{w:140}"),
    "doppler-token": _shape(_CLOUD, "dp.pt.{w:43}", "dp.st.prd.{w:43}"),
    "anthropic-key": _shape(_AI, "sk-ant-api03-{w:93}AA"),
    "openai-key": _shape(_AI, "sk-proj-{w:74}T3BlbkFJ{w:73}A", "sk-{w:20}T3BlbkFJ{w:20}"),
    "huggingface-token": _shape(_AI, "hf_{a:34}", "api_org_{a:34}"),
    "ai-service-key": _shape(
        _AI, "gsk_{w:52}", "pplx-{w:48}", "r8_{w:37}", "xai-{w:80}", "sk-or-v1-{x:64}", "nvapi-{w:64}",
        "lsv2_pt_{x:32}_{x:10}", "csk-{l:48}", "pcsk_{w:5}_{w:63}", "sk-lf-{uuid}", "vck_{w:56}",
    ),
    "sk-key": _shape(_AI, "sk-{w:48}", "sk-{x:32}", name="DEEPSEEK_API_KEY"),
    "slack-token": _shape(
        _TALK, "xoxb-{d:12}-{d:12}-{w:24}", "xoxp-{d:12}-{d:12}-{d:12}-{x:32}", "xapp-1-A{A:10}-{d:13}-{x:64}",
        "xoxe.xoxp-1-{w:163}",
    ),
    "slack-webhook": _shape(_TALK, "T{A:9}/B{A:9}/{w:24}", around="https://hooks.slack.com/services/{}"),
    "discord-webhook": _shape(_TALK, "{d:18}/{u:68}", around="https://discord.com/api/webhooks/{}"),
    "discord-bot-token": _shape(_TALK, "{discord}", name="DISCORD_TOKEN"),
    "telegram-bot-token": _shape(_TALK, "{d:10}:AA{w:33}"),
    "twilio-auth-token": _shape(_TALK, "{x:32}", name="TWILIO_AUTH_TOKEN"),
    "twilio-api-key": _shape(_TALK, "SK{x:32}"),
    "sendgrid-key": _shape(_TALK, "SG.{w:22}.{w:43}"),
    "mailgun-key": _shape(_TALK, "key-{x:32}", name="MAILGUN_KEY"),
    "mailgun-private-key": _shape(_TALK, "{x:32}-{x:8}-{x:8}", name="MAILGUN_API_KEY"),
    "mailchimp-key": _shape(_TALK, "{x:32}-us12"),
    "brevo-key": _shape(_TALK, "xkeysib-{x:64}-{w:16}", "xsmtpsib-{x:64}-{w:16}"),
    "stripe-live-key": _shape(_MONEY, "sk_live_{w:24}", "rk_live_{w:99}"),
    "stripe-test-key": _shape(_MONEY, "sk_test_{w:24}", "rk_test_{w:99}"),
    "stripe-webhook-secret": _shape(_MONEY, "whsec_{w:32}"),
    "square-token": _shape(_MONEY, "sq0atp-{w:22}", "sq0csp-{w:43}", "EAAA{w:60}"),
    "shopify-token": _shape(_MONEY, "shpat_{x:32}", "shpss_{x:32}", "shpca_{x:32}"),
    "datadog-key": _shape(_WATCH, "{x:32}", "{x:40}", name="DATADOG_API_KEY"),
    "new-relic-key": _shape(_WATCH, "NRAK-{A:27}", "NRAA-{x:27}", "NRII-{u:32}"),
    "new-relic-license": _shape(_WATCH, "{x:36}NRAL"),
    "grafana-service-account-token": _shape(_WATCH, "{grafana}"),
    "grafana-cloud-token": _shape(_WATCH, "glc_{claims}"),
    "sentry-token": _shape(_WATCH, "sntrys_{claims}_{w:43}", "sntryu_{x:64}"),
    "dynatrace-token": _shape(_WATCH, "dt0c01.{B:24}.{B:64}"),
    "linear-key": _shape(_OTHER, "lin_api_{w:40}", "lin_oauth_{x:64}"),
    "notion-token": _shape(_OTHER, "ntn_{w:46}", "secret_{w:43}"),
    "atlassian-token": _shape(_OTHER, "ATATT3{w:180}", "ATBB{w:32}"),
    "postman-key": _shape(_OTHER, "PMAK-{x:24}-{x:34}"),
    "planetscale-token": _shape(_OTHER, "pscale_pw_{w:43}", "pscale_tkn_{w:43}"),
    "supabase-token": _shape(_OTHER, "sbp_{x:40}", "sb_secret_{w:31}"),
    "airtable-token": _shape(_OTHER, "pat{w:14}.{x:64}"),
    "figma-token": _shape(_OTHER, "figd_{w:40}"),
    "netlify-token": _shape(_OTHER, "nfp_{w:36}"),
    "artifactory-token": _shape(_OTHER, "AKCp{w:69}", "cmVmdGtu{w:56}"),
    "delivery-service-token": _shape(
        _CODE, "squ_{x:40}", "sgp_{x:16}_{x:40}", "bkua_{x:40}", "CCIPAT_{w:22}_{x:40}", "CLOJARS_{l:60}", "oy2{l:43}",
        "pnu_{w:36}", "ico-{w:32}", "sha256~{w:43}", "SWMTKN-1-{l:50}-{l:25}", "GR1348941{w:20}",
    ),
    "hosting-service-token": _shape(
        _CLOUD, "AVNS_{w:19}", "rnd_{w:32}", "napi_{l:64}", "AstraCS:{a:24}:{x:64}", "ddp_{w:36}", "tk-us-{w:48}",
        "v1.0-{x:24}-{x:146}", "LTAI{w:20}", "AQVN{w:36}", "fm2_{b:200}", "ops_eyJ{b:400}", "mdb_sa_sk_{w:40}",
    ),
    "google-oauth-token": _shape(_CLOUD, "ya29.{w:180}", "1//0{w:90}"),
    "twitter-bearer-token": _shape(_TALK, "{w:86}", around="AAAAAAAAAAAAAAAAAAAAAA{}"),
    "facebook-token": _shape(_TALK, "EAA{w:180}"),
    "business-service-token": _shape(
        _OTHER, "pat-na1-{uuid}", "access-production-{uuid}", "shippo_live_{x:40}", "duffel_live_{w:43}", "EZAK{w:54}",
        "FLWSECK-{x:32}-X", "access_token$production${l:16}${x:32}", "re_{w:8}_{w:24}", "mlsn.{x:64}", "phx_{w:43}",
        "tfp_{w:59}", "CFPAT-{w:43}", "sk.eyJ{w:90}.{w:22}", "fio-u-{w:64}", "rdme_{l:70}", "p8e-{w:32}",
    ),
    "teams-webhook": _shape(
        _TALK, "{x:32}/{uuid}",
        around="https://corp.webhook.office.com/webhookb2/0d9f3a51-77aa-4c1e-9d02-6b1f0a3c5e7d@"
        "7c2e9b14-31d8-4f0a-8a65-2f9c4d1b6e03/IncomingWebhook/{}",
    ),
    "json-web-token": _shape(_FORM, "{jwt}"),
    "url-credentials": _shape(
        _FORM, "{password}", "{w:24}", name="DATABASE", around="postgresql://app:{}@db.internal.corp.net:5432/app"
    ),
    "basic-authorization": _shape(_FORM, "{login}", name="HEADER", around="Authorization: Basic {}"),
    "bearer-authorization": _shape(_FORM, "{w:40}", name="HEADER", around="Authorization: Bearer {}"),
    "connection-string-password": _shape(
        _FORM, "{password}", "{w:20}", name="CONNECTION", around="Server=db.corp.net;User Id=app;Password={};Encrypt=1"
    ),
    "command-line-password": _shape(
        _FORM, "{password}", name="COMMAND", around="curl --user deploy:{} https://files.corp.net/upload"
    ),
    "sql-password": _shape(_FORM, "{password}", around="CREATE USER app WITH PASSWORD '{}';", whole=True),
    "netrc-password": _shape(_FORM, "{password}", "{w:20}", around="machine corp.net login ci password {}", whole=True),
    "generic-secret": _shape(
        _NAMED, "{w:32}", "{x:32}", "{x:64}", "{b32}", "{w:40}", "{l:24}", "{j:50}", "{u:43}", name="SERVICE_SECRET_KEY"
    ),
    "generic-password": _shape(_WORD, "{password}", "{s:16}", "{s:24}", "{w:20}", "{x:32}", name="DB_PASSWORD"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One file of the corpus, and the lines of it that matter."""

    path: str
    kind: str
    """The group of a secret, or what a decoy is."""
    rule: str
    """The rule that is meant for it; empty for a decoy."""
    first: int
    last: int


def write(folder: Path, *, seed: int) -> list[Planted]:
    """Write the whole corpus below `folder`: one secret or decoy a file, in ten spellings."""
    maker = Maker(random.Random(seed))
    planted = []
    for number, (path, kind, rule, text, value) in enumerate([*_secrets(maker), *_decoys(maker)]):
        place = f"{'secrets' if rule else 'decoys'}/{number:04}/{path}"
        first = text[: text.index(value)].count("\n") + 1
        (folder / place).parent.mkdir(parents=True)
        (folder / place).write_text(text, encoding="utf-8")
        planted.append(Planted(path=place, kind=kind, rule=rule, first=first, last=first + value.count("\n")))
    for number, (path, data) in enumerate(_unusual(maker)):
        place = f"unusual/{number}/{path}"
        (folder / place).parent.mkdir(parents=True)
        (folder / place).write_bytes(data)
        planted.append(Planted(path=place, kind="files of unusual kinds", rule="github-token", first=1, last=1 << 30))
    return planted


def _unusual(maker: Maker) -> Iterator[tuple[str, bytes]]:
    """Give files that a tool may leave out or cannot read, each with one token."""
    line = f"TOKEN={maker.fill('{ghp}')}\r\n"
    yield "node_modules/a/index.js", f'const token = "{maker.fill("{ghp}")}";\n'.encode()
    yield "package-lock.json", json.dumps({"token": maker.fill("{ghp}")}).encode()
    yield "logo.png", b"\x89PNG\r\n\x1a\n" + maker.data(500) + maker.fill("{ghp}").encode() + b"\0"
    yield "program", bytes(range(256)) * 20 + b"\0" + maker.fill("{ghp}").encode() + b"\0"
    yield "app.min.js", b"a();" * 500_000 + f'var t="{maker.fill("{ghp}")}";'.encode() + b"b();" * 100_000
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield f"{encoding}.env", line.encode(encoding)
    yield "mixed.env", b"PORT=1\n" + line.encode("utf-16-le")


_Item = tuple[str, str, str, str, str]
"""Path, kind, rule, text, and the part of the text that matters."""


def _secrets(maker: Maker) -> Iterator[_Item]:
    for rule, shape in SHAPES.items():
        if rule == CANARY:
            continue
        names = list(SPELLINGS)
        for number in range(max(len(names), len(shape.values))):
            value = maker.fill(shape.values[number % len(shape.values)])
            spelling = names[number % len(names)]
            name = shape.name or ("SETTING" if number % 2 else rule.upper().replace("-", "_"))
            if shape.whole:
                yield _WHOLE.get(rule, "notes.txt"), shape.group, rule, f"{shape.around.format(value)}\n", value
                continue
            text = SPELLINGS[spelling](name, shape.around.format(value))
            yield spelling, shape.group, rule, text, _written(value, text)


_WHOLE = {
    "gcp-service-account": "key.json",
    "putty-private-key": "work.ppk",
    "npmrc-auth-token": ".npmrc",
    "docker-config-auth": "config.json",
    "netrc-password": ".netrc",
    "sql-password": "init.sql",
}


def _written(value: str, text: str) -> str:
    """The value as it stands in the text: as it is, escaped, or each of its lines indented."""
    indented = re.search(r"\n( +)-----BEGIN", text)
    forms = (value, json.dumps(value)[1:-1], value.replace("\n", f"\n{indented[1]}" if indented else "\n"))
    return next(form for form in forms if form in text)


def _camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(map(str.title, rest))


def _plain(value: str) -> str:
    return value if re.fullmatch(r"[\w./+=-]+", value) else f"'{value}'"


def _yaml(name: str, value: str) -> str:
    if "\n" in value:
        return f"service:\n  {name.lower()}: |\n    " + value.replace("\n", "\n    ") + "\n"
    return f"service:\n  port: 8080\n  {name.lower()}: {_plain(value)}\n"


def _one_line(value: str) -> str:
    return value.replace("\n", "\\n")


def _shell(name: str, value: str) -> str:
    return f"#!/bin/sh\nset -eu\nexport {name}='{value}'\nexec serve\n"


SPELLINGS: Mapping[str, Callable[[str, str], str]] = {
    "settings.py": lambda name, value: f"DEBUG = False\n{name} = {json.dumps(value)}\n",
    "service.yaml": _yaml,
    ".env": lambda name, value: f"PORT=8080\n{name}={_plain(value)}\n",
    "settings.json": lambda name, value: json.dumps({"port": 8080, name.lower(): value}, indent=2) + "\n",
    "start.sh": _shell,
    "settings.toml": lambda name, value: f"[service]\nport = 8080\n{name.lower()} = {json.dumps(value)}\n",
    "settings.ini": lambda name, value: f"[service]\nport = 8080\n{name.lower()} = {_one_line(value)}\n",
    "Dockerfile": lambda name, value: f"FROM scratch\nENV {name}={json.dumps(value)}\n",
    "main.tf": lambda name, value: f'resource "service" "main" {{\n  {name.lower()} = {json.dumps(value)}\n}}\n',
    "settings.js": lambda name, value: f"const port = 8080;\nconst {_camel(name)} = {json.dumps(value)};\n",
}
"""File name to the text of a file in which a name has a value."""


def _decoys(maker: Maker) -> Iterator[_Item]:
    """Give everything that must not be reported; each is one file."""
    for kind, name, values in _decoy_values(maker):
        for number, value in enumerate(values):
            for spelling in list(SPELLINGS)[number % 2 :: 2]:
                text = SPELLINGS[spelling](name, value)
                yield spelling, kind, "", text, _written(value, text)
    for kind, path, text in _decoy_files(maker):
        yield path, kind, "", text, text


def _decoy_values(maker: Maker) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "placeholder", "API_SECRET_KEY", (
        "changeme", "your-api-key-here", "<your-secret-key>", "xxxxxxxxxxxxxxxxxxxxxxxx", "REPLACE_ME_WITH_A_SECRET",
        "sk-" + "x" * 48, "ghp_" + "x" * 36, "insert-token-here-0123456789", "************************",
    )  # fmt: skip
    yield "placeholder", "DB_PASSWORD", ("password", "changeme123!", "<password>", "s3cr3t-placeholder", "hunter2")
    yield "reference", "DB_PASSWORD", (
        "${DB_PASSWORD}", "{{ vault.db_password }}", "$DB_PASSWORD", "%(db_password)s", "op://prod/database/password",
        "vault:secret/data/db#password", "${{ secrets.DB_PASSWORD }}", "arn:aws:secretsmanager:eu-west-1:12:secret:db",
    )  # fmt: skip
    yield "example of a document", "AWS_ACCESS_KEY_ID", ("AKIAIOSFODNN7" + "EXAMPLE",)
    yield "example of a document", "AWS_SECRET_ACCESS_KEY", ("wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",)
    yield "example of a document", "DATABASE_URL", (
        "postgres://user:password@localhost/app", "mysql://root:root@127.0.0.1/test", "redis://user:pass@example.com/0",
    )  # fmt: skip
    yield (
        "token with a wrong checksum",
        "SETTING",
        tuple("ghp_" + maker.text("w", 36) for _ in range(3)),
    )
    yield "UUID", "REQUEST_ID", tuple(maker.fill("{uuid}") for _ in range(3))
    yield "UUID", "TENANT_TOKEN_ID", tuple(maker.fill("{uuid}") for _ in range(2))
    yield "hash", "GIT_COMMIT", tuple(maker.text("x", 40) for _ in range(3))
    yield "hash", "ARCHIVE_SHA256", tuple(maker.text("x", 64) for _ in range(3))
    yield (
        "hash",
        "PASSWORD_HASH",
        ("$2b$12$" + maker.text("w", 53), "pbkdf2_sha256$600000$" + maker.text("w", 22) + "$x"),
    )
    yield "hash", "IMAGE", tuple(f"corp.net/app@sha256:{maker.text('x', 64)}" for _ in range(2))
    yield "public identifier", "STRIPE_PUBLISHABLE_KEY", tuple("pk_live_" + maker.text("w", 24) for _ in range(2))
    yield "public identifier", "GOOGLE_CLIENT_ID", (f"{maker.text('d', 12)}-{maker.text('l', 32)}.apps.corp.net",)
    yield "name of a secret", "PASSWORD_FIELD", ("current_password", "new_password_confirmation")
    yield "name of a secret", "SECRET_NAME", ("prod/database/main-password", "projects/app/secrets/api-key/versions/3")
    yield "name of a secret", "TOKEN_URL", ("https://login.corp.net/oauth2/v2.0/token?tenant=common",)
    yield "name of a secret", "TOKEN_CLASS", ("rest_framework.authtoken.models.Token", "JSONWebTokenAuthentication")
    yield "name of a secret", "PRIMARY_KEY", ("customer_order_line_item_id", "account-settings-2024-form")
    yield "encrypted value", "DB_PASSWORD", (
        f"ENC[AES256_GCM,data:{maker.text('b', 24)},iv:{maker.text('b', 43)}=,type:str]",
        "{cipher}" + maker.text("x", 64),
    )  # fmt: skip
    yield (
        "translation",
        "PASSWORD",
        ("Mot de passe oublié ?", "Passwort ändern", "Contraseña incorrecta (3)", "パスワード"),
    )
    yield "picture", "ICON", tuple(f"data:image/png;base64,{_base64(maker.data(400))}" for _ in range(2))


def _decoy_files(maker: Maker) -> Iterator[tuple[str, str, str]]:
    for _ in range(3):
        modules = {
            f"node_modules/{maker.text('l', 8)}": {
                "version": "1.2.3",
                "resolved": "https://registry.corp.net/a.tgz",
                "integrity": f"sha512-{_base64(maker.data(64))}",
            }
            for _ in range(40)
        }
        yield "lock file", "package-lock.json", json.dumps({"lockfileVersion": 3, "packages": modules}, indent=2) + "\n"
        lines = [f"package==1.{number} --hash=sha256:{maker.text('x', 64)}\n" for number in range(40)]
        yield "lock file", "requirements.txt", "".join(lines)
        lines = [f"corp.net/{maker.text('l', 6)} v1.0.0 h1:{_base64(maker.data(32))}\n" for _ in range(40)]
        yield "lock file", "go.sum", "".join(lines)
        yield "public key", "authorized_keys", f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{maker.text('b', 43)} work\n"
        for word in ("PUBLIC KEY", "CERTIFICATE"):
            yield "public key", "public.pem", _bound(word, _folded(_sequence(maker, 500))) + "\n"
        yield "encrypted value", "vault.yml", "\n".join(["$ANSIBLE_VAULT;1.1;AES256", *[maker.text("x", 80)] * 6, ""])
        yield "minified script", "app.min.js", _minified(maker)
        yield "script's map", "app.js.map", json.dumps({"version": 3, "mappings": maker.text("b", 4000)}) + "\n"
        yield "picture", "logo.svg", f'<svg><image href="data:image/png;base64,{_base64(maker.data(2000))}"/></svg>\n'
    for number, text in enumerate(_CODE_LINES):
        yield "code about secrets", f"module_{number}.py", f"{text}\n"
    yield (
        "translation",
        "fr.po",
        'msgid "Password"\nmsgstr "Mot de passe"\n\nmsgid "Token expired"\nmsgstr "Jeton expiré"\n',
    )
    yield "test's own value", "test_login.py", 'def test_login(client):\n    client.login("bob", password="secret")\n'
    yield "test's own value", "test_url.py", 'URL = "http://user:pass@example.org/path"\nTOKEN = "test-token"\n'
    digest = hashlib.sha256(b"devsecgate").hexdigest()
    yield "hash", "SHA256SUMS", f"{digest}  app.tar.gz\n{digest[::-1]}  app.zip\n"


def _minified(maker: Maker) -> str:
    parts = (
        f"function {maker.text('a', 2)}(e,t){{return e.token=t.key||n.{maker.text('a', 3)}(e)}}" for _ in range(200)
    )
    return "!" + ";".join(parts) + ";\n"


_CODE_LINES = (
    'token = request.headers["Authorization"].removeprefix("Bearer ")',
    'password = os.environ["DATABASE_PASSWORD"]',
    'SECRET_KEY = config("SECRET_KEY")',
    'api_key: str = Field(default="", description="The key of the service")',
    'password = getpass.getpass("Password of the database: ")',
    'secret = secrets.token_urlsafe(32)  # never written down',
    'key = f"user:{user.id}:session-token"',
    'raise ValueError("the api_key must have 32 letters and digits")',
    'parser.add_argument("--password", help="password of the database user", default=None)',
    'credentials = service_account.Credentials.from_service_account_file("key.json")',
    'if token == expected_token: allow(request, reason="the token is the one that was sent")',
    'TOKEN_PATTERN = re.compile("[A-Za-z0-9_-]{20,40}")',
)  # fmt: skip
