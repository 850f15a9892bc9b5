import ast

import boto3
from openai import OpenAI

client = OpenAI()
bedrock = boto3.client("bedrock-runtime")


def expression(text):
    answer = client.responses.create(model="m", input=text)
    return answer.output_text.strip()


def number():
    return "1 + 1"


def calculate(text):
    # ruleid: python-model-output-executed
    first = eval(expression(text))
    # ok: python-model-output-executed
    second = eval(number())
    # ok: python-model-output-executed
    third = ast.literal_eval(expression(text))
    answer = bedrock.converse(modelId="m", messages=[])
    # ruleid: python-model-output-executed
    exec(answer["output"]["message"]["content"][0]["text"])
    return first, second, third
