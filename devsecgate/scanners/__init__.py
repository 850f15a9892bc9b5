"""One module for each scanner; discovery.py finds every module here that ends in `SCANNER = Scanner(...)`."""
