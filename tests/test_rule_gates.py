"""The gate of JavaScript's rules that follow a request: which text may have one, and which only resembles it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from devsecgate import bundled

RULES = Path(bundled.policies()) / "rules" / "javascript"
SOURCES = (
    "const id = req.query.id",
    "const id = req?.body.id",
    "const { id } = req.params",
    "const { query } = req",
    "const { body: { name } } = this.request;",
    "const { query } = ctx\n",
    "const name = ctx.query.name",
    "const name = ctx.request.body.name",
    "const { name } = ctx.request.body",
    "const { name = 'x' } = req.query",
    "const url = context.params.url",
    "const name = event.queryStringParameters.name",
    "const path = event.rawPath",
    "app.get('/', ({ query }, res) => res.send(query.x))",
    "app.get('/', ({ params: { id } }, _res) => 1)",
    "export default function handler({ query }: Props, reply) {}",
    "export async function GET(_r, { params }: { params: { id: string } }) { return f(params.id) }",
    "export default async function Page({ params }) { f(params.id) }",
    "const view = (r: Request, s: Response) => f(r.body)",
    "const view = (r: express.Request, s) => f(r.body)",
    "export function handler(r: NextApiRequest, s) {}",
    "socket.on('message', (text) => run(text))",
    "const find = { user: (parent, args) => db.get(args.id) }",
    "const find = { user: (_, { id }) => db.get(id) }",
    "const find = { user: async (_parent, { id = 1 }, { db }) => db.get(id) }",
    "const find = { user(obj, args: Args, ctx): Promise<User> { return db.get(args.id) } }",
    "const find = { user: (root, args): User => db.get(args.id) }",
    "const name = url.searchParams.get('name')",
    "const { q } = getQuery(event)",
    "const data = formData.get('name')",
    "const all = Object.fromEntries(form_data)",
    "find(@Query('name') name: string) {}",
    "create(@Body() user: User) {}",
    "const all = cookies().get('name')",
    "'use server'",
)
LOOKALIKES = (
    "context.requests.push(callback)",
    "const { width } = ctx.measureText(text);",
    "return value.apply(obj, args);",
    "new CCITTFaxDecoder(source, {\n K: 1\n});",
    "function f(t){var n=t.event.raw;return n}",
    "var a = new FormData; a.append('image', e)",
    "this.menu.update(this.input.getQuery())",
    "getQuery: function getQuery() { return 1 }",
    "return{mode:m,body:h}}}return e||r?{sup:e,sub:r}:a},e.parseFunction=function(t,e,r){var a}",
    "new Headers(x); f(Query(y))",
    "var otherRequest = new XMLHttpRequest()",
)


@cache
def gates() -> set[str]:
    """Give the gates of all sources that are requests."""
    found: set[str] = set()
    for file in sorted(RULES.glob("*.yaml")):
        for rule in yaml.safe_load(file.read_bytes())["rules"]:
            for source in rule.get("pattern-sources", ()):
                patterns = source.get("patterns", [])
                inside = [each["pattern-inside"] for each in patterns if "pattern-inside" in each]
                found |= {each["pattern-regex"] for each in inside if "readBody" in str(each)}
    return found


def test_all_rules_that_follow_a_request_have_one_gate() -> None:
    assert len(gates()) == 1


@pytest.mark.parametrize("text", SOURCES)
def test_whatever_may_be_a_request_passes_the_gate(text: str) -> None:
    (gate,) = gates()
    assert re.match(gate, f"const x = require('x');\n{text}\n")


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_only_resembles_a_request_does_not_pass_it(text: str) -> None:
    (gate,) = gates()
    assert not re.match(gate, f"const x = require('x');\n{text}\n")
