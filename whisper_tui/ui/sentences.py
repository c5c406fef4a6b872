"""What can be told, by its code: the words of every Notice, with the places of its values."""

from __future__ import annotations

from whisper_tui.ui.later import later

FAULTS: dict[str, str] = {
    "loss": later("{loss} % lost"),
    "jitter": later("jitter {jitter} ms"),
    "round_trip": later("round trip {round_trip} ms"),
    "mes": later("MES {mes}"),
}
"""What can be wrong with a line, by the name of its figure."""

SENTENCES: dict[str, str] = {
    # the leg
    "leg.declined": later("your phone {phone} declined the call"),
    "leg.busy": later("your phone {phone} is busy"),
    "leg.no_answer": later("your phone {phone} was not answered within {seconds} s"),
    "leg.unreachable": later("your phone {phone} cannot be reached - is it registered?"),
    "deed.given_up": later("given up for a quieter key"),
    "leg.cancelled": later("cancelled before your phone answered"),
    "leg.left": later("you left, and hung up nobody else"),
    "leg.phone_hung_up": later("{phone} hung up, so you left; nobody else did"),
    "leg.lease_ended": later("the PBX ended your leg: nobody renewed its lease"),
    "leg.unconfirmed": later(
        "the PBX did not confirm {step}: your leg was muted and hung up, who heard you is UNKNOWN"
    ),
    "leg.no_keys": later("no key came back (class dtmf not read?): your phone rings again, for one mode"),
    "leg.not_lockable": later(
        "Asterisk {asterisk} cannot lock your keypad, and your profile lacks a mode: your phone rings again, for one mode"
    ),
    "leg.moved_on": later("* or # was pressed on your phone, whose keypad is open: your leg was muted and hung up"),
    "leg.rings_anew": later("your phone rings again, for {mode}: this leg could not be used for it"),
    "leg.open_no_more": later("your keypad is open and your profile lacks a mode here: you were hung up"),
    "leg.session_over": later("the call is over, and your leg with it"),
    "leg.idle_limit": later("your leg heard nothing for too long and was hung up"),
    "leg.panic": later("everything of yours was muted and hung up"),
    "leg.failed": later("{step} failed: {error}"),
    # the call
    "call.gone": later("the call of {agent} is over"),
    "call.changed": later("the call changed while it was asked for - look again"),
    "call.no_agent_channel": later("which phone the agent speaks on cannot be told, so nobody can be heard safely"),
    "call.waiting": later("this caller waits: there is nobody to hear yet"),
    "call.bridge_of_three": later("three or more are in this call: a barge would reach the agent alone"),
    "call.coached": later("{phone} speaks to this agent already: one at a time"),
    "call.perhaps_coached": later("{phone} hears this call too, and whether it speaks cannot be told: one at a time"),
    # the session
    "session.already": later("it is {mode} already"),
    "session.none": later("no session is up"),
    "session.agent_changed": later("{agent} has this call no more: you hear nothing"),
    "session.elsewhere": later("you hear {agent}: {listen} here first, then speak"),
    "busy.asking": later("one thing at a time: the PBX has not answered yet"),
    "keypad.pressed": later("key {digit} was pressed on your phone"),
    "mic.open_already": later("your microphone is open already"),
    "quality.bad": later("the line of {agent} is bad ({faults}): what you say there may not be understood"),
    "notify.failed": later("not done: {agent} must be told first, and the phone took no text"),
    "notify.late": later("{agent} must be told first now: press the key again"),
    "notify.impossible": later("{pbx}: agents must be told first, and the AMI account lacks class message"),
    # following
    "follow.hopped": later("followed: you hear {agent} now, unheard"),
    "follow.only_heard": later("follow what you hear: listen to a call first"),
    "follow.denied": later("not followed: your profile does not reach where it went"),
    "follow.over": later("there is nothing left to follow: the customer hung up, or {agent} is gone"),
    "follow.none": later("nothing is followed"),
    # a call of one's own
    "takeover.listen_first": later("hear the call first: {listen}, then {takeover}"),
    "takeover.bridge_of_three": later("three or more are in this call: a takeover would break it up"),
    "takeover.refused": later("the PBX refused: the agent still has the customer, and nobody hears you"),
    "takeover.own_call": later("you are in a call of your own: {handback} hands it back, {leave} hangs up"),
    "takeover.unconfirmed": later("the PBX did not confirm {step}: it is UNKNOWN, your call goes on"),
    "takeover.leased": later("the PBX did not lift the lease of your call: it ends if this console does"),
    "takeover.left": later("you hung up: the customer goes on in the dialplan"),
    "takeover.customer_left": later("the customer hung up: your call is over"),
    "handback.done": later("the customer was handed to {to}, and your phone hung up"),
    "handback.no_extension": later("not handed back: the dialplan has no {place} - see [pbx.NAME.entries]"),
    "handback.refused": later("the PBX refused to hand the customer to {to}: they are still yours"),
    "handback.no_call": later("no customer is yours: {takeover} takes one over"),
    "handback.no_entry": later("no way to {to} in the settings: add it to [pbx.NAME.entries]"),
    # the profile
    "denied.no-profile": later("no profile in the policy names you: whisper-tui init writes one"),
    "denied.no-right": later("your profile does not grant {right}"),
    "denied.denied-scope": later("your profile leaves this call out"),
    "denied.out-of-scope": later("your profile does not grant {right} for this call"),
    "denied.phone": later("your profile does not let {phone} be rung"),
    "denied.curtain": later("a payment is being taken: nobody may listen; {listen} again when it is over"),
    "denied.exempt": later("this agent is exempt: nobody may listen"),
    "denied.not-announced": later("nobody may listen where callers are not told that calls may be monitored"),
    "denied.hours": later("your profile is closed now: it opens {opens}"),
    "denied.sessions": later("your profile lets you have no more than {limit} up at once: end one first"),
    "denied.quota": later("you listened to this agent as often as you may ({limit}): again from {opens}"),
    "denied.pick": later("your profile leaves it to chance whom you hear: {surf}"),
    "denied.listen-first": later("keep listening {seconds} s more"),
    "denied.reason": later("say why first ({codes})"),
    "denied.max": later("your profile lets {right} last {limit} in a call, and that is over"),
    "denied.max-session": later("a session may last {limit}, and that is over"),
    "denied.coach-budget": later("you coached this agent as long as you may ({limit}): again from {opens}"),
    "denied.four-eyes": later("needs the approval of {approvers}, not older than {limit}"),
    "denied.needs-server": later("takes two people, and needs the floor server"),
    "denied.uncounted": later("the policy limits {key}, and nothing here counts it: so it is denied"),
    "denied.no-such-call": later("there is no such call"),
    "denied.no-such-queue": later("there is no queue {to} on your floor"),
    "denied.no-such-agent": later("there is no such agent on your floor"),
    "denied.declined": later("the agent declined coaching for this call"),
    "denied.no-policy": later("no policy, so nothing is shown: {command} writes one"),
    "log.uncounted": later("what people did before cannot be counted, so what is limited is denied: {where}: {why}"),
    "policy.rejected": later("the policy file is wrong, the one before stays in force: {where}: {why}"),
    "policy.gone": later("the policy file is gone, the one before stays in force: {where}"),
    "person.changed": later("your groups changed: your profile is now {profile}"),
    "session.nudge": later("you have spoken for {seconds} s on end: let the agent talk"),
    "takeover.over_limit": later("your own call lasts longer than your profile lets it ({limit}): hand it back"),
    # leave of others
    "petition.asked": later("asked for leave: {approvers}"),
    "petition.waits": later("asked already: it waits for {approvers}"),
    "petition.none_there": later("nobody who may allow it is here: {approvers}"),
    "petition.approved": later("{by} allowed it ({deed}): within {limit}"),
    "petition.rejected": later("{by} does not allow it"),
    "petition.over": later("nobody waits for that leave any more"),
    "petition.own": later("what you asked for yourself another person must allow"),
    "petition.gone": later("there is no such petition"),
    "petition.nothing": later("nobody asks you for anything"),
    "petition.fresh": later("another line stands there since a moment ago: read it first"),
    # glass
    "glass.nothing": later("nothing was refused just now that glass may be broken for"),
    "glass.broken": later("glass was broken: {people} are told, and it is logged"),
    # a caller's number
    "reveal.whole": later("the number is shown whole already"),
    "reveal.none": later("this call has no number"),
    "petition.already": later("you have asked for that already"),
    "petition.needless": later("nobody has to allow that"),
    "petition.unanswered": later("nobody answered: not allowed"),
    "glass.none": later("there is nothing to read"),
    # the log
    "log.unwritable": later("the session log cannot be written, so nothing is started: {where}: {why}"),
    "log.unkept": later("the session log is written, but not looked after: {where}: {why}"),
    "log.none": later("there is no log here to read"),
    "log.unread": later("the session log cannot be shown: {where}: {why}"),
    "log.anew": later("what you may see was decided anew: {clear} reads again"),
    "log.no_session": later("there is no such session"),
    "log.no_agent": later("no agent stands here: choose a session"),
    "log.call_over": later("its call is over, or not on your floor"),
    "log.wrong": later("{term} cannot be looked for: {example}"),
    "log.two_lists": later("denied, foreign, hands and acts are lists of their own: look for one after the other"),
    "log.two_times": later("day is a time already: either day=, or since= and until="),
    "log.no_mode": later("what was done to the floor has no mode and no length: leave them out"),
    "log.no_hand_mode": later("a hand has no mode: leave it out"),
    "log.no_length": later("an attempt that was denied has no length: leave longer out"),
    # agents
    "agent.none": later("choose an agent first: {agents} shows them"),
    "agent.gone": later("this agent is not on your floor any more"),
    "pause.reason": later("say what for first ({codes})"),
    "pause.already": later("{agent} is paused already"),
    "pause.none": later("{agent} is not paused"),
    "acted.failed": later("{agent}, {queue}: the PBX did not do it: {error}"),
    "acted.unknown": later("{agent}, {queue}: the PBX did not answer, look at the agent's row"),
    "acted.stopped": later("stopped before {queue}, where it may not be done any more: {agent}"),
    "acted.unwritten": later("stopped before {queue}: the session log cannot be written: {where}: {why}"),
    "done.paused": later("the PBX confirms: {whom} is paused wherever your profile says so: {reason}"),
    "done.unpaused": later("the PBX confirms: {whom} is paused no more wherever your profile says so"),
    "done.logged_out": later("the PBX confirms: {whom} is out of {queue}"),
    "done.moved_agent": later("the PBX confirms: {whom} is in {to}, and out of {queue}"),
    "done.penalty": later("the PBX confirms: {whom} has the penalty {penalty} in {queue}"),
    "done.moved_caller": later("the PBX confirms: {whom} is in {to}"),
    "done.withdrawn": later("the PBX confirms: {whom} is out of the queue"),
    "done.hung_up": later("the PBX confirms: the call of {whom} is hung up"),
    "agent.not_in": later("{agent} is not in {queue}"),
    "agent.static": later("{agent} stands in the PBX's settings for {queue}: only there are they taken out"),
    "move.nowhere": later("{agent}: you see no queue that they are not in"),
    "move.member": later("{agent} is in {to} already"),
    "move_in.failed": later("not moved, {agent} is in {queue} as before: the PBX did not add them to {to}: {error}"),
    "move_in.unknown": later("{agent} is in {queue} as before; whether in {to} too is UNKNOWN: the PBX did not say"),
    "move_out.failed": later("moved by halves: {agent} is in {to} and still in {queue}: {error}"),
    "move_out.unknown": later("{agent} is in {to}; whether still in {queue} is UNKNOWN: the PBX did not say"),
    "move_out.stopped": later(
        "moved by halves: {agent} is in {to} and still in {queue}, which they may not be taken out of any more"
    ),
    "move_out.unwritten": later(
        "moved by halves: {agent} is in {to} and still in {queue}: the session log cannot be written: {where}: {why}"
    ),
    "penalty.how": later("say which penalty first, from 0 to {most}: it is {penalty}"),
    "penalty.already": later("the penalty of {agent} in {queue} is {penalty} already"),
    "figure.none": later("{typed} is not a figure: digits, and nothing else"),
    "figure.queue": later("say in which queue: {queues}"),
    # callers
    "caller.not_waiting": later("nobody waits in this call"),
    "caller.gone": later("they have hung up: there is no such caller any more"),
    "caller.there": later("they wait in {to} already"),
    "caller.elsewhere": later("they wait in {queue} no more: nothing was done"),
    "caller.no_extension": later(
        "not moved: the dialplan has no {place}, or this account may not look - see [pbx.NAME.entries]"
    ),
    "caller.on_the_way": later("sent to {place}: they are out of {queue}, and not in {to} yet"),
    "caller.failed": later("the PBX did not do it, they wait in {queue} as before: {error}"),
    "caller.unknown": later("whether it was done is UNKNOWN: the PBX did not say - look at the caller's row"),
    "caller.nowhere": later("you see no other queue"),
    "caller.none": later("choose who waits first: {waiting} shows them"),
    "raise.how": later(
        "say which priority first, up to {most}: it is {priority}, and {first} is enough to be the first in {queue}"
    ),
    "raise.not_higher": later("their priority in {queue} is {priority}: a higher one raises them"),
    "raise.done": later("confirmed: priority {priority} and place {place} in {queue}"),
    "raise.stays": later(
        "confirmed: priority {priority}, but place {place} in {queue} still: only who comes later stays behind"
    ),
    "raise.unknown": later("whether they were raised in {queue} is UNKNOWN: the PBX does not show it"),
    "withdraw.cannot": later(
        "{pbx}: this Asterisk ({version}) cannot take a caller out of a queue: {move-over} moves, {hangup} hangs up"
    ),
    "withdraw.answered": later("not taken out: somebody of {queue} answered them first"),
    "withdraw.pending": later(
        "the PBX has taken it, and they are still in {queue}: it does it when no phone rings for them any more"
    ),
    "hangup.party": later("a supervisor is a party of this call: {leave} leaves it, and ends what is their own"),
    "hangup.failed": later("not hung up: {error}"),
    "hangup.unknown": later("whether it is hung up is UNKNOWN: the PBX did not say - look at the call's row"),
    # raised hands
    "hand.none": later("no agent asks for help"),
    "hand.gone": later("that hand is down already"),
    "hand.taken": later("{by} has taken the raised hand of {agent}"),
    "hand.yours": later("{agent} waits for you: the others see that you go, and it is logged"),
    # the filter
    "filter.field": later("{term}: there is no such field here, but {fields}"),
    "filter.span": later("{term}: a number, or a time such as 30s, 5m, 1h"),
    "filter.pattern": later("{term}: no pattern - {why}"),
    "filter.cleared": later("the filter {text} is cleared"),
    # the command line
    "command.none": later("no command was typed: Tab shows them"),
    "command.unknown": later("there is no command {name}: Tab shows them"),
    "command.meant": later("there is no command {name}: did you mean {meant}?"),
    "command.alone": later("{name} stands alone: nothing is said with it"),
    "command.needs": later("{name} needs a word more: Tab shows which"),
    "command.waits": later("say why first: {text} is not the reason, type it after that"),
    "command.values": later("{name} takes {values}"),
    "goto.none": later("no row here says {text}"),
    # cue cards
    "cue.no_card": later("there is no such cue card: cues.toml holds them"),
    "cue.nobody": later("a cue card goes to the agent whom you hear: listen first"),
    "cue.no_texts": later("this AMI account may send no texts: write class message"),
    "cue.failed": later("{agent} did not get the cue: {error}"),
    "cue.unknown": later("the PBX did not answer: {agent} may or may not have got the cue"),
    "cue.no_reach": later("nothing here can be spoken to an agent: [cues] reach; {cue} {number} sends it as a text"),
    "cue.no_voice": later("this card has no sound, and there is no voice: {cue} {number} sends it as a text"),
    "cue.no_sound": later("not spoken: the voice made no sound of it: {error}"),
    "cue.no_port": later(
        "not spoken: this console cannot use its [cues] reach or bind ({error}); {cue} sends it to {agent} as a text"
    ),
    "cue.no_way": later("not spoken: the PBX did not come for it ({error}); {cue} sends it to {agent} as a text"),
    "cue.unsure": later(
        "the PBX did not answer: whether anything was spoken to {agent} is UNKNOWN, its leg is hung up"
    ),
    "cue.speaking": later("one cue at a time: another is being spoken"),
    "cue.speaks": later("spoken into the ear of {agent} alone: {text}"),
    "cue.spoken": later("{agent} has heard it to the end: {text}"),
    "cue.cut": later("the cue to {agent} was cut off"),
    "cue.sent": later("sent to the phone of {agent}: {text}"),
    # the score sheet
    "score.no_card": later("nothing is scored here: scorecard.toml says what points are given for"),
    "score.no_session": later("no session to score: one that is up, the last one, or one in the log ({log})"),
    "score.other_card": later("the scorecard is another one by now: start the console again"),
    "score.wrong": later("these points are not of this scorecard"),
    "score.missing": later("items without an answer: {count}; what does not apply is left out by -"),
    "score.nothing": later("nothing was given points: not everything can be left out"),
    "score.meanwhile": later("scored by somebody meanwhile: look again, what you save now corrects it"),
    "score.reading": later("the log is still being read"),
    "score.open": later("the score sheet is open: Enter saves, Esc closes it"),
    "score.most": later("this item has 0 to {most} points"),
    "score.yes_no": later("this item is y or n: yes or no"),
    "score.unsaved": later("score sheets not saved: {count} - {score} opens them; quit again, and they are lost"),
    "score.saved": later("scored, for good: {result}"),
    # notes, the clipboard
    "note.no_session": later("no session to note on: one that is up, or one in the log ({log})"),
    "note.empty": later("nothing was typed"),
    "note.long": later("a note has at most {most} signs"),
    "note.number": later("{digits} digits may be a caller's number, and could never be erased: leave them out"),
    "note.signs": later("a note has signs that can be printed, and no others"),
    "note.saved": later("noted, for good"),
    "copy.done": later("sent to your terminal's clipboard: {text}"),
    "copy.open_first": later("open the session first: Enter"),
    "copy.no_address": later("no address is set at which recordings can be heard: recordings in [log]"),
    "copy.no_recording": later("no file of a recording is known"),
    "copy.hidden": later("the caller's number is in the file's name, and your profile does not show it whole"),
    "copy.no_link": later("nothing that is known of this call has a link"),
    "copy.nothing": later("nothing stands here to copy"),
    "log.unshipped": later("session log: not shipped to the database since {since} ({why}); rows wait in the log"),
    "log.diverged": later("session log: shipping has STOPPED, the database has other rows: {where}: {why}"),
    # the link
    "link.lost": later("{pbx}: the connection was lost ({error}), trying again"),
    "link.refused.secret": later("{pbx}: the name {user} or its secret is wrong - correct it and start again"),
    "link.refused.certificate": later("{pbx}: the certificate does not hold: {error}"),
    "link.refused.no_tls": later("{pbx}: {host}:{port} does not speak TLS - correct the settings and start again"),
    "link.refused.ca_file": later("{pbx}: the file of the authority (ca) cannot be used: {error}"),
    "link.refused.rights": later("{pbx}: the AMI account lacks {missing} - see manager.conf"),
    "link.unreachable": later("{pbx}: {host}:{port} does not answer ({error}), trying again"),
    "link.stale": later("{pbx}: the PBX is silent; what is shown may be old"),
    # how the console looks
    "theme.anew": later("the theme {theme} was read anew"),
    "theme.wrong": later("the theme is wrong, the colours before it stay: {where}: {why}"),
    "theme.gone": later("the file of the theme {theme} is gone, its colours stay"),
    # how the console runs
    "mode.direct": later("DIRECT - profile not enforced"),
    "mode.demo": later("DEMO - a recorded floor, nobody real is heard"),
    "mode.replay": later("a recording: nobody can be heard"),
    "alarm.malformed": later("{pbx}: {count} malformed messages from the PBX were dropped"),
    "quit.how": later("Enter leaves and quits, Esc stays"),
    "playback.again": later("the recording is over, and begins again: these are other calls"),
    "playback.at": later("the recording goes on from {at}, with every call as it was then"),
    "playback.up": later("not while your phone is up: the recording would jump, and your call be gone"),
    # what the coach of the demo says
    "hint.find": later(
        "First the queue vip: {filter} queue=vip Enter shows its calls alone. Other stories: whisper-tui demo --list"
    ),
    "hint.needed": later(
        "{needed} listens to the call that most needs someone, {listen} to the chosen one. Your phone rings, and here it "
        "answers itself; nobody hears you."
    ),
    "hint.choose": later(
        "{down} and {up} move to a call; {listen} listens to it. Your phone rings, and here it answers itself; nobody hears "
        "you."
    ),
    "hint.whisper": later(
        "Who listens hears both and is heard by nobody. {whisper} whispers: the agent alone hears you, and the box "
        "says so once the PBX has confirmed it."
    ),
    "hint.cue": later(
        "In whisper the agent hears you, the customer does not. {cue} sends the first cue card to the agent's phone."
    ),
    "hint.note": later("{note} writes a note, with its time in the call; Enter saves it for good."),
    "hint.score": later(
        "{score} opens the score sheet: digits, y and n give points and nothing else. Enter asks, and once more saves it "
        "for good."
    ),
    "hint.alone": later(
        "You hear nobody now. {needed} listens to the call that most needs someone, {listen} to the one under the cursor."
    ),
    "hint.leave": later("{listen} falls back to silence, {leave} leaves: your phone is hung up, the call goes on."),
    "hint.done": later(
        "That was all of it. {log} shows what you did, {keys} every key, {clear} clears the filter, "
        "{hints} switches these hints off."
    ),
    "hint.busy": later("Many calls at once: {needed} listens to the one that most needs someone, and says why."),
    "hint.next": later(
        "{surf} goes on to the next call that you may hear: your phone does not ring again. {whisper} whispers to the agent."
    ),
    "hint.wrong": later(
        "A caller of the queue vip will be forgotten on hold. {filter} queue=vip Enter keeps an eye on that queue."
    ),
    "hint.wrong.watch": later("Watch for ‖ hold: the detail below counts how often and how long."),
    "hint.wrong.listen": later(
        "A caller is forgotten on hold. Move to that call with {down} and {up}; {listen} listens."
    ),
    "hint.wrong.whisper": later(
        "You hear what the agent hears. {whisper} tells the agent, and the agent alone, to take the caller back."
    ),
    "hint.wrong.cue": later("An agent who is told takes the caller back. {cue} sends a cue card for what to say now."),
    "hint.transfer": later(
        "Choose a call with {down} and {up}, {listen} listens. Its agent will send the caller on while you whisper."
    ),
    "hint.transfer.follow": later("{follow-call} follows the call to whichever agent gets it."),
    "hint.transfer.whisper": later(
        "{whisper} whispers, and goes on whispering: the agent sends the caller on in the middle of it."
    ),
    "hint.transfer.watch": later("Watch the box: whoever gets the caller next does not hear you by accident."),
    "hint.transfer.moved": later(
        "The call has another agent, and that put you back to silence. {whisper} speaks to this one; {leave} leaves."
    ),
    # the keyboard
    "key.again": later("the key came again too fast and started nothing"),
    "key.together": later("keys came together, as in a paste: nothing was started"),
    "key.pasted": later("keys came together, as in a paste: they do not count, type them by hand"),
    "key.unknown": later("{key} does nothing here, {keys} shows the keys"),
    "cursor.none": later("choose a call first: {down} {up}"),
    "cursor.gone": later("the call of {agent} is over: {down} {up} chooses another"),
    "question.unanswered": later("{not_done}: nobody pressed Enter within {seconds} s"),
    "question.changed": later("{not_done}: the call changed"),
    "question.moved": later("{not_done}: it is not any more as it was when you were asked"),
    "question.not_put": later("no question was asked, so that key did nothing"),
    "question.fell": later("the question is gone, so that key did nothing"),
    "question.kept": later("{not_done}"),
    "question.nothing": later("{not_done}: nothing was typed"),
    "question.wrong": later("{not_done}: {typed} is not what was asked for"),
    "reason.none": later("say why, in a word at least: nothing was typed"),
    "reason.unknown": later("{typed} is none of the reasons: type a number, or the word"),
    "reason.several": later("{typed} may be {codes}: type more of it"),
    "question.no_room": later("not asked: make the window larger, it is too small for what must be read"),
    "draw.chosen": later("your profile leaves it to you whom you hear"),
    "draw.none": later("no call may be drawn now"),
    "surf.none": later("no call that is shown may be heard"),
    "surf.only": later("you hear the only call that you may hear"),
    "surf.needs": later("{agent}: {why}"),
    "release.idle": later("your leg hears nothing already"),
    "release.party": later("a party of the call hears it until it leaves: {leave}"),
    "party.silent": later("your microphone is closed: nobody in the call hears you"),
    "suspend.leg": later("not suspended: while your leg is up somebody must watch it - {leave} leaves"),
    "marks.done": later("done for {count} of {all} marked agents"),
    "marks.not": later("not for {agent}: {why}"),
    "export.done": later("written, rows: {count}: {path}"),
    "export.exists": later("not exported: there is such a file, and none is written over: {path}"),
    "export.failed": later("not exported: {path}: {why}"),
    "export.log": later("the log is exported by the command whisper-tui log export, with its hashes"),
    "export.some": later(
        "your profile does not let you export all of these rows: filter those away that it does not reach"
    ),
    "export.path": later("{typed} is no place for a file: a name, or a path that begins with / or ~/"),
    "freeze.moved": later("since the list was frozen this call went from {shown} to {now}: {freeze} shows it as it is"),
    "freeze.other": later("since the list was frozen this row has got another call: {freeze} shows it as it is"),
    "find.none": later("no call matches"),
    # in plain mode in place of those that name keys of the screen
    "plain.cursor.none": later("choose a call first: calls, and then go 1"),
    "plain.cursor.gone": later("the call of {agent} is over: calls, and then go 1, chooses another"),
    "plain.score.open": later("the score sheet is open: save keeps it for good, close puts it away"),
    "plain.question.unanswered": later("{not_done}: nobody answered within {seconds} s"),
}
"""Code of a Notice -> its sentence; in braces the Notice's values."""
