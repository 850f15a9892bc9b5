"""One module for each report; discovery.py finds every module here that ends in `REPORT = Report(...)`."""
