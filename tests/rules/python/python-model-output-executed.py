import ast
import json
import os
import subprocess
import sys

from anthropic import Anthropic
from openai import OpenAI

client = OpenAI()
claude = Anthropic()

TOOLS = {"add": lambda a, b: a + b}


def solve(question, cursor, llm):
    answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
    code = answer.choices[0].message.content
    # ruleid: python-model-output-executed
    exec(code)
    # ruleid: python-model-output-executed
    subprocess.run([sys.executable, "-c", code], check=True)
    message = claude.messages.create(model="m", max_tokens=1000, messages=[])
    # ruleid: python-model-output-executed
    os.system(message.content[0].text)
    statement = llm.invoke("Write SQL for: " + question)
    # ruleid: python-model-output-executed
    cursor.execute(statement.content)
    # ok: python-model-output-executed
    print(code)
    # ok: python-model-output-executed
    data = json.loads(code)
    # ok: python-model-output-executed
    TOOLS[data["tool"]](float(data["a"]), float(data["b"]))
    # ok: python-model-output-executed
    ast.literal_eval(code)
    # ok: python-model-output-executed
    cursor.execute("INSERT INTO answer VALUES (?)", (statement.content,))
    # ok: python-model-output-executed
    exec("print(1)")
