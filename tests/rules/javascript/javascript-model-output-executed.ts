import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";
import { generateText } from "ai";
import { execSync, execFileSync } from "node:child_process";
import vm from "node:vm";

const client = new OpenAI();
const anthropic = new Anthropic();
const TOOLS = ["status", "log"];

export async function calculate(question: string, pool: Pool) {
  const answer = await client.responses.create({ model: "gpt-4.1", input: question });
  // ruleid: javascript-model-output-executed
  eval(answer.output_text);
  const completion = await client.chat.completions.create({ model: "gpt-4.1", messages: [] });
  const code = completion.choices[0].message.content;
  // ruleid: javascript-model-output-executed
  vm.runInNewContext(code);
  // ruleid: javascript-model-output-executed
  execSync(code);
  const { text } = await generateText({ model, prompt: question });
  // ruleid: javascript-model-output-executed
  await pool.query(text);
  const message = await anthropic.messages.create({ model: "claude", max_tokens: 100, messages: [] });
  // ruleid: javascript-model-output-executed
  new Function(message.content[0].text)();
  // ok: javascript-model-output-executed
  const value = Number(answer.output_text);
  // ok: javascript-model-output-executed
  const parsed = JSON.parse(code);
  // ok: javascript-model-output-executed
  await pool.query("INSERT INTO answer (text) VALUES ($1)", [text]);
  // ok: javascript-model-output-executed
  execSync("git status");
  if (!TOOLS.includes(text)) {
    return null;
  }
  // ok: javascript-model-output-executed
  execFileSync("git", [text]);
  return { value, parsed };
}
