"""A tool that the policy declares goes in; a Scanner that runs it and reads its SARIF 2.1.0 comes out."""

from devsecgate.sarif_in.reading import parse
from devsecgate.sarif_in.tool import SarifTool, scanner

__all__ = ["SarifTool", "parse", "scanner"]
