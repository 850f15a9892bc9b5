"""devsecgate: a security gate for pipelines that cannot pass by accident."""

__version__ = "0.1.0"
