import ast
import os
import shlex
import subprocess
import sys


def main():
    # ruleid: python-local-input-to-interpreter
    os.system("less " + sys.argv[1])
    # ruleid: python-local-input-to-interpreter
    subprocess.run(f"less {sys.argv[1]}", shell=True)
    formula = input("formula: ")
    # ruleid: python-local-input-to-interpreter
    print(eval(formula))
    # ruleid: python-local-input-to-interpreter
    exec(sys.stdin.read())
    # ok: python-local-input-to-interpreter
    subprocess.run(["less", "--", sys.argv[1]], check=True)
    # ok: python-local-input-to-interpreter
    os.system("less " + shlex.quote(sys.argv[1]))
    # ok: python-local-input-to-interpreter
    print(ast.literal_eval(formula))
    # ok: python-local-input-to-interpreter
    print(eval("1 + 1"))
    # ok: python-local-input-to-interpreter
    os.system(f"head -n {int(sys.argv[2])} /etc/hosts")
