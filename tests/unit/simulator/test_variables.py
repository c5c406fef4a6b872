"""What a story says of channel variables is what Status and Getvar tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.ami_client import AmiClient
from whisper_tui.simulator.server import Simulator, start
from whisper_tui.simulator.stories import StoryUnreadable, load

SAID = """
[[variable]]
name = "CAMPAIGN"
value = "spring"
queue = "support"

[[variable]]
name = "CAMPAIGN"
value = "autumn"
phone = "PJSIP/1001"

[[variable]]
name = "SITE"
value = "lyon"
"""


def held(row: dict[str, str], name: str) -> str:
    """What one row of Status tells of a variable."""
    (said,) = (line for line in row["Variable"].splitlines() if line.startswith(f"{name}="))
    return said.removeprefix(f"{name}=")


async def rows_of(pbx: Simulator, client: AmiClient) -> dict[str, dict[str, str]]:
    rows = await client.listed("Status", Variables="CAMPAIGN,SITE,SPYGROUP")
    return {row["Uniqueid"]: row for row in rows}


async def test_a_channel_holds_what_the_story_says_until_somebody_sets_it_otherwise(busy: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "story.toml"
    sheet.write_text(f'capture = "{busy}"\n{SAID}')
    async with (
        await start(sheet, speed=0) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        rows = await rows_of(pbx, client)
        customers = {key: call.queue for key, call in pbx.floor.calls.items()}
        assert {queue == "support" for queue in customers.values()} == {True, False}
        for key, channel in pbx.floor.channels.items():
            expected = "spring" if customers.get(key) == "support" else "(null)"
            expected = "autumn" if channel.device == "PJSIP/1001" else expected
            assert held(rows[key], "CAMPAIGN") == expected
            assert (held(rows[key], "SITE"), held(rows[key], "SPYGROUP")) == ("lyon", "(null)")
        one = next(key for key, queue in customers.items() if queue == "support")
        assert (await client.ask("Getvar", Channel=one, Variable="CAMPAIGN"))["Value"] == "spring"
        await client.ask("Setvar", Channel=one, Variable="CAMPAIGN", Value="")
        assert held((await rows_of(pbx, client))[one], "CAMPAIGN") == ""


@pytest.mark.parametrize("text", ['name = "CAMPAIGN"', 'name = "A"\nvalue = "b"\nagent = "PJSIP/1001"'])
def test_a_wrong_variable_is_refused_with_the_sheets_name(text: str, busy: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "story.toml"
    sheet.write_text(f'capture = "{busy}"\n[[variable]]\n{text}\n')
    with pytest.raises(StoryUnreadable) as caught:
        load(sheet)
    assert caught.value.where == str(sheet)
