"""All of HumanEval and MBPP through the forms: what is sent, and that the reference comes back whole."""

import ast
import json
import textwrap
from pathlib import Path

import pytest

from hrl.llm.prompts import style
from hrl.llm.requests import CodeReply, Generate
from hrl.types import TestCode, parse_program, program_digest

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the benchmarks' files are not on this machine")


def problems(name):
    return [json.loads(line) for line in (DATA / name).read_text().splitlines()]


def signature_of(problem):
    lines = problem["prompt"].split("\n")
    return next(line for line in lines if line.startswith(f"def {problem['entry_point']}(")).strip(" :")


def request_for(problem):
    name = problem["entry_point"]
    return Generate(problem["task_id"], name, "See below.", signature_of(problem), starter=problem["prompt"])


def digest(code):
    """Of the program without white space at line ends: HumanEval/115 has a string that is no docstring."""
    return program_digest("\n".join(line.rstrip() for line in code.split("\n")))


def check_all(prompt_style, replies):
    """Every way to give a reference solution has to become prompt and solution; those that do not."""
    wrong = []
    for problem in problems("humaneval.jsonl"):
        expected = digest(problem["prompt"] + problem["canonical_solution"])
        for way, said in replies(problem, problem["canonical_solution"]).items():
            if problem["task_id"] == "HumanEval/115" and "function" in way:
                continue  # Its prompt imports math inside the function: written anew, that is lost.
            reply = style(prompt_style).parse(request_for(problem), said, "stop")
            if not isinstance(reply, CodeReply) or digest(reply.code) != expected:
                wrong.append((problem["task_id"], way))
    assert wrong == []


def test_humaneval_is_sent_as_it_is_and_nothing_else():
    for problem in problems("humaneval.jsonl"):
        sent = {
            name: style(name).render(request_for(problem)).messages
            for name in ("completion", "completion-unstripped")
        }
        assert [message.content for message in sent["completion"]] == [problem["prompt"].strip()]
        assert [message.content for message in sent["completion-unstripped"]] == [problem["prompt"]]


def test_humaneval_solutions_continue_the_prompt():
    check_all(
        "completion",
        lambda problem, body: {
            "as a model goes on": f"\n{body}",
            "stripped by a server": body.strip(),
            "with more after it": f"\n{body}\n\n# Tests\nassert 1 == 2\ndef another():\n    retu",
            "as a new function": f"\n{signature_of(problem)}:\n{body}",
        },
    )
    check_all("completion-unstripped", lambda problem, body: {"as a model goes on": body})


def test_a_chat_model_may_repeat_the_function_or_give_its_body():
    check_all(
        "chat",
        lambda problem, body: {
            "all": problem["prompt"] + body,
            "the function without what stood before it": f"{signature_of(problem)}:\n{body}",
            "the body": body,
            "the body in a fence": f"Here it is:\n```python\n{body}```\nIt works.",
            "the body, stripped": body.strip(),
            "the body, dedented": textwrap.dedent(body),
        },
    )


def test_a_chat_prompt_shows_the_function_to_complete():
    for problem in problems("humaneval.jsonl"):
        assert problem["prompt"].strip() in style("chat").render(request_for(problem)).messages[1].content


def test_mbpp_solutions_are_the_whole_program():
    for problem in problems("mbpp.jsonl")[10:110]:
        code = problem["code"].replace("\r\n", "\n")
        called = {
            node.func.id
            for node in ast.walk(parse_program("\n".join(problem["test_list"])))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        defined = [node for node in parse_program(code).body if isinstance(node, ast.FunctionDef)]
        function = next(node for node in defined if node.name in called)
        request = Generate(
            str(problem["task_id"]),
            function.name,
            problem["text"],
            f"def {function.name}({ast.unparse(function.args)})",
            tests=(TestCode("\n".join(problem["test_list"])),),
        )
        sent = style("completion").render(request).messages[0].content
        tests = "\n".join(problem["test_list"]).strip()
        assert sent == f'"""\n{problem["text"].strip()}\n{tests}\n"""\n'
        reply = style("completion").parse(request, f"{code}\n\nprint({function.name}(1))\n", "stop")
        assert isinstance(reply, CodeReply)
        assert program_digest(reply.code) == program_digest(code), problem["task_id"]
