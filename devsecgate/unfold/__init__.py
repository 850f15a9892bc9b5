"""Python files of web applications, with what their functions call written into them."""
