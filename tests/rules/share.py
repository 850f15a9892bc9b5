"""Copy the parts that follow a request from the first rule that has them into all others of its pack: `make rules`.

Semgrep's native engine reads no YAML aliases, so that the common parts stand in every rule. They are edited in
`injection.yaml` of a pack alone, in the rule about SQL, where they stand first.
"""

from __future__ import annotations

import re
from pathlib import Path

RULES = Path(__file__).resolve().parent.parent.parent / "policies" / "rules"
SHARED = re.compile(r"# \[(words|request|flow|harmless|literals)\] .*?# \[end\]", re.DOTALL)


def main() -> None:
    """Write the files whose parts differ."""
    for first in sorted(RULES.glob("*/injection.yaml")):
        parts: dict[str, str] = {}
        for file in (first, *sorted(first.parent.glob("*.yaml"))):
            for match in SHARED.finditer(file.read_text(encoding="utf-8")):
                parts.setdefault(match[1], match[0])
        assert {"request", "flow", "harmless"} <= set(parts)
        for file in sorted(first.parent.glob("*.yaml")):
            before = file.read_text(encoding="utf-8")
            after = SHARED.sub(lambda match, parts=parts: parts[match[1]], before)
            if after != before:
                file.write_text(after, encoding="utf-8")
                print(f"{first.parent.name}/{file.name}: brought up to date")


if __name__ == "__main__":
    main()
