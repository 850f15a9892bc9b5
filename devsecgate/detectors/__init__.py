"""Our own scanners: programs that read files and print JSON, run as children like every other tool."""
