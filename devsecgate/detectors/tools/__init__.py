"""Other people's matchers, where a user has them: how they are given their work, run, and read."""
