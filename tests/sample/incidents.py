#!/usr/bin/env python3
"""Writes the eight small incidents of sample-data/incidents: what is left of them is who was there, and what was written.

Their exports are gone, as they are after some years, so each project holds only what one keeps: milestones,
events, a short report, and of each person the first and last word, how many there were, and whether a shift
held one of them. All times below are UTC; the same text gives the same bytes.
"""

import json
import sys
from datetime import datetime, timedelta, timezone

sys.dont_write_bytecode = True
import make  # noqa: E402

OUT = make.OUT / "incidents"
# Who was not there in December 2024: (name, title, team, place, zone, first day).
OTHERS = {
    "lena": ("Lena Torvik", "Payments engineer", "Payments", "Oslo", "Europe/Oslo", "2022-02-07"),
    "abel": ("Abel Sunderay", "Database engineer", "Data", "Chicago", "America/Chicago", "2015-04-20"),
    "mei": ("Mei Tarrowan", "Reliability engineer", "Platform", "Sydney", "Australia/Sydney", "2023-11-06"),
    "zoe": ("Zoe Carrigane", "Support engineer", "Support", "", None, None),
}

# name: what is told of it. `wrote` gives each person's moments, `shifts` the rotas; no shifts means none are known.
INCIDENTS = {
    "checkout-0709": {
        "headline": "Some baskets could not be paid, 9 July 2024",
        "zone": "Europe/Dublin", "services": ["checkout", "payments"], "technologies": ["card tokens", "retries"],
        "impact": ["customer"], "readers": 64, "attendees": ["14, most from Payments"], "minutes": {"ih": 610},
        "milestones": {"start": "2024-07-09T09:12", "detected": "2024-07-09T09:31", "mitigated": "2024-07-09T10:20", "end": "2024-07-09T10:55"},
        "wrote": {
            "lena": ("payments, on call", ["07-09T09:33", "07-09T09:47", "07-09T10:19"]),
            "runa": ("heard it from a shop", ["07-09T09:31", "07-09T09:40"]),
            "dov": ("knew the retries", ["07-09T09:52", "07-09T10:05", "07-09T10:21"]),
            "nell": ("answered the shops", ["07-09T09:45", "07-09T10:50"]),
            "oskar": ("read the queue", ["07-09T10:02"]),
        },
        "shifts": [("payments", "lena", "2024-07-08T08:00", "2024-07-15T08:00"), ("platform", "bako", "2024-07-05T16:00", "2024-07-09T12:00")],
        "events": [
            ("2024-07-09T09:12", "The token service answers the second try of a basket with the first one's answer", "Trigger - Actual"),
            ("2024-07-09T09:31", "A shop writes that baskets hang at the last step", "Detection - Human report"),
            ("2024-07-09T10:20", "Retries are switched off at the gateway", "Action - Mitigate"),
        ],
        "contributors": ["Retries were added at two layers by two teams", "A token was valid for one try, which no page says", "The dashboard counts baskets, not tries"],
        "difficulties": "Nobody on call knew that there were two layers of retries; the one who did was asleep until a colleague guessed and wrote.",
        "done": ["Write down which layer retries", "Count tries beside baskets"], "open": ["Let a token tell that it was used"],
    },
    "tokens-0919": {
        "headline": "Logins of partners failed overnight, 19 September 2024",
        "zone": "America/New_York", "services": ["partner login"], "technologies": ["certificates", "API gateway"],
        "impact": ["customer", "employee"], "readers": 38, "attendees": ["9"], "minutes": {"ih": 420, "bo": 95},
        "milestones": {"start": "2024-09-20T03:30", "detected": "2024-09-20T03:58", "response-began": "2024-09-20T04:10", "cause-understood": "2024-09-20T05:25", "mitigated": "2024-09-20T05:40", "end": "2024-09-20T06:15"},
        "wrote": {
            # Half past eleven at night in New York is half past twelve in Tokyo and half past three in Auckland.
            "yuki": ("first to see it", ["09-20T03:58", "09-20T04:31", "09-20T05:39"]),
            "dov": ("paged, platform", ["09-20T04:10", "09-20T04:40", "09-20T05:26"]),
            "mei": ("knew how certificates are made", ["09-20T04:22", "09-20T05:24", "09-20T06:10"]),
            "sefa": ("called the partner", ["09-20T04:45"]),
            "ines": ("was still up", ["09-20T04:33", "09-20T05:10"]),
        },
        "shifts": [("platform", "dov", "2024-09-16T12:00", "2024-09-20T16:00"), ("search", "teo", "2024-09-16T12:00", "2024-09-23T12:00")],
        "events": [
            ("2024-09-20T03:30", "The certificate of the partner gateway runs out", "Trigger - Actual"),
            ("2024-09-20T04:10", "The page reaches New York", "Responder - Joins"),
            ("2024-09-20T05:40", "A new certificate is in place", "Action - Mitigate"),
        ],
        "contributors": ["The calendar entry went to somebody who had left", "Alerts on certificates were muted with the old cluster"],
        "difficulties": "The way to make one was known to one person, who was not on call and happened to be at work on the other side of the world.",
        "done": ["Alert thirty days before", "Two people who have done it"], "open": ["Renew by machine", "Name a rota for certificates"],
    },
    "mail-1027": {
        "headline": "Receipts went out twice, 27 October 2024",
        "zone": "Europe/Dublin", "services": ["mail"], "technologies": ["nightly jobs"],
        "impact": ["customer"], "readers": 51, "attendees": ["11"], "minutes": {"bo": 380},
        # The hour from one to two happened twice in Dublin that night, and the job ran in both.
        "milestones": {"start": "2024-10-27T00:30", "detected": "2024-10-27T01:35", "mitigated": "2024-10-27T02:05", "end": "2024-10-27T02:40"},
        "wrote": {
            "oskar": ("messaging, on call", ["10-27T01:41", "10-27T02:04", "10-27T02:38"]),
            "bako": ("platform, on call", ["10-27T01:50", "10-27T02:01"]),
            "mara": ("wrote to the shops", ["10-27T02:20"]),
            "yuki": ("had written the job", ["10-27T01:38", "10-27T01:59"]),
        },
        "shifts": [("messaging", "oskar", "2024-10-21T12:00", "2024-10-28T12:00"), ("platform", "bako", "2024-10-25T16:00", "2024-10-28T12:00")],
        "events": [
            ("2024-10-27T00:30", "The job that sends receipts runs at half past one", "Trigger - Actual"),
            ("2024-10-27T01:30", "It is half past one again, and it runs again", "Condition - Contributor or enabler"),
            ("2024-10-27T02:05", "The queue is stopped by hand", "Action - Mitigate"),
        ],
        "contributors": ["The job's clock is that of Dublin", "A receipt has no mark that it was sent"],
        "difficulties": "Clocks in messages and in the log differ by an hour that night, and it took twenty minutes to see that they did.",
        "done": ["Run jobs by UTC"], "open": ["Give each receipt an id"],
    },
    "images-1101": {
        "headline": "Pictures of products were slow, 1 November 2024",
        "zone": "UTC", "services": ["shop front", "images"], "technologies": ["cache", "API gateway"],
        "impact": ["customer"], "readers": 22, "attendees": ["6"], "minutes": {"ih": 260},
        "milestones": {"start": "2024-11-01T13:05", "detected": "2024-11-01T13:20", "mitigated": "2024-11-01T14:30", "end": "2024-11-01T15:05"},
        "wrote": {
            # Europe had left summer time the Sunday before, New York was to leave it two days later.
            "ines": ("search, on call", ["11-01T13:25", "11-01T13:58"]),
            "dov": ("read the cache", ["11-01T13:31", "11-01T14:29"]),
            "abel": ("measured the disks", ["11-01T13:40", "11-01T14:02"]),
            "bako": ("platform, on call from four", ["11-01T14:10", "11-01T16:02"]),
            "teo": ("was asked about the index", ["11-01T14:15"]),
        },
        "shifts": [("search", "ines", "2024-10-28T12:00", "2024-11-04T13:00"), ("platform", "bako", "2024-11-01T16:00", "2024-11-04T13:00"), ("platform", "dov", "2024-10-28T12:00", "2024-11-01T12:00")],
        "events": [
            ("2024-11-01T13:05", "The cache of pictures is emptied by a deploy", "Trigger - Actual"),
            ("2024-11-01T14:30", "Half of the traffic is turned to the old cache", "Action - Mitigate"),
        ],
        "contributors": ["A deploy empties the cache, and nobody has deployed at noon before", "The handover of the rota fell into the hour before", "The old cache was still there by luck"],
        "difficulties": "",
        "done": ["Keep the cache over deploys", "Warm it by the ten most seen pages"], "open": [],
    },
    "queue-0117": {
        "headline": "Orders arrived late in the warehouse, 17 January 2025",
        "zone": "Europe/Oslo", "services": ["orders"], "technologies": ["message broker"],
        "impact": ["employee"], "readers": 12, "attendees": [], "minutes": {"bo": 150},
        "milestones": {"start": "2025-01-17T15:10", "detected": "2025-01-17T15:40", "end": "2025-01-17T18:20"},
        "wrote": {
            "oskar": ("knew the broker", ["01-17T15:52", "01-17T16:40", "01-17T18:15"]),
            "zoe": ("heard it from the warehouse", ["01-17T15:40", "01-17T17:05"]),
            "priya": ("owned the last change", ["01-17T16:05"]),
            "lena": ("paid for the extra run", ["01-17T17:50"]),
        },
        "shifts": [],
        "events": [
            ("2025-01-17T15:10", "One of three brokers is replaced", "Trigger - Earlier change"),
            ("2025-01-17T18:05", "Consumers are started anew, one by one", "Action - Mitigate"),
        ],
        "contributors": ["Consumers keep the address of a broker for a day"],
        "difficulties": "No rota covers the broker. Whoever has once repaired it is asked, on whatever evening it is.",
        "done": [], "open": ["A rota for the broker", "Consumers that look the address up"],
    },
    "search-0310": {
        "headline": "Search was slow in the morning, 10 March 2025",
        "zone": "America/New_York", "services": ["search"], "technologies": ["search collections", "read alias"],
        "impact": ["customer"], "readers": 47, "attendees": ["12"], "minutes": {"ih": 330},
        # New York had put its clocks forward the day before, Europe was to do so three weeks later.
        "milestones": {"start": "2025-03-10T12:40", "detected": "2025-03-10T12:55", "response-began": "2025-03-10T13:02", "mitigated": "2025-03-10T13:50", "end": "2025-03-10T14:30"},
        "wrote": {
            "ines": ("read the collections", ["03-10T13:15", "03-10T13:48"]),
            "teo": ("search, on call", ["03-10T13:02", "03-10T13:33", "03-10T14:25"]),
            "abel": ("paged for the database", ["03-10T13:20"]),
            "dov": ("asked to join by name", ["03-10T12:58", "03-10T13:36"]),
            "juno": ("told the large shops", ["03-10T13:10", "03-10T14:28"]),
        },
        "shifts": [("search", "teo", "2025-03-10T12:00", "2025-03-17T12:00"), ("data", "abel", "2025-03-10T13:00", "2025-03-17T13:00"), ("platform", "bako", "2025-03-07T16:00", "2025-03-10T16:00")],
        "events": [
            ("2025-03-10T12:40", "The warm-up of collections starts an hour late by the clock of the shops", "Trigger - Actual"),
            ("2025-03-10T13:50", "The warm-up is done by hand", "Action - Mitigate"),
        ],
        "contributors": ["The warm-up follows UTC, the shops do not", "The read alias goes to a cold collection at once"],
        "difficulties": "The one who knew the warm-up was at breakfast, by an hour that the rota did not yet know.",
        "done": ["Warm up before the alias moves"], "open": ["Tell the rota about summer time"],
    },
    "payments-0330": {
        "headline": "Payouts were booked for the wrong day, 30 March 2025",
        "zone": "Europe/Dublin", "services": ["payments"], "technologies": ["nightly jobs", "ledger"],
        "impact": ["customer", "employee"], "readers": 90, "attendees": ["17", "4 from Finance"], "minutes": {"ih": 700, "bo": 240},
        "milestones": {"start": "2025-03-30T20:30", "detected": "2025-03-30T21:10", "response-began": "2025-03-30T21:25", "cause-understood": "2025-03-30T23:40", "mitigated": "2025-03-31T00:20", "end": "2025-03-31T01:10"},
        "wrote": {
            # Sunday evening in Europe is Monday morning in Auckland and Sydney.
            "sefa": ("saw it over breakfast", ["03-30T21:10", "03-30T22:05"]),
            "mei": ("read the job", ["03-30T21:40", "03-30T23:38"]),
            "lena": ("payments, on call", ["03-30T21:25", "03-30T22:30", "03-31T00:21"]),
            "nell": ("wrote to the shops", ["03-30T22:10"]),
            "abel": ("set the ledger right", ["03-30T22:40", "03-31T00:18", "03-31T01:05"]),
        },
        "shifts": [("payments", "lena", "2025-03-24T08:00", "2025-03-31T07:00"), ("data", "yuki", "2025-03-24T13:00", "2025-03-31T13:00")],
        "events": [
            ("2025-03-30T20:30", "The payout job takes the day before for today", "Trigger - Actual"),
            ("2025-03-30T23:40", "The missing hour of the morning is found in the log", "Hypothesis - Proved"),
            ("2025-03-31T00:20", "The ledger is set right for 212 shops", "Action - Mitigate"),
        ],
        "contributors": ["A day is taken for 24 hours", "The test of the job stops the clock in January", "Finance looks on Mondays", "Payouts cannot be taken back"],
        "difficulties": "Whoever could read the ledger was not on call for it, and it was Sunday night for those who were.",
        "done": ["Test with a day of 23 hours", "Payouts wait an hour"], "open": ["Take payouts back", "Somebody of Finance in the rota"],
    },
    "gateway-0523": {
        "headline": "Keys of the beta were refused, 23 May 2025",
        "zone": "Asia/Kolkata", "services": ["API keys"], "technologies": ["API gateway", "scopes"],
        "impact": ["customer"], "readers": 17, "attendees": ["5"], "minutes": {"bo": 200}, "time_to_investigate": "2 days",
        "milestones": {"start": "2025-05-23T03:20", "detected": "2025-05-23T03:35", "mitigated": "2025-05-23T05:10", "end": "2025-05-23T05:45"},
        "wrote": {
            # Five past nine in Kolkata is 03:35 UTC: zones are not always whole hours.
            "priya": ("first to see it", ["05-23T03:35", "05-23T04:20", "05-23T05:40"]),
            "yuki": ("read the gateway", ["05-23T03:50", "05-23T05:09"]),
            "mei": ("platform, on call", ["05-23T03:41", "05-23T04:55"]),
            "dov": ("woken by name", ["05-23T04:15", "05-23T05:02"]),
        },
        "shifts": [("platform", "mei", "2025-05-19T22:00", "2025-05-26T22:00")],
        "events": [
            ("2025-05-23T03:20", "Scopes are read from the new table, where those of the beta are not", "Trigger - Actual"),
            ("2025-05-23T05:10", "The old table is read beside the new one", "Action - Mitigate"),
        ],
        "contributors": ["The beta was in no list of those who read the table", "A refusal looks like a wrong key"],
        "difficulties": "The gateway was last changed three years ago, by somebody who is asked for it at any hour.",
        "done": ["A refusal says which scope it lacks"], "open": ["Two more people who change the gateway"],
    },
}
INVESTIGATORS = {"ih": "Ilke Havrand", "bo": "Brona Oskell"}


def uuid7(at, *parts):
    millis = int(at.timestamp() * 1000)
    bits = f"{make.digest('a', *parts):08x}{make.digest('b', *parts):08x}{make.digest('c', *parts):08x}"
    return f"{millis >> 16:08x}-{millis & 0xFFFF:04x}-7{bits[:3]}-8{bits[3:6]}-{bits[6:18]}"


def moment(text, year=""):
    text = text if text[:2] == "20" else f"{year}-{text}"
    return datetime.fromisoformat(text + ":00+00:00")


def zulu(at):
    return f"{at.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def person_id(who):
    return f"slack/{make.PEOPLE[who][0]}" if who in make.PEOPLE else f"slack/U01{who.upper()}"


def card(who, role, times, shifts):
    """What the project keeps of somebody; nothing is said of what nobody knows."""
    if who in make.PEOPLE:
        _uid, name, title, team, place, zone, _hours, first, _manager = make.PEOPLE[who]
    else:
        name, title, team, place, zone, first = OTHERS[who]
    mine = [(rota, moment(start), moment(end)) for rota, whose, start, end in shifts if whose == who]
    fields = {"name": name, "handles": [who], "title": title, "team": team, "location": place, "zone": zone, "started_on": first, "role": role}
    if mine:
        fields["shifts"] = [{"end": zulu(end), "rota": rota, "start": zulu(start)} for rota, start, end in sorted(mine)]
    if times:
        fields["presence"] = {"first": zulu(min(times)), "last": zulu(max(times)), "messages": len(times)}
        if shifts:
            fields["presence"]["on_call"] = any(start <= at < end for at in times for _rota, start, end in mine)
    return {name: value for name, value in fields.items() if value}


def report(told):
    items = [f"- [x] {item}" for item in told["done"]] + [f"- [ ] {item}" for item in told["open"]]
    sections = {
        "executive-summary": f"{told['headline'].rsplit(', ', 1)[0]}. {told['events'][0][1]}. {told['events'][-1][1]}.",
        "contributors": "\n\n".join(f"### {title}" for title in told["contributors"]),
        "difficulties": told["difficulties"],
        "follow-ups": "\n".join(items),
    }
    return {key: {"text": text, "status": "done"} for key, text in sections.items() if text}


def tag(label):
    group, name = label.split(" - ")
    return {"group": group, "name": name}


def slug(label):
    return "-".join(label.lower().replace(" - ", " ").split())


def project(name, told):
    start = moment(told["milestones"]["start"])
    written = start + timedelta(days=6)
    events, timeline = {}, {}
    for place, (at, text, label) in enumerate(told["events"]):
        eid = f"event/{uuid7(written + timedelta(minutes=7 * place), name, text)}"
        events[eid] = {"at": zulu(moment(at)), "by": sorted(told["minutes"])[0], "tags": [slug(label)], "text": text}
        timeline[eid] = {}
    people = {who: (role, [moment(at, start.year) for at in times]) for who, (role, times) in told["wrote"].items()}
    people |= {who: (None, []) for _rota, who, _start, _end in told["shifts"] if who not in people}
    facts = {"title": name, "template": "howie"}
    facts |= {key: told[key] for key in ("headline", "zone", "services", "technologies", "impact", "readers", "attendees", "time_to_investigate") if told.get(key)}
    return {
        "format": "meanwhile/1",
        "id": uuid7(written, name),
        "facts": facts,
        "milestones": {key: zulu(moment(at)) for key, at in told["milestones"].items()},
        "investigators": {slug: {"name": INVESTIGATORS[slug], "initials": slug.upper(), "active_minutes": minutes} for slug, minutes in told["minutes"].items()},
        "people": {person_id(who): card(who, role, times, told["shifts"]) for who, (role, times) in people.items()},
        "tags": {slug(label): tag(label) for _at, _text, label in told["events"]},
        "events": events,
        "timeline": timeline,
        "report": report(told),
    }


def ordered(value):
    """Keys sorted inside, as the program writes them; the order at the top is the file's own."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    return value


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    whole = 0
    for incident, told_of_it in INCIDENTS.items():
        made = {key: ordered(value) for key, value in project(incident, told_of_it).items()}
        text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
        (OUT / f"{incident}.json").write_text(text, encoding="utf-8")
        whole += len(text.encode())
    print(len(INCIDENTS), "incidents,", whole, "bytes")
