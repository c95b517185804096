#!/usr/bin/env python3
"""Runs the benchmarks and writes docs/benchmarks.md with its figures.

    bench/page.py run [--quick]   runs all benchmarks, keeps their output in .causerie/bench/<time>, writes the page
    bench/page.py write FOLDER    writes the page again from the output in a folder

With --quick the figures mean little: the page is written into the folder of the output, not into docs/.
"""

import argparse
import datetime
import json
import math
import pathlib
import statistics
import subprocess
import sys
import time
from html import escape

BINARY = "target/release/causerie-bench"
TEMPLATE = pathlib.Path(__file__).with_name("page.md")
BENCHMARKS = [
    "chat --runs 4 --seconds 8",
    "growth --runs 3 --seconds 8",
    "streams --streams 1000 --minutes 1",
    "replay --messages 300000",
    "relay",
    "projections --messages 100000 --runs 2",
]

# Other chat servers under the same loads on the same kind of machine, measured once and not in the same run.
# Accepted messages/s in one room of 32 and in 8 rooms of 4; p50 and p99 in ms from send to another member's stream.
OTHERS = {
    "ejabberd": (636, 2_149, 2.5, 4.0),
    "Prosody": (323, 580, 5.3, 10.6),
    "Synapse": (27, 27, 1_035, 1_617),
}
STEADY = "20 sends/s, room of 32"


# Results


def run(quick):
    """Runs each benchmark as a process and returns the folder of the output and the benchmarks that failed."""
    now = datetime.datetime.now()
    folder = pathlib.Path(".causerie/bench", now.strftime("%Y-%m-%d-%H%M%S"))
    folder.mkdir(parents=True)
    describe = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    commit = subprocess.run(describe, capture_output=True, text=True).stdout.strip() or "unknown"
    about, failed = {"date": str(now.date()), "commit": commit, "steps": []}, []
    for benchmark in BENCHMARKS:
        name, arguments = benchmark.split()[0], [benchmark.split()[0], "--quick"] if quick else benchmark.split()
        print(f"{' '.join(arguments)}: output in {folder}/{name}.txt", flush=True)
        start = time.monotonic()
        with open(folder / f"{name}.jsonl", "w") as out, open(folder / f"{name}.txt", "w") as err:
            if subprocess.run([BINARY, *arguments], stdout=out, stderr=err).returncode != 0:
                failed.append(name)
        about["steps"].append([" ".join(arguments), round(time.monotonic() - start)])
        (folder / "run.json").write_text(json.dumps(about))
    return folder, failed


class Results:
    """The JSON lines of one run of all benchmarks."""

    def __init__(self, folder):
        self.about = json.loads((folder / "run.json").read_text())
        self.lines = {}
        for command, _ in self.about["steps"]:
            name = command.split()[0]
            self.lines[name] = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]

    def values(self, benchmark, field, **where):
        lines = self.lines.get(benchmark, [])
        return [line[field] for line in lines if field in line and all(line.get(k) == v for k, v in where.items())]

    def median(self, benchmark, field, **where):
        return statistics.median(self.values(benchmark, field, **where) or [math.nan])

    def spread(self, benchmark, field, write, **where):
        values = self.values(benchmark, field, **where)
        return f"{write(statistics.median(values))} ({write(min(values))}..{write(max(values))})" if values else "–"

    def series(self, size, field, *cases):
        """Pairs of the size that grows and the median of a field in ms. A later case replaces earlier points."""
        points = {}
        for case in cases:
            for value in self.values("growth", size, case=case):
                points[value] = self.median("growth", field, case=case, **{size: value}) / 1e3
        return sorted(points.items())

    def some_read(self, field):
        """The series of groups of which 32 members read; in a group of 32 these are all members."""
        points = self.series("members", field, "group, all read", "group, 32 read")
        return [point for point in points if point[0] >= 32]


# Numbers and tables


def thousands(number):
    return f"{number:.1f}" if number < 9.95 and number % 1 else f"{number:,.0f}"


def ms(micros):
    return f"{micros / 1e3:.2f}"


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def growth_of(points):
    """`flat`, `linear` or the like: by the first and the last point, and by the last two where the cost grows."""
    if len(points) < 2:
        return "not measured"
    (first_size, first), (size_before, before), (last_size, last) = points[0], points[-2], points[-1]
    factor, sizes = last / first, f"from {thousands(first_size)} to {thousands(last_size)}"
    if factor < 1.35:
        return f"flat (× {factor:.2f} {sizes})"
    power = math.log(last / before) / math.log(max(last_size, 1) / max(size_before, 1))
    how = "less than linear" if power < 0.8 else "linear" if power <= 1.2 else "more than linear"
    return f"{how} (× {factor:.1f} {sizes})"


# Figures

WIDTH = 720
STYLE = """text{font:13px system-ui,sans-serif;fill:#1f2328;stroke:none!important}.quiet{fill:#59636e;font-size:12px}
.title{font-size:15px;font-weight:600}.grid{stroke:#d1d9e0}.line{fill:none!important;stroke-width:2.5}
.s0{fill:#0550ae;stroke:#0550ae}.s1{fill:#bc4c00;stroke:#bc4c00}.s2{fill:#6e7781;stroke:#6e7781}
.s3{fill:#8250df;stroke:#8250df}.bar{stroke:none!important}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}.grid{stroke:#3d444d}
.s0{fill:#79c0ff;stroke:#79c0ff}.s1{fill:#ffa657;stroke:#ffa657}.s2{fill:#9198a1;stroke:#9198a1}
.s3{fill:#d2a8ff;stroke:#d2a8ff}}"""


def text(x, y, anchor, style, content):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}">{escape(content)}</text>'


def figure(title, about, height, elements):
    size = f'viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}"'
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">', f"<title>{escape(title)}</title>"]
    head += [f"<style>{STYLE}</style>", text(16, 26, "start", "title", title), text(16, 46, "start", "quiet", about)]
    return "\n".join([*head, *elements, "</svg>"]) + "\n"


def bars(title, about, groups, longest, write):
    """Groups of horizontal bars on one scale. A bar longer than `longest` is cut and marked with an arrow."""
    elements, y, left, room = [], 66, 130, WIDTH - 240
    for group, values in groups:
        elements.append(text(16, y + 10, "start", "label", group))
        y += 20
        for name, value in values:
            width = max(room * min(value, longest) / longest, 1)
            style = "s0" if name == "Causerie" else "s2"
            elements.append(text(left - 8, y + 15, "end", "quiet", name))
            elements.append(f'<rect x="{left}" y="{y}" width="{width:.1f}" height="20" rx="2" class="bar {style}"/>')
            label = ("→ " if value > longest else "") + write(value)
            elements.append(text(left + width + 6, y + 15, "start", "label", label))
            y += 26
        y += 14
    return figure(title, about, y + 4, elements)


def curves(title, about, size, series):
    """Curves with logarithmic axes: a constant cost is a level line. A size of 0 is drawn at 1."""
    points = [point for _, line in series for point in line]
    left, right, top, height = 70, WIDTH - 190, 70, 240

    def scale(values, start, end):
        low = math.floor(math.log10(min(values)))
        high = max(math.ceil(math.log10(max(values))), low + 1)
        return low, high, lambda value: start + (math.log10(value) - low) / (high - low) * (end - start)

    _, _, across = scale([max(number, 1) for number, _ in points], left, right)
    low, high, up = scale([cost for _, cost in points], top + height, top)
    elements, free, taken = [], 0, []
    for cost in (10**power for power in range(low, high + 1)):
        elements.append(f'<line x1="{left}" y1="{up(cost):.1f}" x2="{right}" y2="{up(cost):.1f}" class="grid"/>')
        elements.append(text(left - 8, up(cost) + 4, "end", "quiet", f"{cost:,g}"))
    for number in sorted({number for number, _ in points}):
        if (x := across(max(number, 1))) >= free:
            elements.append(text(x, top + height + 20, "middle", "quiet", thousands(number)))
            free = x + 60
    elements.append(text(left, top + height + 42, "start", "quiet", size))
    for index, (name, line) in enumerate(series):
        places = [(across(max(number, 1)), up(cost)) for number, cost in line]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        elements.append(f'<polyline points="{joined}" class="line s{index}"/>')
        elements += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" class="s{index}"/>' for x, y in places]
        label = places[-1][1] + 4
        while any(abs(label - other) < 15 for other in taken):
            label += 15
        taken.append(label)
        elements.append(text(right + 10, label, "start", f"label s{index}", name))
    return figure(title, about, top + height + 58, elements)


def figures(results):
    def beside_others(value, index):
        return [("Causerie", value), *((name, numbers[index]) for name, numbers in OTHERS.items())]

    def accepted(case):
        return results.median("chat", "accepted_per_second", case=case)

    def shown(field):
        return results.median("chat", field, case=STEADY) / 1e3

    others = "the other servers were measured elsewhere on the same kind of machine"
    rates = [
        ("one room of 32, all send and read", beside_others(accepted("one room of 32"), 0)),
        ("8 rooms of 4, all send and read", beside_others(accepted("8 rooms of 4"), 1)),
    ]
    longest = max(value for _, values in rates for _, value in values)
    yield "throughput", bars("Messages per second", f"durably accepted; {others}", rates, longest, thousands)
    latencies = [
        ("p50", beside_others(shown("shown_p50_us"), 2)),
        ("p99", beside_others(shown("shown_p99_us"), 3)),
    ]
    longest = max(value for _, values in latencies for _, value in values if value < 100)
    about = f"20 sends/s into a room of 32; {others}"
    title = "From send to another member's stream"
    yield "latency", bars(title, about, latencies, longest, lambda value: f"{value:,.1f} ms")
    def cost(size, case, *fields):
        return [(name, results.series(size, field, case)) for name, field in fields]

    p50, cpu = ("to stream, p50", "shown_p50_us"), ("CPU per message", "cpu_us_per_message")
    about = "ms from send to another member's stream, and ms of processor time per message; 20 sends/s"
    history = cost("stored", "history", p50, cpu)
    sites = cost("sites", "sites", p50, ("to stream, p99", "shown_p99_us"), cpu)
    groups = [
        ("to stream, 32 read", results.some_read("shown_p50_us")),
        ("CPU, 32 read", results.some_read("cpu_us_per_message")),
        ("to stream, all read", results.series("members", "shown_p50_us", "group, all read")),
        ("CPU, all read", results.series("members", "cpu_us_per_message", "group, all read")),
    ]
    yield "history", curves("What a long history costs", about, "messages in the conversation", history)
    yield "group-size", curves("What a large group costs", about, "members of the group", groups)
    yield "sites", curves("What many sites cost", about, "sites of the service", sites)


# The page


def page(results):
    machine, steps = results.lines["chat"][0], results.about["steps"]
    head = {
        "date": results.about["date"],
        "commit": results.about["commit"],
        "machine": f"{machine['cores']} cores ({machine['processor']}), load before {machine['load_before']:.2f}, "
        f"Postgres {machine['postgres']} with `fsync` and `synchronous_commit` on ({machine['wal_sync_method']})",
    }
    tables = {
        "others": others_table(results),
        "cores": cores_table(results),
        "overload": overload_table(results),
        "growth": growth_table(results),
        "together": together_table(results),
        "log": log_table(results),
        "memory": memory_table(results),
        "steps": table(["`causerie-bench`", "seconds"], [[f"`{step}`", str(took)] for step, took in steps]),
    }
    return TEMPLATE.read_text().format(**head, **tables)


def others_table(results):
    rows = []
    for index, (case, target) in enumerate({"one room of 32": "2,500", "8 rooms of 4": "6,500"}.items()):
        ours = results.spread("chat", "accepted_per_second", thousands, case=case)
        others = [thousands(numbers[index]) for numbers in OTHERS.values()]
        rows.append([f"{case}, all send and read: accepted/s", target, ours, *others])
    for index, (field, target) in enumerate({"shown_p50_us": "2.5", "shown_p99_us": "6"}.items()):
        ours = results.spread("chat", field, ms, case=STEADY)
        others = [f"{numbers[index + 2]:,}" for numbers in OTHERS.values()]
        rows.append([f"20 sends/s, send to another's stream: {field[6:9]} ms", target, ours, *others])
    return table(["load", "target", "Causerie: median (smallest..largest)", *OTHERS], rows)


def cores_table(results):
    rows = []
    for case in ["one room of 32", "8 rooms of 4", STEADY]:
        def median(*fields, write=ms):
            return ", ".join(write(results.median("chat", field, case=case)) for field in fields)

        lost = [str(sum(results.values("chat", field, case=case))) for field in ("lost", "doubled", "foreign")]
        rows.append([
            case,
            median("accepted_per_second", "deliveries_per_second", write=thousands),
            median("response_p50_us", "response_p99_us"),
            median("shown_p50_us", "shown_p99_us"),
            median("service_cores", "postgres_cores", "nats_cores", "client_cores", write="{:.2f}".format),
            ", ".join(lost),
        ])
    return table(["load", "accepted/s, deliveries/s", "response p50, p99 ms", "to stream p50, p99 ms",
                  "cores: service, Postgres, NATS, clients", "lost, doubled, to others"], rows)


def overload_table(results):
    rows = []
    for case in ["capacity", "overload"]:
        def spread(field, write):
            return results.spread("chat", field, write, case=case)

        asked = "64 clients, each after its last response" if case == "capacity" else spread("rate", thousands)
        responses = f"{spread('response_p50_us', ms)}, {spread('response_p99_us', ms)}"
        rows.append([asked, spread("accepted_per_second", thousands), spread("refused_per_second", thousands),
                     responses, spread("refusal_p99_us", ms) if case == "overload" else "–"])
    accepted = [results.values("chat", "accepted_per_second", case=case) for case in ("overload", "capacity")]
    accepted_part = statistics.median([one / other for one, other in zip(*accepted)] or [math.nan])
    header = ["sends/s asked for", "accepted/s", "rejected/s", "response p50, p99 ms", "rejection p99 ms"]
    targets = "(target: 85 %; 99 % of the rejections within 50 ms)"
    return table(header, rows) + f"\n{accepted_part * 100:.0f} % of the capacity is still accepted {targets}.\n"


def growth_table(results):
    p50, cpu = "send to another's stream, p50", "processor time per message"
    of = results.series
    rows = [
        ["messages in the conversation", p50, of("stored", "shown_p50_us", "history")],
        ["sites", p50, of("sites", "shown_p50_us", "sites")],
        ["", cpu, of("sites", "cpu_us_per_message", "sites")],
        ["members of the group, 32 of them read", p50, results.some_read("shown_p50_us")],
        ["members of the group, all read", cpu, of("members", "cpu_us_per_message", "group, all read")],
    ]
    return table(["what grows", "cost", "growth"], [[what, cost, growth_of(points)] for what, cost, points in rows])


def together_table(results):
    most = max(results.values("growth", "stored", case="history"), default=0)
    cases = {
        "a room of 32, nothing else": {"case": "group, all read", "members": 32},
        "all of it together": {"case": "history", "stored": most},
    }
    medians = {name: [results.median("growth", field, **where) for field in ("shown_p50_us", "shown_p99_us")]
               for name, where in cases.items()}
    (alone, _), (together, _) = medians.values()
    rows = [[name, *map(ms, values)] for name, values in medians.items()]
    rows.append(["all of it, divided by nothing else (target: 1.10)", f"{together / alone:.2f}", ""])
    return table(["20 sends/s, 32 read", "p50 ms", "p99 ms"], rows)


def log_table(results):
    rows = []
    for benchmark in ("replay", "relay", "projections"):
        lines = [line for line in results.lines.get(benchmark, []) if "subject" in line]
        for case in dict.fromkeys(line["case"] for line in lines):
            *subjects, baseline = dict.fromkeys(line["subject"] for line in lines if line["case"] == case)
            for subject in subjects:
                def spread(subject):
                    return results.spread(benchmark, "events_per_second", thousands, case=case, subject=subject)

                def median(subject):
                    return results.median(benchmark, "events_per_second", case=case, subject=subject)

                ratio = f"{median(subject) / median(baseline):.2f}"
                rows.append([f"{benchmark}, {case}: {subject}", spread(subject), f"{baseline}: {spread(baseline)}", ratio])
    return table(["events/s", "Causerie", "baseline", "ratio"], rows)


def memory_table(results):
    idle = next(line for line in results.lines["streams"] if "kib_per_stream" in line)
    service, added = idle["memory_before_kib"] / 1024, idle["kib_per_stream"] * 1000 / 1024
    return table(["resident memory", "target", ""], [
        ["the service, idle", "80 MiB", f"{service:.1f} MiB"],
        ["1,000 idle streams add", "20 MiB", f"{added:.1f} MiB"],
    ])


def write(folder, docs):
    results = Results(folder)
    (docs / "figures").mkdir(parents=True, exist_ok=True)
    for name, svg in figures(results):
        (docs / "figures" / f"{name}.svg").write_text(svg)
    (docs / "benchmarks.md").write_text(page(results))
    print(f"written: {docs / 'benchmarks.md'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run").add_argument("--quick", action="store_true")
    commands.add_parser("write").add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.command == "write":
        return write(arguments.folder, pathlib.Path("docs"))
    folder, failed = run(arguments.quick)
    if failed:
        sys.exit(f"failed, see the .txt files in {folder}: {', '.join(failed)}")
    write(folder, folder if arguments.quick else pathlib.Path("docs"))


if __name__ == "__main__":
    main()
