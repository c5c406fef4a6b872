"""The manual pages and README against the program: a command, option or key that is in one and not in the others fails here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
import pytest

from tests.docs.write import CHECKOUT, PLACES, written
from whisper_tui import errors
from whisper_tui.audit.records import Kind
from whisper_tui.cli.main import COMMANDS, root
from whisper_tui.config import schema, scorecard
from whisper_tui.permissions import lint
from whisper_tui.permissions import schema as policy
from whisper_tui.permissions.cases import CaseTable, outcomes, read_cases
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.policy import RULES
from whisper_tui.terms import Right

README = (CHECKOUT / "README.md").read_text()


def man(page: str) -> str:
    """The page's text, without what only roff needs."""
    roff = (CHECKOUT / "man" / page).read_text()
    return re.sub(r"\\f[A-Z]|^\.[A-Z]+ ?", "", roff, flags=re.MULTILINE).replace("\\-", "-").replace("\\(aq", "'")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that can be typed, by its words after `whisper-tui`."""
    with click.Context(root, info_name="whisper-tui") as ctx:
        for name in root.list_commands(ctx):
            command = root.get_command(ctx, name)
            assert command is not None
            yield name, command
            for word, below in command.commands.items() if isinstance(command, click.Group) else ():
                yield f"{name} {word}", below


def options(command: click.Command) -> list[str]:
    shown = [parameter for parameter in command.params if isinstance(parameter, click.Option) and not parameter.hidden]
    return [max(option.opts, key=len) for option in shown]


def written_kinds() -> list[Kind]:
    """The kinds of rows that anything in the program makes."""
    code = "".join(path.read_text() for path in (CHECKOUT / "whisper_tui").rglob("*.py"))
    return [kind for kind in Kind if re.search(rf"\bKind\.{kind.name}\b", code)]


COMMAND_LINE = list(commands())


@pytest.mark.parametrize(("words", "command"), COMMAND_LINE, ids=[words for words, _ in COMMAND_LINE])
def test_every_command_has_its_place_in_the_manual_with_all_its_options(words: str, command: click.Command) -> None:
    arguments = [parameter.human_readable_name for parameter in command.params if isinstance(parameter, click.Argument)]
    if isinstance(command, click.Group):
        return
    said = re.findall(
        rf"^\"?whisper-tui {words}\b(.*?)(?=^\"?whisper-tui |^SEE ALSO|\Z)", man("whisper-tui.1"), re.M | re.S
    )
    assert said, f"whisper-tui {words} is not in whisper-tui.1"
    for word in [*options(command), *arguments]:
        assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", said[-1], re.IGNORECASE), (
            f"{word} is not explained there"
        )


def test_the_manual_and_readme_know_the_options_of_the_program_itself() -> None:
    for option in options(root):
        assert option in man("whisper-tui.1")


@pytest.mark.parametrize(("words", "command"), COMMAND_LINE, ids=[words for words, _ in COMMAND_LINE])
def test_every_command_and_option_is_in_readme(words: str, command: click.Command) -> None:
    if isinstance(command, click.Group):
        return
    row = re.search(rf"^\| `whisper-tui {words}\b(.*)$", README, re.MULTILINE)
    assert row, f"whisper-tui {words} is not in README"
    for option in options(command):
        assert re.search(rf"{option}\b", row[1]), f"{option} is not in README's row"


def test_readme_names_no_command_that_is_not_there() -> None:
    there = {words.split()[0] for words, _ in COMMAND_LINE}
    assert set(re.findall(r"`whisper-tui ([a-z]+)", README)) <= there
    assert there == set(COMMANDS)


def structs(struct: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    for name in msgspec.structs.fields(struct):
        yield struct.__name__, name.name


KEYS = [
    key
    for struct in (
        schema.Config,
        schema.PbxSettings,
        schema.Secret,
        schema.Tls,
        schema.PhoneSettings,
        schema.LegSettings,
        schema.AgentSettings,
        schema.HandSettings,
        schema.NeedSettings,
        schema.FactSettings,
        schema.LogSettings,
        schema.QueueSettings,
        schema.ShipSettings,
        scorecard.ScorecardFile,
        scorecard.ItemTable,
    )
    for key in structs(struct)
]


@pytest.mark.parametrize(("struct", "key"), KEYS, ids=[f"{struct}.{key}" for struct, key in KEYS])
def test_every_key_of_the_settings_is_in_their_manual(struct: str, key: str) -> None:
    assert re.search(rf"(?<![\w-]){key}(?![\w-])", man("whisper-tui.toml.5"))


def test_the_example_of_the_manual_is_a_scorecard(tmp_path: Path) -> None:
    said = (CHECKOUT / "man" / "whisper-tui.toml.5").read_text().partition(".SH THE SCORECARD")[2].replace("\\-", "-")
    said = said.partition("\n.SH ")[0]
    (card,) = re.findall(r"^\.EX\n(.*?)^\.EE$", said, re.MULTILINE | re.DOTALL)
    path = tmp_path / "scorecard.toml"
    path.write_text(card)
    path.chmod(0o600)
    assert scorecard.load(path) is not None


TABLES = (
    policy.PolicyFile,
    policy.General,
    policy.Attributes,
    policy.QueueAttributes,
    policy.AgentAttributes,
    policy.Variable,
    policy.Role,
    policy.ProfileTable,
    policy.Patterns,
    policy.When,
    policy.Max,
    policy.CoachBudget,
    policy.Quota,
    policy.FourEyes,
    policy.BreakGlass,
    policy.Reasons,
)
POLICY_KEYS = sorted({field.encode_name for table in TABLES for field in msgspec.structs.fields(table)})


@pytest.mark.parametrize("key", POLICY_KEYS)
def test_every_key_of_the_policy_is_in_its_manual(key: str) -> None:
    assert re.search(rf"(?<![\w-]){key}(?![\w-])", man("whisper-tui-policy.5"))


@pytest.mark.parametrize("key", CaseTable.__struct_fields__)
def test_every_key_of_a_case_is_in_the_manual_of_the_policy(key: str) -> None:
    said = man("whisper-tui-policy.5").partition("\nEXPECTATIONS")[2].partition("\nEXAMPLE")[0]
    assert re.search(rf"(?<![\w-]){key}(?![\w-])", said)


def test_the_example_of_the_manual_is_a_policy_that_does_what_it_says_is_expected_of_it() -> None:
    roff = (CHECKOUT / "man" / "whisper-tui-policy.5").read_text().replace("\\-", "-")
    law, expected = re.findall(r"^\.EX\n(.*?)^\.EE$", roff, re.MULTILINE | re.DOTALL)
    policy = parse(tomllib.loads(law), "", "the manual", law)
    assert lint.warnings(policy, tomllib.loads(law), law) == ()
    cases = read_cases(tomllib.loads(expected), "the manual", expected)
    assert [each for each in outcomes(cases, policy, datetime.now(UTC)) if not each.met] == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_in_the_manual_of_the_policy(rule: str) -> None:
    said = man("whisper-tui-policy.5").partition("\nEXPECTATIONS")[2].partition("\nEXAMPLE")[0]
    assert re.search(rf"(?<![\w-]){rule}(?![\w-])", said)


def test_the_manual_of_the_policy_knows_every_right() -> None:
    for right in Right:
        assert right.value in man("whisper-tui-policy.5")


@pytest.mark.parametrize("kind", written_kinds(), ids=lambda kind: kind.value)
def test_every_kind_of_row_that_the_program_writes_is_in_the_manual_of_the_log(kind: Kind) -> None:
    said = man("whisper-tui-log.5").partition("\nkind")[2].partition("\nat")[0]
    assert re.search(rf"(?<![\w-]){kind.value}(?![\w-])", said)


def test_the_exit_codes_of_the_manual_are_those_of_the_errors() -> None:
    kinds = {kind.exit_code for kind in (errors.WhisperError, errors.UsageError, errors.NotAllowed, errors.OutOfReach)}
    listed = man("whisper-tui.1").partition("EXIT STATUS")[2].partition("\nFILES")[0]
    assert {int(code) for code in re.findall(r"^(\d)$", listed, re.MULTILINE)} == kinds | {0}
    assert re.findall(r"\b(\d) ", (root.help or "").partition("Exit codes:")[2]) == [
        str(code) for code in sorted(kinds | {0})
    ]


def test_every_manual_page_is_installed() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    installed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert set(installed) == {f"man/{page.name}" for page in (CHECKOUT / "man").iterdir()}
    for page in installed:
        assert (CHECKOUT / page).read_text().startswith(".TH ")


@pytest.mark.parametrize(("name", "begin", "end", "table"), PLACES, ids=[place[0] for place in PLACES])
def test_the_keys_are_those_of_the_program(name: str, begin: str, end: str, table: Callable[[], str]) -> None:
    same = written(name, begin, end, table()) == (CHECKOUT / name).read_text()
    assert same, f"{name} is out of step: python -m tests.docs.write"


def test_readme_has_the_two_commands_to_the_letter() -> None:
    blocks = re.findall(r"^```\w*\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/whisper-tui demo" in blocks
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest" in blocks


def test_what_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert "://" in target or (CHECKOUT / target).exists(), target
