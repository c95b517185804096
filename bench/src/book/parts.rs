//! The tables of the page.

use serde_json::{Value, json};

use super::figures::{case, held, tenths};
use super::others::{OTHERS, Other};
use super::results::Results;
use super::shape;
use crate::report::{Spread, thousands};

const NONE: &str = "–";

/// A row more.
pub(super) fn put(table: &mut String, row: &str) {
    table.push_str(row);
}

fn written(spread: Option<Spread>, write: impl Fn(f64) -> String) -> String {
    spread.map_or_else(|| NONE.to_owned(), |spread| spread.text(write))
}

fn ms(micros: f64) -> String {
    format!("{:.2}", micros / 1e3)
}

/// The three loads that others were measured by, with what is to be reached.
pub(super) fn beside_others(results: &Results) -> String {
    let mut table = "| work | to reach | Causerie: median (least..most) | ejabberd | Prosody | Synapse |\n|---|---|---|---|---|---|\n".to_owned();
    let mut row = |work: &str, reach: &str, ours: String, others: [String; 3]| {
        put(&mut table, &format!("| {work} | {reach} | {ours} | {} |\n", others.join(" | ")));
    };
    let others = |of: &dyn Fn(&Other) -> String| [of(&OTHERS[0]), of(&OTHERS[1]), of(&OTHERS[2])];
    let accepted = |load: &str| written(results.spread("chat", &case(load), "accepted_per_second"), thousands);
    let room = others(&|other| thousands(other.accepted[0]));
    row("one room of 32, all sending, all reading: accepted/s", "2,500", accepted("one room of 32"), room);
    let rooms = others(&|other| thousands(other.accepted[1]));
    row("8 rooms of 4, likewise: accepted/s", "6,500", accepted("8 rooms of 4"), rooms);
    let shown = |number| written(results.spread("chat", &case("20 sends/s, room of 32"), number), ms);
    let half = others(&|other| tenths(other.shown[0]));
    row("20 sends/s, send to another's stream: p50 ms", "2.5", shown("shown_p50_us"), half);
    row("… p99 ms", "6", shown("shown_p99_us"), others(&|other| tenths(other.shown[1])));
    table
}

/// Where the processors went.
pub(super) fn whole_service(results: &Results) -> String {
    let mut table = "| load | accepted/s | deliveries/s | answer p50, p99 ms | shown p50, p99 ms | cores: service, Postgres, NATS, clients | lost, doubled, to others |\n\
                     |---|---|---|---|---|---|---|\n".to_owned();
    for load in ["one room of 32", "8 rooms of 4", "20 sends/s, room of 32"] {
        let median = |number| results.median("chat", &case(load), number);
        let number = |number| median(number).map_or_else(|| NONE.to_owned(), thousands);
        let pair = |one, other| match (median(one), median(other)) {
            (Some(one), Some(other)) => format!("{}, {}", ms(one), ms(other)),
            _ => NONE.to_owned(),
        };
        let cores = ["service_cores", "postgres_cores", "nats_cores", "client_cores"];
        let cores = cores.map(|who| median(who).map_or_else(|| NONE.to_owned(), |cores| format!("{cores:.2}")));
        let wrong = ["lost", "doubled", "foreign"].map(|what| {
            let all: u64 = results.only("chat", &case(load)).iter().filter_map(|line| line[what].as_u64()).sum();
            all.to_string()
        });
        put(
            &mut table,
            &format!(
                "| {load} | {} | {} | {} | {} | {} | {} |\n",
                number("accepted_per_second"),
                number("deliveries_per_second"),
                pair("answer_p50_us", "answer_p99_us"),
                pair("shown_p50_us", "shown_p99_us"),
                cores.join(", "),
                wrong.join(", ")
            ),
        );
    }
    table
}

/// Three times what the service can take.
pub(super) fn overload(results: &Results) -> String {
    let mut table =
        "| sends/s asked | accepted/s | refused/s | answer p50, p99 ms | a refusal, p99 ms |\n|---|---|---|---|---|\n"
            .to_owned();
    for load in ["capacity", "overload"] {
        let spread = |number| results.spread("overload", &case(load), number);
        let rate = |number| written(spread(number), thousands);
        let (half, most) = (written(spread("answer_p50_us"), ms), written(spread("answer_p99_us"), ms));
        let (asked, refusal) = match load {
            "capacity" => ("64 clients, each waiting for its answer".to_owned(), NONE.to_owned()),
            _ => (rate("rate"), written(spread("refusal_p99_us"), ms)),
        };
        let (accepted, refused) = (rate("accepted_per_second"), rate("refused_per_second"));
        put(&mut table, &format!("| {asked} | {accepted} | {refused} | {half}, {most} | {refusal} |\n"));
    }
    table
}

/// What grows, and how its cost does.
pub(super) fn growth(results: &Results) -> String {
    let mut table = "| what grows | what it costs | how |\n|---|---|---|\n".to_owned();
    let mut row = |what: &str, cost: &str, points: &[(f64, f64)]| {
        put(&mut table, &format!("| {what} | {cost} | {} |\n", shape::of(points)));
    };
    let of = |which, size, number| results.series("growth", &case(which), size, number);
    row("messages in the conversation", "a send in process, p50", &held(results, "causerie"));
    row("", "the same, cqrs-es as documented", &held(results, "as documented"));
    row("", "send to another's stream, p50", &of("history", "stored", "shown_p50_us"));
    row("sites", "send to another's stream, p50", &of("sites", "sites", "shown_p50_us"));
    row("", "processor time a message", &of("sites", "sites", "cpu_us_per_message"));
    row(
        "members of the group, 32 of them reading",
        "send to another's stream, p50",
        &some_read(results, "shown_p50_us"),
    );
    row(
        "members of the group, all reading",
        "processor time a message",
        &of("group, all read", "members", "cpu_us_per_message"),
    );
    table
}

/// By the members of a group of whom 32 read: in a group of 32 that is all.
pub(super) fn some_read(results: &Results, number: &str) -> Vec<(f64, f64)> {
    let all = results.series("growth", &case("group, all read"), "members", number);
    let some = results.series("growth", &case("group, 32 read"), "members", number);
    all.into_iter().filter(|(members, _)| members.total_cmp(&32.0).is_eq()).chain(some).collect()
}

/// A million messages, ten thousand sites, a thousand members, beside a service with nothing in it.
pub(super) fn together(results: &Results) -> String {
    let shown = |of: &[(&str, Value)], number| results.median("growth", of, number);
    let full = results.only("growth", &case("history")).iter().filter_map(|line| line["stored"].as_u64()).max();
    let bare = [("case", json!("group, all read")), ("members", json!(32))];
    let full_of = [("case", json!("history")), ("stored", json!(full))];
    let mut table = "| 20 sends/s, 32 reading | p50 ms | p99 ms |\n|---|---|---|\n".to_owned();
    for (what, of) in [("a room of 32, nothing else", &bare), ("all of it together", &full_of)] {
        let cell = |number| shown(of, number).map_or_else(|| NONE.to_owned(), ms);
        put(&mut table, &format!("| {what} | {} | {} |\n", cell("shown_p50_us"), cell("shown_p99_us")));
    }
    if let (Some(without), Some(with)) = (shown(&bare, "shown_p50_us"), shown(&full_of, "shown_p50_us")) {
        put(&mut table, &format!("| with, by without (to reach: 1.10) | {:.2} | |\n", with / without));
    }
    table
}

/// SendMessage in process.
pub(super) fn commands(results: &Results) -> String {
    let subjects = ["causerie", "plain INSERT", "as documented", "as documented, pool of 32"];
    let mut table = format!("| accepted/s | {} |\n|---|---|---|---|---|\n", subjects.join(" | "));
    for (load, title) in [
        ("tasks-32-spread", "32 tasks over 100 conversations"),
        ("tasks-32-one", "32 tasks into one"),
        ("tasks-256-spread", "256 tasks over 100"),
        ("tasks-256-one", "256 tasks into one"),
        ("tasks-1-spread", "one task alone"),
    ] {
        let of = |subject: &&str| {
            let is = [("case", json!(load)), ("subject", json!(subject))];
            written(results.spread("commands", &is, "sends_per_second"), thousands)
        };
        put(&mut table, &format!("| {title} | {} |\n", subjects.iter().map(of).collect::<Vec<_>>().join(" | ")));
    }
    table
}

/// What comes after the log, each beside its limit.
pub(super) fn log(results: &Results) -> String {
    let mut table = "| events/s | Causerie | the limit beside it |\n|---|---|---|\n".to_owned();
    let mut row = |what: &str, benchmark: &str, ours: &[(&str, Value)], limit: (&str, &[(&str, Value)])| {
        let rate = |is: &[(&str, Value)]| written(results.spread(benchmark, is, "events_per_second"), thousands);
        put(&mut table, &format!("| {what} | {} | {}: {} |\n", rate(ours), limit.0, rate(limit.1)));
    };
    let subject = |name: &str| [("subject", json!(name))];
    let paged = |name: &str| [("subject", json!(name)), ("case", json!("pages-5000"))];
    row(
        "the log read and decoded, pages of 5,000",
        "replay",
        &paged("read_log, decoded"),
        ("plain SELECT", &paged("plain SELECT, raw rows")),
    );
    row(
        "copied to JetStream",
        "relay",
        &subject("relay"),
        ("publish, nothing checked", &subject("plain publish, nothing checked")),
    );
    for model in ["member_list", "conversation_list", "timeline"] {
        let way = |way: &str| [("model", json!(model)), ("way", json!(way))];
        for how in ["live", "rebuild"] {
            row(&format!("`{model}`, {how}"), "projections", &way(how), ("COPY of its rows", &way("COPY of the rows")));
        }
    }
    table
}

/// Queries, by one caller and by eight.
pub(super) fn queries(results: &Results) -> String {
    let mut table =
        "| query | case | one caller: p50, p99 ms | eight at once: p50, p99 ms |\n|---|---|---|---|\n".to_owned();
    for line in results.only("queries", &[("at_once", json!(1))]) {
        let is = [("query", line["query"].clone()), ("case", line["case"].clone()), ("at_once", json!(8))];
        let took = |line: &Value| {
            let number = |name: &str| line["took"][name].as_f64().map_or_else(|| NONE.to_owned(), ms);
            format!("{}, {}", number("p50_us"), number("p99_us"))
        };
        let eight = results.only("queries", &is).first().map_or_else(|| NONE.to_owned(), |line| took(line));
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        put(&mut table, &format!("| {} | {} | {} | {eight} |\n", text("query"), text("case"), took(line)));
    }
    table
}

/// At rest.
pub(super) fn rest(results: &Results) -> String {
    let mut table = "| at rest | to reach | |\n|---|---|---|\n".to_owned();
    if let Some(idle) = results.lines("streams").iter().find(|line| line["kib_per_stream"].is_number()) {
        let mib = |name: &str| format!("{:.1} MiB", idle[name].as_f64().unwrap_or_default() / 1024.0);
        let streams = idle["streams"].as_f64().unwrap_or_default();
        let each = idle["kib_per_stream"].as_f64().unwrap_or_default();
        put(&mut table, &format!("| the service, idle | 80 MiB | {} |\n", mib("memory_before_kib")));
        let added = streams * each / 1024.0;
        put(&mut table, &format!("| {} idle streams add | 20 MiB a thousand | {added:.1} MiB |\n", thousands(streams)));
    }
    let seconds = |which| written(results.spread("start", &case(which), "seconds"), |seconds| format!("{seconds:.2}"));
    put(&mut table, &format!("| `causerie dev` until it serves, a second time | 3 s | {} s |\n", seconds("again")));
    put(&mut table, &format!("| … the first time, in an empty folder | | {} s |\n", seconds("first")));
    table
}
