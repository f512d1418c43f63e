#!/usr/bin/env python3
"""Counts participation over projects by reading the files themselves, to hold `meanwhile stats` against.

    count.py PROJECT...       prints the counts of `stats --json` without its lists

It shares no code with the program: exports are read as JSON out of their zip, calendars of shifts are those of
the projects, and clocks are turned by Python's own time zones. Only what is said in the manual is known here:
who wrote between start and end with an hour on both sides took part; on call if any of it fell into a shift,
unknown where no shifts are known; in working hours if the first of it fell between nine and five on a weekday
of the person's own zone; a project that retells another is not counted.
"""

import json
import pathlib
import sys
import zipfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

SLACK = timedelta(hours=1)
SYSTEM = {"channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "tombstone"}


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def is_working(at, zone):
    wall = at.astimezone(ZoneInfo(zone))
    return wall.weekday() < 5 and 9 <= wall.hour < 17


def written(project, folder):
    """Moments at which people wrote, by their id, as the exports tell; None where no export is there."""
    found = None
    for source in project.get("sources", {}).values():
        path = folder / source["path"]
        if not path.exists():
            continue
        found = {} if found is None else found
        with zipfile.ZipFile(path) as export:
            bots = {user["id"] for user in json.loads(export.read("users.json")) if user["is_bot"]} | {"USLACKBOT"}
            for name in export.namelist():
                if "/" not in name:
                    continue
                for message in json.loads(export.read(name)):
                    if message.get("subtype") in SYSTEM or "bot_id" in message or message.get("user", "USLACKBOT") in bots:
                        continue
                    at = datetime.fromtimestamp(float(message["ts"]), timezone.utc)
                    found.setdefault(f"slack/{message['user']}", []).append(at)
    return found


def participations(project, folder):
    start, end = (moment(project["milestones"][name]) for name in ("start", "end"))
    shifts = {
        who: [(moment(shift["start"]), moment(shift["end"])) for shift in card.get("shifts", [])]
        for who, card in project["people"].items()
    }
    is_known = any(shifts.values())
    told = written(project, folder)
    for who in sorted(set(project["people"]) | set(told or {})):
        card = project["people"].get(who, {})
        if told is not None:
            inside = [at for at in told.get(who, []) if start - SLACK <= at <= end + SLACK]
            on_call = any(begin <= at < until for at in inside for begin, until in shifts.get(who, []))
        else:
            trace = card.get("presence")
            inside = [moment(trace["first"]), moment(trace["last"])] if trace else []
            assert all(start - SLACK <= at <= end + SLACK for at in inside), (project["facts"]["title"], who)
            on_call = trace.get("on_call") if trace else None
        if inside:
            zone = card.get("zone")
            yield {
                "id": who, "name": card.get("name", who.split("/")[1]), "title": card.get("title"), "started_on": card.get("started_on"),
                "on_call": on_call if is_known else None,
                "work_hours": is_working(min(inside), zone) if zone else None,
            }


def split(rows):
    on_call, work = Counter(row["on_call"] for row in rows), Counter(row["work_hours"] for row in rows)
    return {
        "on_call": on_call[True], "off_call": on_call[False], "on_call_unknown": on_call[None],
        "work_hours": work[True], "off_hours": work[False], "hours_unknown": work[None],
    }


def counted(names):
    return [{"name": name, "incidents": count} for name, count in sorted(Counter(names).items())]


def count(paths):
    incidents = []
    for path in map(pathlib.Path, paths):
        project = json.loads(path.read_text(encoding="utf-8"))
        if not project["facts"].get("retells"):
            start = moment(project["milestones"]["start"])
            zone = project["facts"].get("zone", "UTC")
            incidents.append((start, project["facts"], zone, list(participations(project, path.parent))))
    incidents.sort(key=lambda incident: incident[0])
    rows = [row for _start, _facts, _zone, people in incidents for row in people]
    people = []
    for who in {row["id"] for row in rows}:
        theirs = [row for row in rows if row["id"] == who]
        titles = [facts["title"] for _start, facts, _zone, group in incidents if any(row["id"] == who for row in group)]
        last = theirs[-1]
        people.append({
            "id": who, "name": last["name"], "title": last["title"], "started_on": last["started_on"],
            "incidents": len(titles), "share": len(titles) / len(incidents), **split(theirs), "projects": titles,
        })
    began = Counter(is_working(start, zone) for start, _facts, zone, _people in incidents)
    months = Counter(f"{start.astimezone(ZoneInfo(zone)):%Y-%m}" for start, _facts, zone, _people in incidents)
    return {
        "projects": len(incidents),
        "months": [{"month": month, "incidents": months[month]} for month in sorted(months)],
        "started": {"work_hours": began[True], "off_hours": began[False], "unknown": 0},
        "participation": split(rows),
        "people": sorted(people, key=lambda person: person["name"].lower()),
        "services": counted(name for _start, facts, _zone, _people in incidents for name in facts["services"]),
        "technologies": counted(name for _start, facts, _zone, _people in incidents for name in facts["technologies"]),
    }


if __name__ == "__main__":
    json.dump(count(sys.argv[1:]), sys.stdout, ensure_ascii=False, indent=1)
    print()
