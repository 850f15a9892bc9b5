"""Container images: checked, laid out anew, walked through, and judged; `devsecgate.detectors.image` is the program."""
