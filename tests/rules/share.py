"""Copy the parts that follow a request from the first rule that has them into all others: `make rules`.

Semgrep's native engine reads no YAML aliases, so that the common parts stand in every rule. They are edited in
`python-sql-injection` (`injection.yaml`) alone.
"""

from __future__ import annotations

import re
from pathlib import Path

PACK = Path(__file__).resolve().parent.parent.parent / "policies" / "rules" / "python"
SHARED = re.compile(r"# \[(request|flow|harmless)\] .*?# \[end\]", re.DOTALL)


def main() -> None:
    """Write the files whose parts differ."""
    parts: dict[str, str] = {}
    for match in SHARED.finditer((PACK / "injection.yaml").read_text(encoding="utf-8")):
        parts.setdefault(match[1], match[0])
    assert set(parts) == {"request", "flow", "harmless"}
    for file in sorted(PACK.glob("*.yaml")):
        before = file.read_text(encoding="utf-8")
        after = SHARED.sub(lambda match: parts[match[1]], before)
        if after != before:
            file.write_text(after, encoding="utf-8")
            print(f"{file.name}: brought up to date")


if __name__ == "__main__":
    main()
