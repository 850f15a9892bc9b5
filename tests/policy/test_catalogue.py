"""Every bundled rule is in the catalogue, and one that cannot be read is an error and never left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from devsecgate import bundled
from devsecgate.errors import DevsecgateError
from devsecgate.model import Confidence, Severity
from devsecgate.policy import rule_files
from devsecgate.policy.catalogue import BundledRule, Category, Weakness, bundled_rules

RULE = """\
rules:
  - id: shop-price
    severity: HIGH
    metadata:
      confidence: MEDIUM
      cwe: ["CWE-682: Incorrect Calculation"]
      owasp: ["A06:2025 - Insecure Design", "A04:2021 - Insecure Design"]
      asvs: [v5.0.0-2.2.1]
      lesson: {title: A price as float}
"""
CANARY = "rules:\n  - {id: shop-canary, severity: INFO, metadata: {category: self-test}}\n"


def pack(folder: Path, text: str) -> Path:
    (folder / "shop").mkdir()
    (folder / "shop" / "prices.yaml").write_text(text)
    return folder


def test_a_rule_is_read_with_all_that_it_says_of_itself(tmp_path: Path) -> None:
    (pack(tmp_path, RULE) / "shop" / "canary.yaml").write_text(CANARY)
    assert bundled_rules(tmp_path) == (
        BundledRule(
            pack="shop",
            name="shop-price",
            title="A price as float",
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            weaknesses=(Weakness(number=682, title="Incorrect Calculation"),),
            owasp=(
                Category(year=2021, code="A04", title="Insecure Design"),
                Category(year=2025, code="A06", title="Insecure Design"),
            ),
            asvs=("v5.0.0-2.2.1",),
        ),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [", "this is no file of rules"),
        ("other: []\n", "this is no file of rules"),
        (RULE.replace("      confidence: MEDIUM\n", ""), "missing required field `confidence`"),
        (RULE.replace("HIGH", "ERROR"), "Invalid enum value 'ERROR'"),
        (RULE.replace("CWE-682: ", ""), "'Incorrect Calculation' is no entry of the CWE list"),
        (RULE.replace("A06:2025", "A6"), "'A6 - Insecure Design' is no entry of a list of OWASP"),
    ],
)
def test_what_cannot_be_read_is_an_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DevsecgateError) as caught:
        bundled_rules(pack(tmp_path, text))
    assert said in str(caught.value)


def test_a_folder_without_rules_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DevsecgateError, match="there are no rules here"):
        bundled_rules(tmp_path)


def test_every_bundled_rule_but_the_canaries_is_in_the_catalogue() -> None:
    folder = bundled.policies() / "rules"
    files = sorted(folder.rglob("*.yaml"))
    canaries = [file for file in files if file.stem == "canary"]
    in_files = sum(len(rule_files.rules(file)) for file in files if file not in canaries)
    found = bundled_rules(folder)
    assert len(canaries) == len({rule.pack for rule in found}) == len(list(folder.iterdir()))
    assert len(found) == len({rule.name for rule in found}) == in_files


def test_a_number_and_a_category_are_called_the_same_by_every_rule() -> None:
    found = bundled_rules(bundled.policies() / "rules")
    weaknesses = {each for rule in found for each in rule.weaknesses}
    categories = {each for rule in found for each in rule.owasp}
    assert sorted(weaknesses) == sorted({each.number: each for each in weaknesses}.values())
    assert sorted(categories) == sorted({str(each): each for each in categories}.values())
