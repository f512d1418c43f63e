#!/usr/bin/env python3
"""Turns howie.txt and postmortem.txt into edit scripts (JSON lines) and, given the program, into projects.

    retell.py                 writes howie.jsonl and postmortem.jsonl
    retell.py PROGRAM         also makes sample-data/howie.json and sample-data/postmortem.json with it

References such as [@sev 14:36:12] become message ids; a reference that fits no message or two is an
error. Ids of ours are uuids of version 7, derived from what they name, so that the scripts are stable.
RETOLD in the short form stands for the id of the full project, which is known once that is made.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

sys.dont_write_bytecode = True
import make  # noqa: E402

SHORT = {
    "sup": "support-desk", "dev": "search-dev", "sev": "sev-search", "onc": "on-call", "alr": "alerts-search",
    "dep": "deploys", "key": "api-keys-beta", "eng": "eng-general",
}
MONTHS = {"Oct": 10, "Nov": 11, "Dec": 12}
CLOCK = re.compile(r"(?:(\d+) (\w{3}) )?(\d\d:\d\d(?::\d\d)?)(?: ~(\w+))?$")
CHANNELS, _LABELS = make.export()
NOTED_FROM = datetime(2024, 12, 10, 9, 30, tzinfo=timezone.utc)


def uuid7(*parts):
    millis = int(NOTED_FROM.timestamp() * 1000) + make.digest("t", *parts) % 500_000_000
    bits = f"{make.digest('a', *parts):08x}{make.digest('b', *parts):08x}"
    return f"{millis >> 16:08x}-{millis & 0xFFFF:04x}-7{bits[:3]}-8{bits[3:6]}-{bits[6:16]}{make.digest('c', *parts) & 0xFF:02x}"


def moment(text, day="6", month="Dec"):
    """(time, plus or minus) of `6 Dec 14:20:00 ~5m`; the day may be left out."""
    found = CLOCK.match(text.strip())
    assert found, text
    clock = found[3] if len(found[3]) == 8 else found[3] + ":00"
    return f"2024-{MONTHS[found[2] or month]:02}-{int(found[1] or day):02}T{clock}Z", found[4]


def message_id(reference):
    short, rest = reference.split(" ", 1)
    found = CLOCK.match(rest)
    assert short in SHORT and found, reference
    day = f"2024-{MONTHS[found[2] or 'Dec']:02}-{int(found[1] or 6):02}"
    channel = SHORT[short]
    if len(found[3]) == 8:
        at = make.stamp(day, found[3])
        hits = [m for m in CHANNELS[channel] if int(m["ts"].split(".")[0]) == at]
    else:
        at = make.stamp(day, found[3] + ":00")
        hits = [m for m in CHANNELS[channel] if at <= int(m["ts"].split(".")[0]) < at + 60]
    assert len(hits) == 1, (reference, len(hits))
    return f"slack/{make.CHANNELS[channel][0]}/{hits[0]['ts']}"


def target(reference):
    kind, _, name = reference.partition(" ")
    if kind in ("event", "beat"):
        return f"{kind}/{uuid7(kind, name)}"
    return message_id(reference)


def person(who):
    return f"slack/{make.PEOPLE[who][0]}"


def resolve(text):
    return re.sub(r"\[@([a-z]+ [^\]]+)\]", lambda found: f"[@{target(found[1])}]", text)


class Script:
    """The edits of one project, in the order in which they are applied."""

    def __init__(self, name):
        self.name = name
        self.edits = []
        self.noted = NOTED_FROM
        self.shift_count = 0

    def add(self, edit, **fields):
        self.edits.append({"edit": edit, **{key: value for key, value in fields.items() if value is not None}})

    def block(self, head, body):
        word, _, rest = head.partition(" ")
        getattr(self, word)(rest, body)

    def fact(self, rest, _body):
        name, value = rest.split(" ", 1)
        self.add("fact", name=name, value=json.loads(value))

    def investigator(self, rest, _body):
        slug, initials, minutes, name = rest.split(" ", 3)
        self.add("investigator", investigator=slug, name=name, initials=initials)
        self.add("minutes", investigator=slug, add=int(minutes))

    def milestone(self, rest, _body):
        name, at = rest.split(" ", 1)
        self.add("milestone", name=name, at=moment(at)[0])

    def phase(self, rest, _body):
        at, title = rest[:re.match(r"\d+ \w+ [\d:]+", rest).end()], re.sub(r"^\d+ \w+ [\d:]+ ", "", rest)
        self.add("phase", id=f"phase/{uuid7('phase', title)}", title=title, at=moment(at)[0])

    def filter(self, rest, body):
        key, name = rest.split(" ", 1)
        self.add("filter", name=name, query="\n".join(body).strip(), key=key)

    def tag(self, rest, body):
        key, section, label = rest.split(" ", 2)
        self.add("define-tag", tag=label, key=key, section=section, definition="\n".join(body).strip())

    def role(self, rest, _body):
        who, role = rest.split(" ", 1)
        self.add("person", person=person(who), role=role)

    def interview(self, rest, _body):
        state, *people = rest.split()
        for who in people:
            self.add("person", person=person(who), interview=state)

    def event(self, rest, body):
        name, at = rest.split(" ", 1)
        at, margin = moment(at)
        lines = fields(body)
        eid = target(f"event {name}")
        until = moment(lines["until"])[0] if "until" in lines else None
        channel = "#" + lines["channel"] if "channel" in lines else None
        self.add("event", id=eid, at=at, until=until, plus_minus=margin, text=lines["text"], channel=channel,
                 source=lines["source"], by="ih", off_record=True if "off the record" in lines else None)
        self.marks(eid, lines)

    def on(self, rest, body):
        lines = fields(body)
        self.marks(target(rest), lines)
        if "off the record" in lines:
            self.add("off-record", target=target(rest), on=True)

    def beat(self, rest, body):
        name, members = rest.split(" ", 1)
        bid = target(f"beat {name}")
        self.add("beat", id=bid, members=[target(member) for member in members.split(", ")])
        self.marks(bid, fields(body))

    def marks(self, what, lines):
        for label in filter(None, lines.get("tags", "").split(", ")):
            self.add("tag", target=what, tag=label, on=True)
        if "head" in lines:
            self.add("timeline", target=what, on=True)
            at, margin = moment(lines["at"]) if "at" in lines else (None, None)
            self.add("entry", target=what, headline=lines["head"], text=lines.get("body"), occurred_at=at, plus_minus=margin)
        if "note" in lines:
            by, text = lines["note"].split(" ", 1)
            self.note(what, by, text, None)
        if "ask" in lines:
            who, state, by, text = lines["ask"].split(" ", 3)
            self.note(what, by, text, {"to": person(who), "state": state})

    def note(self, what, by, text, question):
        self.noted += timedelta(minutes=97)
        if self.noted.hour >= 17:
            self.noted += timedelta(hours=15, minutes=41)
        self.add("note", target=what, note=f"note/{uuid7('note', what, text)}", text=text, question=question,
                 by=by.lower(), at=f"{self.noted:%Y-%m-%dT%H:%M:%SZ}")

    def read(self, rest, _body):
        by, span = rest.split(" ", 1)
        span, channels = span.split(": ")
        begin, end = re.search(r"(\d+ \w{3}) to (\d+ \w{3})", span).groups()
        for short in channels.split(", "):
            self.add("read", channel=f"slack/{make.CHANNELS[SHORT[short]][0]}", by=by,
                     **{"from": moment(f"{begin} 00:00:00")[0], "to": moment(f"{end} 23:59:59")[0]})

    def section(self, rest, body):
        key, status = rest.split(" ")
        text = resolve("\n".join(body).strip())
        assert not re.search(r"\[@[a-z]+ ", text), key
        self.add("section", section=key, text=text, status=status)

    def people(self):
        for who, (uid, name, title, team, place, zone, _hours, first, manager) in make.PEOPLE.items():
            self.add("person", person=f"slack/{uid}", name=name, handles=[who], title=title, team=team, location=place,
                     zone=zone, started_on=first, manager=make.PEOPLE[manager][1] if manager else None)
        for rota, who, begin, end in make.shifts():
            self.add("shift", person=person(who), start=begin, end=end, rota=rota)


def fields(body):
    lines = {}
    for line in filter(None, (line.strip() for line in body)):
        name, _, value = line.partition(": ")
        assert name not in lines, line
        lines[name] = value
    return lines


def script(name):
    made = Script(name)
    blocks = []
    for line in (make.HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        in_section = blocks and blocks[-1][0].startswith("section ")
        if line.startswith("= "):
            blocks.append((line[2:], []))
        elif blocks and (in_section or not line.startswith("# ")):
            blocks[-1][1].append(line)
    made.people()
    for head, body in blocks:
        made.block(head, body)
    return made.edits


def write(name):
    edits = script(name)
    text = "".join(json.dumps(edit, ensure_ascii=False) + "\n" for edit in edits)
    (make.HERE / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return edits


def make_project(program, name, retold):
    """Runs the program as anybody would: a project over the zip, then the whole script in one go."""
    project = make.OUT / f"{name}.json"
    project.unlink(missing_ok=True)
    edits = (make.HERE / f"{name}.jsonl").read_text(encoding="utf-8").replace("RETOLD", retold)
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home, "USER": "ih", "LOGNAME": "ih"}
        subprocess.run([program, "new", project.name, "--source", "slack-export.zip", "--zone", "UTC", "--title", "search-1206"],
                       check=True, cwd=make.OUT, env=env)
        subprocess.run([program, "edit", project.name, "-", "-q"], check=True, cwd=make.OUT, env=env, input=edits, text=True)
    # What lies beside a project is for the next run on the same machine; the file holds everything.
    shutil.rmtree(project.with_name(project.name + ".d"), ignore_errors=True)
    return json.loads(project.read_text(encoding="utf-8"))["id"]


if __name__ == "__main__":
    for story_name in ("howie", "postmortem"):
        rows = write(story_name)
        kinds = {}
        for row in rows:
            kinds[row["edit"]] = kinds.get(row["edit"], 0) + 1
        print(story_name, kinds)
    if len(sys.argv) > 1:
        told = make_project(os.path.abspath(sys.argv[1]), "howie", "")
        make_project(os.path.abspath(sys.argv[1]), "postmortem", told)
