"""What every report says about a package: ids, where it comes from, and what to do."""

from __future__ import annotations

from msgspec import structs

from devsecgate import summary
from devsecgate.model import Issue, Package, Verdict
from devsecgate.remedy import Advice


def with_package(issue: Issue, **changes: object) -> Issue:
    primary = issue.primary
    assert primary.package is not None
    package: Package = structs.replace(primary.package, **changes)  # type: ignore[arg-type]
    return structs.replace(issue, findings=(structs.replace(primary, package=package),))


def jinja(verdicts: dict[str, Verdict]) -> Issue:
    return next(each.issue for each in verdicts["fail"].decisions if "CVE-2019-10906" in each.issue.ids)


def curl(verdicts: dict[str, Verdict]) -> Issue:
    return next(each.issue for each in verdicts["fail"].decisions if "DSA-5523-1" in each.issue.ids)


def test_cves_come_first_and_a_distributions_advisory_after_what_it_is_about(verdicts: dict[str, Verdict]) -> None:
    assert summary.advisories(jinja(verdicts)) == "CVE-2019-10906, GHSA-462w-v97r-4m45, PYSEC-2019-217"
    assert summary.advisories(curl(verdicts)) == "CVE-2023-38545, CVE-2023-38546, DSA-5523-1"


def test_of_dozens_of_ids_the_first_are_shown_and_the_rest_counted(verdicts: dict[str, Verdict]) -> None:
    finding = structs.replace(curl(verdicts).primary, upstream=frozenset(f"CVE-2024-{number}" for number in range(20)))
    issue = structs.replace(curl(verdicts), findings=(finding,))
    assert summary.advisories(issue).endswith("CVE-2024-15 and 13 more")


def test_the_version_that_no_advisory_affects_goes_before_the_fix_of_one(verdicts: dict[str, Verdict]) -> None:
    issue = jinja(verdicts)
    assert summary.upgrade_to(issue) == "2.10.1"
    better = with_package(issue, remedy="3.1.6")
    assert summary.upgrade_to(better) == "3.1.6"
    assert summary.advice(better) == Advice(
        what="Upgrade jinja2 from 2.4.1 to 3.1.6", change="requirements.txt:3: jinja2==3.1.6"
    )
    decision = structs.replace(verdicts["fail"].decisions[0], issue=better)
    assert [group.upgrade for group in summary.package_groups([decision])] == ["3.1.6"]


def test_where_a_package_comes_from_is_one_sentence(verdicts: dict[str, Verdict]) -> None:
    package = curl(verdicts).primary.package
    assert package is not None
    assert summary.comes_from(package) == "curl; layer 3 of 5: RUN apt-get install curl"
    assert summary.comes_from(structs.replace(package, via=(), origin="")) == ""


def test_what_is_about_no_package_has_no_advice(verdicts: dict[str, Verdict]) -> None:
    assert summary.advice(verdicts["fail"].decisions[0].issue) is None
