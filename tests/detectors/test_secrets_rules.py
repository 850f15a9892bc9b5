"""Every rule of policies/secrets/rules.toml finds what it is for, and not what is one letter short of it."""

from __future__ import annotations

import importlib.util
import random
import re
import sys
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType

import msgspec
import pytest

from devsecgate.detectors import secrets_rules
from devsecgate.detectors.secrets_checks import Strength
from devsecgate.detectors.secrets_search import LONGEST_KEYWORD, search

REPOSITORY = Path(__file__).resolve().parent.parent.parent
RULES = secrets_rules.load(secrets_rules.table())
BY_ID = {rule.id: rule for rule in RULES}


def load_corpus() -> ModuleType:
    """The generator of `benchmarks/secrets_engines.py`: values are made here and now, and none is committed."""
    name = "secrets_corpus"
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "benchmarks" / "secrets_corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


corpus = load_corpus()
ADDED = {
    "azure-service-key": (
        "{w:76}+ASt{w:6}==", "{w:76}+ABa{w:6}==", "{w:76}ACDb{w:6}==", "{w:76}APIM{w:6}==", "{w:44}AzFu{w:6}==",
        "{w:42}+ACR{w:6}", "{w:42}AzSe{w:6}", "{w:33}+AEh{w:6}=", "{w:33}+ASb{w:6}=", "{w:33}AIoT{w:6}=",
        "{w:33}AzCa{w:6}=", "{w:52}JQQJ99{w:26}",
    ),
    "azure-sas-signature": ("{w:43}%3D", "{w:43}="),
    "cloudflare-key": ("cfk_{w:48}", "cfut_{w:48}", "cfat_{w:48}"),
    "fastly-token": ("{u:32}",),
    "firebase-server-key": ("AAAA{w:7}:APA91b{w:134}",),
    "named-service-token": ("{w:24}", "{uuid}", "vcp_{w:30}", "sdk-{uuid}", "{x:40}"),
    "okta-token": ("00{w:40}",),
}  # fmt: skip
"""Rules and values that the corpus has not; the rules first."""
MORE = {
    "ai-service-key": ("sk_{x:48}", "tvly-dev-{w:32}", "tvly-{w:32}", "jina_{x:32}{w:28}", "apify_api_{w:36}"),
    "business-service-token": (
        "pk_12345678_{A:32}", "pk_{x:34}", "ATTA{x:72}", "dG9rO{w:55}=", "os_v2_app_{l:103}", "sl.u.{w:140}",
    ),
    "databricks-token": ("dose{x:32}",),
    "gitlab-token": ("glwt-{w:20}",),
    "grafana-cloud-token": ("eyJrIjoi{w:80}",),
    "hosting-service-token": ("essu_{w:80}==", "cflt{w:60}", "AKID{w:32}"),
    "npmrc-auth-token": ("{uuid}",),
}  # fmt: skip
AROUND = {
    "azure-sas-signature": "https://acme.blob.core.windows.net/c?sv=2022-11-02&sp=rwd&sig={}",
    "fastly-token": "FASTLY_API_TOKEN = '{}'",
    "named-service-token": "SNYK_TOKEN={}",
    "npmrc-auth-token": "//registry.example/:_authToken={}",
    "okta-token": "Authorization: SSWS {}",
}
SAMPLES = [(rule, number) for rule, shape in corpus.SHAPES.items() for number in range(len(shape.values))]
QUOTED = {"settings.py", "settings.json", "settings.js"}


def value_of(rule: str, number: int, seed: int = 0) -> str:
    maker = corpus.Maker(random.Random(f"{rule} {number} {seed}"))
    return str(maker.fill(corpus.SHAPES[rule].values[number]))


def text_of(rule: str, value: str, spelling: str) -> str:
    shape = corpus.SHAPES[rule]
    around = shape.around.format(value)
    return f"{around}\n" if shape.whole else corpus.SPELLINGS[spelling](shape.name or "SETTING", around)


def found(text: str, *, configuration: bool = True) -> list[tuple[str, Strength, str]]:
    data = text.encode()
    matches = search(data, RULES, configuration=configuration)
    assert matches.incomplete == ""
    return [(each.rule.id, each.strength, data[each.start : each.end].decode()) for each in matches.found]


def test_each_rule_has_a_sample_and_each_sample_a_rule() -> None:
    assert sorted(BY_ID) == sorted({*corpus.SHAPES, *ADDED})
    assert len(BY_ID) == len(RULES)


@pytest.mark.parametrize(("rule", "number"), SAMPLES, ids=str)
def test_a_rule_finds_its_sample_in_every_spelling(rule: str, number: int) -> None:
    for seed, spelling in enumerate(corpus.SPELLINGS):
        value = value_of(rule, number, seed)
        text = text_of(rule, value, spelling)
        places = found(text, configuration=spelling not in QUOTED)
        assert [place[0] for place in places] == [rule], (spelling, text)
        assert places[0][1] >= Strength.GUESSED, (spelling, text)


@pytest.mark.parametrize(
    ("rule", "template"), [(rule, each) for rule, values in {**ADDED, **MORE}.items() for each in values]
)
def test_a_rule_finds_what_the_corpus_has_not_and_not_its_placeholder(rule: str, template: str) -> None:
    around = AROUND.get(rule, "SETTING = '{}'")
    for seed in range(5):
        template = template.replace("{l:103}", "{a:103}")
        value = corpus.Maker(random.Random(f"{template} {seed}")).fill(template)
        value = value.lower() if value.startswith("os_v2_") else value
        text = around.format(value)
        assert [(each[0], each[2]) for each in found(f"x\n{text}\n")] == [(rule, value)], text
        assert min(each[1] for each in found(text)) >= Strength.PLAUSIBLE
        holder = re.sub(
            r"\{\w+:(\d+)\}",
            lambda part: "a" * int(part[1]),
            template.replace("{uuid}", "0" * 8 + "-0000" * 3 + "-" + "0" * 12),
        )
        assert rule not in {each[0] for each in found(around.format(holder))}, holder
        assert rule not in {each[0] for each in found(around.format(value[: len(value) * 2 // 5]))}


@pytest.mark.parametrize(
    "text",
    [
        "https://video.example/watch?v=1&sig={w:43}%3D",
        "design = '{w:43}='",
        "okta_domain = 'dev-12345678.okta.example'",
        "FASTLY_SERVICE_ID = '{w:22}'",
        "const algoliaSearchOnly = '{x:32}';",
        "SONAR_HOST_URL = 'https://sonar.corp.example/{w:24}'",
        "self._auth = self.make_authentication_header()",
        "user_authenticated = check_authentication_of(user)",
        "data:font/woff2;base64,{w:80}ACDb{w:3}==",
        "AIoT devices and APIM gateways: Azure{w:6}",
    ],
)
def test_what_only_looks_like_a_key_of_such_a_service_is_none(text: str) -> None:
    ours = {*ADDED, "npmrc-auth-token"}
    assert not ours & {each[0] for each in found(corpus.Maker(random.Random(text)).fill(text))}


def test_every_keyword_is_shorter_than_the_overlap_of_the_parts_of_a_file() -> None:
    assert max(len(keyword) for rule in RULES for keyword in rule.keywords) < LONGEST_KEYWORD


EXACT = [
    rule
    for rule, shape in corpus.SHAPES.items()
    if not shape.whole and shape.values[0][0] != "{" and "{u:" not in shape.values[0]
]


@pytest.mark.parametrize("rule", EXACT)
def test_the_place_is_that_of_the_value_and_of_nothing_else(rule: str) -> None:
    value = value_of(rule, 0)
    assert [place[2] for place in found(text_of(rule, value, "settings.py"))] == [value]


SHORTENED = {
    "generic-secret": 10,
    "generic-password": 5,
    "connection-string-password": 4,
    "url-credentials": 2,
    "command-line-password": 4,
    "netrc-password": 4,
    "sql-password": 4,
    "npmrc-auth-token": 10,
    "basic-authorization": 10,
    "bearer-authorization": 10,
    "docker-config-auth": 10,
    "aws-secret-access-key": 39,
    "aws-access-key-id": 19,
    "google-api-key": 38,
    "heroku-api-key": 35,
    "sendgrid-key": 68,
    "twilio-api-key": 33,
    "age-secret-key": 73,
    "pulumi-token": 43,
    "databricks-token": 35,
    "airtable-token": 81,
    "telegram-bot-token": 45,
    "github-fine-grained-token": 92,
    "npm-token": 39,
    "shopify-token": 37,
    "rubygems-token": 56,
    "postman-key": 63,
    "digitalocean-token": 70,
    "linear-key": 47,
    "google-oauth-secret": 34,
    "huggingface-token": 36,
    "azure-storage-key": 80,
    "private-key": 60,
    "gcp-service-account": 170,
    "private-key-base64": 40,
    "google-oauth-token": 40,
    "vault-token": 20,
}
"""How much of the sample is left where the rule allows several lengths, or is a single letter too short for it."""


@pytest.mark.parametrize("rule", sorted(corpus.SHAPES))
def test_what_is_too_short_is_not_found(rule: str) -> None:
    for seed in range(5):
        value = value_of(rule, 0, seed)
        short = value[: SHORTENED.get(rule, len(value) * 2 // 5)]
        for spelling in ("settings.py", "service.yaml", "start.sh"):
            text = text_of(rule, short, spelling)
            assert rule not in {place[0] for place in found(text)}, text


PREFIXED = [
    (rule, number)
    for rule, number in SAMPLES
    if not corpus.SHAPES[rule].name
    and not corpus.SHAPES[rule].whole
    and re.match(r"\w\w", corpus.SHAPES[rule].values[number])
]


@pytest.mark.parametrize(("rule", "number"), PREFIXED, ids=str)
def test_a_prefix_that_is_another_or_the_end_of_a_word_is_not_found(rule: str, number: int) -> None:
    value = value_of(rule, number)
    for wrong in (value[0].swapcase() + value[1:], "x" + value):
        if corpus.SHAPES[rule].around == "{}":
            assert rule not in {place[0] for place in found(f'SETTING = "{wrong}"\n')}, wrong


LONGER = ["aws-access-key-id", "github-fine-grained-token", "npm-token", "google-api-key", "sendgrid-key",
          "rubygems-token", "pulumi-token",
          "digitalocean-token", "twilio-api-key", "mailchimp-key", "telegram-bot-token", "postman-key",
          "huggingface-token", "airtable-token", "age-secret-key", "aws-secret-access-key"]  # fmt: skip


@pytest.mark.parametrize("rule", LONGER)
def test_what_is_too_long_for_a_format_of_one_length_is_not_found(rule: str) -> None:
    text = text_of(rule, value_of(rule, 0) + "aB3", "settings.py")
    assert rule not in {place[0] for place in found(text)}, text


CHECKED = {
    "github-token": Strength.DOUBTFUL,
    "npm-token": Strength.DOUBTFUL,
    "grafana-service-account-token": Strength.DOUBTFUL,
    "age-secret-key": Strength.DOUBTFUL,
    "devsecgate-canary": None,
}


@pytest.mark.parametrize(("rule", "expected"), CHECKED.items())
def test_a_wrong_checksum_is_a_doubt_and_a_right_one_is_certain(rule: str, expected: Strength | None) -> None:
    for seed in range(20):
        value = value_of(rule, 0, seed)
        wrong = value[:20] + ("7" if value[20] != "7" else "5") + value[21:]
        assert [place[1] for place in found(f'SETTING = "{value}"\n')] == [Strength.VERIFIED]
        assert [place[1] for place in found(f'SETTING = "{wrong}"\n')] == ([] if expected is None else [expected])


@pytest.mark.parametrize("before", [" ", '"', "=", "\\n", "\\t", "\\u003d", "%3D", "%22", "\x1b[32m", "(", "é"])
def test_a_token_is_found_behind_whatever_is_not_part_of_a_word(before: str) -> None:
    value = value_of("github-token", 0)
    assert [place[0] for place in found(f"SETTING{before}{value}\n")] == ["github-token"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("env:\n  - name: DB_PASSWORD\n    value: {}\n", "generic-password"),
        ('env:\n  - name: DB_PASSWORD\n    value: "{}"\n', "generic-password"),
        ('{{"name": "DB_PASSWORD", "value": "{}"}}', "generic-password"),
        ('<add key="Password" value="{}" />', "generic-password"),
        ("<password>{}</password>", "generic-password"),
        ('os.environ["DB_PASSWORD"] = "{}"', "generic-password"),
        ('os.environ.setdefault("DB_PASSWORD", "{}")', "generic-password"),
        ('password: str = "{}"', "generic-password"),
        ("password => '{}'", "generic-password"),
        ("password := `{}`", "generic-password"),
        ('"{{\\"password\\": \\"{}\\"}}"', "generic-password"),
        ("jdbc:postgresql://db/app?user=app&password={}", "connection-string-password"),
        ("Server=db;User=app;Pwd={};", "connection-string-password"),
        ("mysql://app:{}@db.corp.net/app", "url-credentials"),
        ("redis://:{}@cache:6379/0", "url-credentials"),
        ("mysql://app:{}@${{DB_HOST}}/app", "url-credentials"),
        ("mysql://${{DB_USER}}:{}@db/app", "url-credentials"),
        ("curl -u deploy:{} https://x", "command-line-password"),
        ("sshpass -p {} ssh x", "command-line-password"),
        ("tool --password={}", "command-line-password"),
        ("tool --password '{}'", "command-line-password"),
        ("ALTER USER app IDENTIFIED BY '{}';", "sql-password"),
    ],
)
def test_a_password_is_found_wherever_configuration_and_code_write_it(text: str, rule: str) -> None:
    maker = corpus.Maker(random.Random(text))
    value = corpus.password(maker)
    assert [(place[0], place[2]) for place in found(text.format(value))] == [(rule, value)]


def test_a_password_with_an_at_sign_is_found_in_an_address() -> None:
    value = "Qu@rtz" + "-77x"
    assert [place[2] for place in found(f"postgres://app:{value}@db.corp.net/app")] == [value]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_pattern_repeats_without_an_upper_bound(rule: secrets_rules.Rule) -> None:
    for pattern in filter(None, (rule.pattern, rule.bare)):
        assert _unbounded(_parser.parse(pattern.pattern)) == []


def _unbounded(parsed: object) -> list[object]:
    bad: list[object] = []
    if isinstance(parsed, tuple) and len(parsed) == 2 and "REPEAT" in str(parsed[0]):
        bad += [parsed[1][:2]] if parsed[1][1] == _parser.MAXREPEAT else []
    if isinstance(parsed, tuple | list | _parser.SubPattern):
        for part in parsed:
            bad += _unbounded(part)
    return bad


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_it_found_how_bad_it_is_and_what_to_do(rule: secrets_rules.Rule) -> None:
    assert rule.severity in {"info", "low", "medium", "high", "critical"}
    assert rule.confidence in {"low", "medium", "high"}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert len(rule.title) > 5
    assert len(rule.revoke) > 5
    assert not rule.ignore_case or all(word == word.lower() for word in rule.keywords)


ENTRY = """[[rule]]
id = "x"
title = "X"
keywords = ["x"]
pattern = '(?P<value>x)'
check = "token"
severity = "low"
confidence = "low"
revoke = "nothing"
"""


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", msgspec.ValidationError),
        ("rule = []", ValueError),
        ("[[rule]\n", ValueError),
        (ENTRY.replace('"token"', '"magic"'), ValueError),
        (ENTRY.replace('["x"]', "[]"), ValueError),
        (ENTRY.replace('["x"]', '[""]'), ValueError),
        (ENTRY.replace("(?P<value>x)", "(?P<value>x"), re.error),
        (ENTRY.replace('id = "x"\n', ""), msgspec.ValidationError),
        (ENTRY.replace('severity = "low"\n', ""), msgspec.ValidationError),
        (ENTRY + 'colour = "red"\n', msgspec.ValidationError),
    ],
)
def test_rules_that_cannot_be_read_are_an_error_and_never_fewer_rules(
    tmp_path: Path, text: str, error: type[Exception]
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    with pytest.raises(error):
        secrets_rules.load(file)
    file.write_text(ENTRY)
    assert [rule.id for rule in secrets_rules.load(file)] == ["x"]
