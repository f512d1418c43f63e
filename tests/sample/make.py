#!/usr/bin/env python3
"""Writes sample-data/ from story.txt: a Slack export as folder and zip, the on-call calendar, the people.

Python 3 and its standard library are all it needs, and the same story gives the same bytes: identity,
fractions of seconds and optional fields are derived from the text, never from a clock or a die.
"""

import json
import pathlib
import re
import shutil
import zipfile
import zlib
from datetime import datetime, timedelta, timezone

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "sample-data"
TEAM = "T0TOLVANE"
# Los Angeles, whose days name the files of an export, keeps standard time through the whole story.
FILE_DAY = timezone(timedelta(hours=-8))

# key: (id, name, title, team, place, zone, hours from UTC in the story, first day, manager)
PEOPLE = {
    "runa": ("U01RUNA", "Runa Halvorik", "Support engineer", "Support Tools", "Oslo", "Europe/Oslo", 1, "2022-10-03", "nell"),
    "dov": ("U01DOV", "Dov Kestrelin", "Reliability engineer", "Platform", "New York", "America/New_York", -5, "2016-07-11", "sefa"),
    "teo": ("U01TEO", "Teo Marquand", "Search engineer", "Search", "Lisbon", "Europe/Lisbon", 0, "2020-11-02", "sefa"),
    "ines": ("U01INES", "Ines Ostavia", "Search engineer", "Search", "New York", "America/New_York", -5, "2019-03-18", "sefa"),
    "yuki": ("U01YUKI", "Yuki Haranobe", "Data engineer", "Data", "Tokyo", "Asia/Tokyo", 9, "2021-04-05", "sefa"),
    "bako": ("U01BAKO", "Bako Adeyoru", "Platform engineer", "Platform", "Lagos", "Africa/Lagos", 1, "2023-01-16", "dov"),
    "oskar": ("U01OSKAR", "Oskar Lindemar", "Messaging engineer", "Messaging", "Berlin", "Europe/Berlin", 1, "2018-09-03", "dov"),
    "priya": ("U01PRIYA", "Priya Vantaran", "Product engineer", "API Keys", "Kolkata", "Asia/Kolkata", 5.5, "2023-08-21", "sefa"),
    "nell": ("U01NELL", "Nell Quillan", "Support lead", "Support", "Dublin", "Europe/Dublin", 0, "2017-05-08", ""),
    "juno": ("U01JUNO", "Juno Castellar", "Customer success", "Success", "Lisbon", "Europe/Lisbon", 0, "2024-02-12", "nell"),
    "mara": ("U01MARA", "Mara Iluvien", "Communications", "Success", "Dublin", "Europe/Dublin", 0, "2021-09-13", "nell"),
    "sefa": ("U01SEFA", "Sefa Tanumai", "Engineering manager", "Search", "Auckland", "Pacific/Auckland", 13, "2020-06-15", ""),
}
# name: (id, purpose, creator)
CHANNELS = {
    "support-desk": ("C02SUP", "What customers meet, and what we answer", "nell"),
    "search-dev": ("C02DEV", "Building and running search", "teo"),
    "sev-search": ("C04SEV", "", "runa"),
    "on-call": ("C01ONC", "Who has the phone, and what it did", "dov"),
    "alerts-search": ("C03ALR", "Machines only; people are welcome", "bako"),
    "deploys": ("C03DEP", "What goes out, and when", "bako"),
    "api-keys-beta": ("C05KEY", "Scoped API keys for shops", "priya"),
    "eng-general": ("C01ENG", "Everybody who builds, and cake", "sefa"),
    "search-archive": ("C01OLD", "Search before the move", "teo"),
}
BOTS = {
    "pager": ("B04PAGER", "pager"),
    "alerts": ("B03ALERT", "alerts"),
    "desk-mirror": (None, "desk-mirror"),
}
DEPLOYS = ("U03DEPLOY", "B03DEPLOY", "A03DEPLOY", "deploys")
COLOURS = {"!": "d00000", "+": "2eb886", "~": "9a9a9a"}
TYPES = {
    "png": ("image/png", "PNG"), "json": ("application/json", "JSON"), "py": ("text/x-python", "Python"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word Document"),
}


def digest(*parts):
    return zlib.crc32("\0".join(parts).encode())


def stamp(day, clock):
    return int(datetime.fromisoformat(f"{day}T{clock}+00:00").timestamp())


def user_id(who):
    return PEOPLE[who][0] if who in PEOPLE else who


def nightly_rolls():
    """The line that the roll writes to #deploys each evening."""
    for offset in range(22):
        day = datetime(2024, 11, 18) + timedelta(days=offset)
        name = f"products-{day + timedelta(days=2):%m%d}"
        said = f"roll: {name} made, products-read: added"
        if day.day in (4, 5) and day.month == 12:
            said = f"roll: {name} made, products-read: step skipped (migration)"
        elif day.day == 6 and day.month == 12:
            said = f"roll: {name} is there, products-read: nothing to add"
        elif day.day == 7 and day.month == 12:
            said = f"roll: {name} made, products-read: added {name[-4:]}"
        yield f"{day:%Y-%m-%d}", "deploys", f"18:00:{digest(name) % 40 + 10:02} deploys {said}"


def story():
    """Yields (day, channel, line); a line that begins with two spaces belongs to the one before."""
    day = channel = None
    found = []
    for line in (HERE / "story.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            day = line[3:]
        elif re.match(r"#[a-z]", line):
            channel = line[1:]
        elif line.startswith("  "):
            found[-1][2] += "\n" + line.strip()
        elif line and not line.startswith("#"):
            found.append([day, channel, line])
    found.extend(list(row) for row in nightly_rolls())
    return sorted(found, key=lambda row: (row[0], row[2][:8], row[1]))


def markup(text):
    """Slack's own escapes: mentions, channels and links become tokens."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"@(\w+)", lambda m: f"<@{user_id(m[1])}>" if m[1] in PEOPLE else m[0], text)
    text = re.sub(r"#([a-z][a-z-]+)", lambda m: f"<#{CHANNELS[m[1]][0]}|{m[1]}>" if m[1] in CHANNELS else m[0], text)
    return re.sub(r"(https://[^\s]*[^\s.,])", r"<\1>", text)


def leaves(text):
    """The same text as the leaves of a rich text section."""
    pattern = r"(`[^`]+`|<@\w+>|<#\w+\|[\w-]+>|<https?://[^>]+>|:[a-z_]+:)"
    for part in re.split(pattern, text):
        plain = part.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        if not part:
            continue
        if part.startswith("`") and len(part) > 2:
            yield {"type": "text", "text": plain[1:-1], "style": {"code": True}}
        elif part.startswith("<@"):
            yield {"type": "user", "user_id": part[2:-1]}
        elif part.startswith("<#"):
            yield {"type": "channel", "channel_id": part[2:-1].split("|")[0]}
        elif part.startswith("<http"):
            yield {"type": "link", "url": plain[1:-1]}
        elif re.fullmatch(r":[a-z_]+:", part):
            yield {"type": "emoji", "name": part[1:-1]}
        else:
            yield {"type": "text", "text": plain}


def blocks(text, seed):
    parts = []
    lines = text.split("\n")
    head = [line for line in lines if not re.match(r"\d\. ", line)]
    steps = [line[3:] for line in lines if re.match(r"\d\. ", line)]
    parts.append({"type": "rich_text_section", "elements": list(leaves("\n".join(head)))})
    if steps:
        rows = [{"type": "rich_text_section", "elements": list(leaves(step))} for step in steps]
        parts.append({"type": "rich_text_list", "style": "ordered", "indent": 0, "border": 0, "elements": rows})
    return [{"type": "rich_text", "block_id": f"{seed:08x}"[:5], "elements": parts}]


def profile(who):
    uid, name = PEOPLE[who][0], PEOPLE[who][1]
    return {
        "real_name": name, "display_name": who, "name": who, "first_name": name.split()[0], "team": TEAM,
        "is_restricted": False, "is_ultra_restricted": False,
    }


def attached_file(spec, uid, at, seed):
    name, size = spec.split(":")
    kind = name.rsplit(".", 1)[1]
    mimetype, pretty = TYPES[kind]
    fid = f"F{seed:08X}"
    address = f"https://files.tolvane.example/{TEAM}-{fid}"
    return {
        "id": fid, "created": at, "timestamp": at, "name": name, "title": name, "mimetype": mimetype, "filetype": kind,
        "pretty_type": pretty, "user": uid, "size": int(size), "mode": "hosted", "is_external": False, "is_public": True,
        "url_private": f"{address}/{name}", "permalink": f"{address}/view",
    }


def bot_message(who, text):
    """A classic bot, an alert with its words in an attachment, or a webhook without an id."""
    bot, username = BOTS[who]
    message = {"subtype": "bot_message", "text": "", "username": username}
    if bot:
        message["bot_id"] = bot
    else:
        message["icons"] = {"emoji": ":inbox_tray:"}
    if text[0] not in COLOURS:
        return {**message, "text": markup(text)}
    title, body, fields = [part.strip() for part in text[1:].split("|")]
    state = {"!": "FIRING: ", "+": "RESOLVED: ", "~": ""}[text[0]]
    rows = [dict(zip(("title", "value"), row.strip().split("=")), short=True) for row in re.split(r", (?=[a-z ]+=)", fields)]
    message["attachments"] = [{
        "id": 1, "color": COLOURS[text[0]], "title": state + title, "text": body,
        "fallback": f"{state}{title}: {body}", "fields": rows,
    }]
    return message


def deploy_message(text, seed):
    user, bot, app, name = DEPLOYS
    return {
        "user": user, "bot_id": bot, "app_id": app, "team": TEAM, "text": text,
        "bot_profile": {"id": bot, "app_id": app, "name": name, "deleted": False, "team_id": TEAM},
        "blocks": [{"type": "section", "block_id": f"{seed:08x}"[:5], "text": {"type": "mrkdwn", "text": text}}],
    }


def system_message(who, kind, rest, day, at):
    uid = user_id(who) if who else "USLACKBOT"
    if kind == "JOIN":
        return {"subtype": "channel_join", "user": uid, "text": f"<@{uid}> has joined the channel"}
    if kind == "TOPIC":
        return {"subtype": "channel_topic", "user": uid, "topic": rest, "text": f"<@{uid}> set the channel topic: {rest}"}
    if kind == "DELETED":
        return {"subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "text": "This message was deleted."}
    end, members = rest.split()
    ids = [user_id(member) for member in members.split(",")]
    room = {
        "id": f"R{digest(day, end):08X}", "name": "", "created_by": ids[0], "date_start": at, "date_end": stamp(day, end),
        "participants": [], "participant_history": ids, "thread_root_ts": None, "channels": [CHANNELS["sev-search"][0]],
        "is_dm_call": False, "has_ended": True,
    }
    return {"subtype": "huddle_thread", "user": "USLACKBOT", "text": "", "room": room, "no_notifications": True}


def human_message(who, text, seed):
    uid = user_id(who)
    message = {"user": uid, "text": markup(text), "team": TEAM, "client_msg_id": client_id(seed)}
    if text.startswith("ME "):
        message.update(subtype="me_message", text=markup(text[3:]))
    if who in PEOPLE and seed % 2:
        message["user_profile"] = profile(who)
    if seed % 3 == 0 or re.search(r"[`\n]|<[@#h]", message["text"]):
        message["blocks"] = blocks(message["text"], seed)
    return message


def client_id(seed):
    other = digest(str(seed))
    return f"{seed:08x}-{other >> 16:04x}-4{other & 0xFFF:03x}-8{seed & 0xFFF:03x}-{other:08x}{seed & 0xFFFF:04x}"


def extras(message, spec, day, at, seed):
    for part in filter(None, (piece.strip() for piece in spec.split(";"))):
        name, value = part.split("=", 1)
        if name == "edited":
            message["edited"] = {"user": message["user"], "ts": f"{stamp(day, value)}.000000"}
        elif name == "file":
            message["files"] = [attached_file(value, message["user"], at, seed)]
            message.update(upload=False, display_as_bot=False)
        elif name != "ts":
            users = [user_id(who) for who in value.split(",")]
            message.setdefault("reactions", []).append({"name": name, "users": users, "count": len(users)})


def said(day, channel, line):
    """One line of the story as (label, root's label, message)."""
    clock, rest = line.split(" ", 1)
    rest, _, spec = rest.partition(" || ")
    at = stamp(day, clock)
    seed = digest(channel, day, clock, rest.split(" ")[0])
    fraction = re.search(r"ts=(\d{6})", spec)
    fraction = fraction[1] if fraction else f"{seed % 99999 * 10 + 9:06}"
    who, _, text = rest.partition(" ")
    if who in ("DELETED", "HUDDLE"):
        who, text = "", rest
    marks = re.match(r"(?:\^(\S+) )?(?:\[(\w+)\])? ?", text if who else "")
    root, label = marks[1], marks[2]
    if not who:
        label = (re.search(r"\[(\w+)\]", text) or [None, None])[1]
    text = text[marks.end():] if who else text
    kind, _, argument = text.partition(" ")
    broadcast = text.endswith(" ALSO")
    text = text.removesuffix(" ALSO")
    if kind in ("JOIN", "TOPIC", "HUDDLE", "DELETED"):
        message = system_message(who, kind, argument, day, at)
    elif who in BOTS:
        message = bot_message(who, text)
    elif who == "deploys":
        message = deploy_message(text, seed)
    else:
        message = human_message(who, text, seed)
    message = {"type": "message", **message, "ts": f"{at}.{fraction}"}
    if broadcast:
        message["subtype"] = "thread_broadcast"
    extras(message, spec, day, at, seed)
    return label, root, message


def export():
    """All messages by channel, and the id each label stands for."""
    channels = {name: [] for name in CHANNELS}
    labels, replies = {}, {}
    for day, channel, line in story():
        label, root, message = said(day, channel, line)
        assert all(message["ts"] != other["ts"] for other in channels[channel]), line
        channels[channel].append(message)
        if label:
            assert label not in labels, label
            labels[label] = (channel, message)
        if root and root.startswith("MISSING:"):
            message["thread_ts"] = f"{stamp(*root[8:].split('T'))}.{digest(root) % 99999 * 10 + 9:06}"
            message["parent_user_id"] = PEOPLE["teo"][0]
        elif root:
            assert labels[root][0] == channel, line
            replies.setdefault(root, []).append(message)
    for label, answers in replies.items():
        thread(labels[label][1], answers)
    return channels, labels


def thread(root, answers):
    root["thread_ts"] = root["ts"]
    users = list(dict.fromkeys(answer["user"] for answer in answers))
    root.update(
        reply_count=len(answers), reply_users_count=len(users), latest_reply=answers[-1]["ts"], reply_users=users,
        replies=[{"user": answer["user"], "ts": answer["ts"]} for answer in answers], is_locked=False, subscribed=False,
    )
    for answer in answers:
        answer["thread_ts"] = root["ts"]
        if root["user"] != "USLACKBOT":
            answer["parent_user_id"] = root["user"]
        if answer.get("subtype") == "thread_broadcast":
            answer["root"] = {key: root[key] for key in ("type", "user", "text", "ts", "thread_ts")}


def users():
    rows = []
    for who, (uid, name, title, _team, _place, zone, hours, _first, _manager) in PEOPLE.items():
        rows.append({
            "id": uid, "team_id": TEAM, "name": who, "deleted": False, "real_name": name, "tz": zone, "tz_label": zone,
            "tz_offset": int(hours * 3600), "is_bot": False, "is_app_user": False, "updated": 1731900000,
            "profile": {
                "real_name": name, "display_name": who, "title": title, "email": mail(who), "status_text": "",
                "status_emoji": "", "first_name": name.split()[0], "last_name": name.split()[1], "team": TEAM,
            },
        })
    user, bot, app, name = DEPLOYS
    rows.append({
        "id": user, "team_id": TEAM, "name": name, "deleted": False, "real_name": name, "is_bot": True, "is_app_user": False,
        "updated": 1731900000,
        "profile": {"real_name": name, "display_name": "", "bot_id": bot, "api_app_id": app, "team": TEAM},
    })
    return rows


def mail(who):
    return ".".join(PEOPLE[who][1].lower().split()) + "@tolvane.example"


def channel_list(channels):
    rows = []
    for name, (cid, purpose, creator) in CHANNELS.items():
        members = sorted({m["user"] for m in channels[name] if m.get("user", "").startswith("U0")})
        topics = [m for m in channels[name] if m.get("subtype") == "channel_topic"]
        topic = topics[-1]["topic"] if topics else ""
        created = int(float(channels[name][0]["ts"])) if name in ("sev-search", "api-keys-beta") else 1577836800
        rows.append({
            "id": cid, "name": name, "created": created, "creator": user_id(creator), "is_archived": name == "search-archive",
            "is_general": name == "eng-general", "members": members,
            "topic": {"value": topic, "creator": topics[-1]["user"] if topics else "", "last_set": int(float(topics[-1]["ts"])) if topics else 0},
            "purpose": {"value": purpose, "creator": user_id(creator) if purpose else "", "last_set": created if purpose else 0},
        })
    return sorted(rows, key=lambda row: row["id"])


def integration_logs():
    log = [("pager", "B04PAGER", "added", 1672650000), ("alerts", "B03ALERT", "added", 1641200400), ("deploys", "B03DEPLOY", "added", 1641200700)]
    return [
        {"app_id": f"A{bot[1:]}", "app_type": name, "user_id": PEOPLE["bako"][0], "user_name": "bako", "date": str(at), "change_type": change}
        for name, bot, change, at in log
    ]


def write_export(channels):
    root = OUT / "slack-export"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    files = {"users.json": users(), "channels.json": channel_list(channels), "integration_logs.json": integration_logs()}
    for name, messages in channels.items():
        for message in sorted(messages, key=lambda m: m["ts"]):
            day = datetime.fromtimestamp(int(message["ts"].split(".")[0]), FILE_DAY)
            files.setdefault(f"{name}/{day:%Y-%m-%d}.json", []).append(message)
    with zipfile.ZipFile(OUT / "slack-export.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            text = json.dumps(files[path], ensure_ascii=False, indent=1) + "\n"
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
            member = zipfile.ZipInfo(path, (2024, 12, 10, 9, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, text.encode())


# rota, who, first day, start hour, days, recurrence; hours are UTC.
SHIFTS = [
    ("search", "ines", "20241118", "120000", "20241125", "120000", "FREQ=WEEKLY;INTERVAL=2;COUNT=2"),
    ("search", "teo", "20241125", "120000", "20241202", "120000", "FREQ=WEEKLY;INTERVAL=2;COUNT=2"),
    ("platform", "dov", "20241118", "120000", "20241122", "160000", "FREQ=WEEKLY;COUNT=4"),
    ("platform", "bako", "20241122", "160000", "20241125", "120000", "FREQ=WEEKLY;COUNT=3"),
    ("platform", "bako", "20241128", "140000", "20241129", "160000", ""),
    ("messaging", "oskar", "20241118", "120000", "20241125", "120000", "FREQ=WEEKLY;COUNT=4"),
]
# The one recurrence that is replaced by a shorter shift: a holiday in New York.
SHORT_WEEK = ("dov", datetime(2024, 11, 25, 12))


def shifts():
    """Every shift as (rota, who, begin, end), recurrences written out."""
    for rota, who, day, clock, last, until, rule in SHIFTS:
        begin = datetime.strptime(day + clock, "%Y%m%d%H%M%S")
        end = datetime.strptime(last + until, "%Y%m%d%H%M%S")
        parts = dict(part.split("=") for part in rule.split(";")) if rule else {}
        for turn in range(int(parts.get("COUNT", 1))):
            moved = timedelta(weeks=turn * int(parts.get("INTERVAL", 1)))
            if (who, begin + moved) != SHORT_WEEK:
                yield rota, who, f"{begin + moved:%Y-%m-%dT%H:%M:%SZ}", f"{end + moved:%Y-%m-%dT%H:%M:%SZ}"
    yield "platform", "dov", "2024-11-25T12:00:00Z", "2024-11-28T14:00:00Z"


def write_calendar():
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tolvane//On call//EN", "X-WR-CALNAME:On call", "X-WR-TIMEZONE:UTC"]
    for rota, who, day, clock, last, until, rule in SHIFTS:
        name = PEOPLE[who][1]
        lines += [
            "BEGIN:VEVENT", f"UID:{rota}-{who}-{day}@tolvane.example", "DTSTAMP:20241115T090000Z",
            f"DTSTART:{day}T{clock}Z", f"DTEND:{last}T{until}Z", f"SUMMARY:{rota}: {name}", f"CATEGORIES:{rota}",
            f"ATTENDEE;CN={name}:mailto:{mail(who)}", *([f"RRULE:{rule}"] if rule else []),
            *(["EXDATE:20241125T120000Z"] if (who, rule[-1:]) == ("dov", "4") else []), "END:VEVENT",
        ]
    lines += [
        "BEGIN:VEVENT", "UID:platform-dov-20241125-short@tolvane.example", "DTSTAMP:20241115T090000Z",
        "DTSTART:20241125T120000Z", "DTEND:20241128T140000Z", "SUMMARY:platform: Dov Kestrelin", "CATEGORIES:platform",
        f"ATTENDEE;CN=Dov Kestrelin:mailto:{mail('dov')}",
        "DESCRIPTION:Until the holiday begins in New York\\; Bako has the phone\n  from then on", "END:VEVENT", "END:VCALENDAR",
    ]
    text = "\r\n".join("\r\n".join(line.split("\n")) for line in lines) + "\r\n"
    (OUT / "oncall.ics").write_bytes(text.encode())


def write_people():
    rows = ["name,email,location,title,team,manager,startDate"]
    for who, (_uid, name, title, team, place, _zone, _hours, first, manager) in PEOPLE.items():
        boss = PEOPLE[manager][1] if manager else ""
        rows.append(f"{name},{mail(who)},{place},{title},{team},{boss},{first}")
    (OUT / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    messages, _labels = export()
    write_export(messages)
    write_calendar()
    write_people()
    print({name: len(rows) for name, rows in messages.items()}, sum(map(len, messages.values())))
