"""Patterns that match nothing that a PBX has."""

from __future__ import annotations

import tomli

from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.unmatched import MOST_MEANT, unmatched

POLICY = """
policy.exempt_agents = ["PJSIP/1009", "PJSIP/1001"]
[attributes]
queue = [
  { match = "sales-*", department = "sales" },
  { match = "suport", department = "care" },
  { match = "none", department = "outside" },
]
agent = [{ match = "PJSIP/11??", team = "blue" }]
[roles.coach]
can = ["floor.view", "call.listen"]
[[profile]]
name = "red"
os_users = ["ana"]
roles = ["coach"]
scope = { queue = ["*", "none", "Sales-north"], agent = ["PJSIP/10??"] }
deny = { queue = ["vip"], agent = ["Local/*"] }
"""


def said(text: str, queues: list[str], agents: list[str]) -> list[str]:
    table = tomli.loads(text)
    found = unmatched(parse(table, "", "policy.toml", text), table, text, queues, agents)
    return [f"{each.line}: {each}" for each in found]


def test_each_is_named_with_its_place_and_what_may_be_meant() -> None:
    assert said(POLICY, ["support", "sales-north"], ["PJSIP/1001", "SIP/12"]) == [
        "2: policy.exempt_agents[1]: 'PJSIP/1009' matches no queue member that there is now - did you mean `PJSIP/1001`?",
        "6: attributes.queue[2].match: 'suport' matches no queue that there is now - did you mean `support`?",
        "9: attributes.agent[1].match: 'PJSIP/11??' matches no queue member that there is now - did you mean `PJSIP/1001`?",
        "16: profile[red].scope.queue[3]: 'Sales-north' matches no queue that there is now - did you mean `sales-north`?",
        "17: profile[red].deny.queue[1]: 'vip' matches no queue that there is now - there are: sales-north, support",
        "17: profile[red].deny.agent[1]: 'Local/*' matches no queue member that there is now"
        " - there are: PJSIP/1001, SIP/12",
    ]


def test_where_everything_matches_nothing_is_said() -> None:
    queues = ["sales-north", "Sales-north", "suport", "vip"]
    assert said(POLICY, queues, ["PJSIP/1001", "PJSIP/1009", "PJSIP/1100", "Local/1@x/n"]) == []


def test_a_pattern_means_what_it_means_in_a_decision() -> None:
    text = POLICY.replace('"vip"', '"q[*]", "none"')
    assert [each for each in said(text, ["qx", "none"], []) if "deny.queue" in each] == [
        "17: profile[red].deny.queue[1]: 'q[*]' matches no queue that there is now - there are: none, qx"
    ]


def test_a_pbx_of_thousands_is_not_listed_and_not_searched_for_ever() -> None:
    agents = [f"SIP/{number}" for number in range(5000)]
    entries = ", ".join(f'{{ match = "PJSIP/x{number:04}" }}' for number in range(2000))
    found = said(f"attributes.agent = [{entries}]\n", [], agents)
    assert len(found) == 2000
    assert sum(" - did you mean `SIP/" in each for each in found) == MOST_MEANT
    assert said('policy.exempt_agents = ["IAX2/branch"]', [], agents)[0].endswith(", SIP/1018 and 4976 more")
