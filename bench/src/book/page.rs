//! The page.

use serde_json::Value;

use super::parts;
use super::results::Results;

pub(super) fn write(results: &Results, figures: &[&str]) -> String {
    let figure = |name: &str, alt: &str| {
        if figures.contains(&name) { format!("\n![{alt}](figures/{name}.svg)\n") } else { String::new() }
    };
    let mut page = format!("# Benchmarks\n\n{}", head(results));
    page += &section("The whole service, beside other chat servers", ABOUT_OTHERS, &parts::beside_others(results));
    page += &figure("throughput", "Messages accepted a second, beside other servers");
    page += &figure("latency", "From send to another member's stream, beside other servers");
    page += &section("Where the processors go", ABOUT_CHAT, &parts::whole_service(results));
    page += &section("Three times what it can take", ABOUT_OVERLOAD, &parts::overload(results));
    page += &section("What grows, and what it costs", ABOUT_GROWTH, &parts::growth(results));
    page += &figure("history", "Cost by the messages a conversation holds");
    page += &figure("group-size", "Cost by the members of a group");
    page += &figure("sites", "Cost by the number of sites");
    parts::put(&mut page, &format!("\n{}", parts::together(results)));
    page += &section("SendMessage in process, beside its baselines", ABOUT_COMMANDS, &parts::commands(results));
    page += &section("After the log", ABOUT_LOG, &parts::log(results));
    page += &section("Queries", ABOUT_QUERIES, &parts::queries(results));
    page += &section("At rest, and starting", ABOUT_REST, &parts::rest(results));
    page + LIMITS + &how(results)
}

fn section(title: &str, about: &str, table: &str) -> String {
    format!("\n## {title}\n\n{about}\n\n{table}")
}

fn head(results: &Results) -> String {
    let run = &results.run;
    let machine = results.lines("chat").first().cloned().unwrap_or_default();
    let text = |name: &str| match &machine[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let warning = if run.quick { "**A smoke test: these figures mean nothing.**\n\n" } else { "" };
    format!(
        "{warning}Measured on {} at commit `{}`: {} cores ({}), load before {}, Postgres {} with `fsync` and `synchronous_commit` on \
         ({}), everything, the clients included, on this one machine. Medians of several runs (least..most).\n",
        run.date,
        run.commit,
        text("cores"),
        text("processor"),
        text("load_before"),
        text("postgres"),
        text("wal_sync_method"),
    )
}

fn how(results: &Results) -> String {
    let mut text = HOW.to_owned();
    for step in &results.run.steps {
        let failed = if step.succeeded { "" } else { " **failed**" };
        parts::put(&mut text, &format!("| `{}` | {:.0} s{failed} |\n", step.arguments, step.seconds));
    }
    text
}

const ABOUT_OTHERS: &str = "\
Members send over HTTP and everybody in the room has a live stream open. Each sends its next message when the last is\n\
answered (closed loop); in the third row messages come at a steady rate, and their time counts from when they were meant to\n\
be sent. Every message is followed by its id to every reader. The figures of the other servers are of the same work on the\n\
same kind of machine, taken once, elsewhere and not together with these (ejabberd with its archive in Postgres): read them\n\
as an order of magnitude.";

const ABOUT_CHAT: &str = "\
The same runs. Cores are those used on average; more than two there are not. What is lost, doubled or shown to who is not\n\
in the room is counted over all runs, by id.";

const ABOUT_OVERLOAD: &str = "\
Eight rooms. First 64 members send, each waiting for its last answer; then three times as much is asked over 2,000\n\
connections, whether or not the last is answered. The clients pay for what is refused too, on the same two cores. An answer\n\
counts from when the message was meant to be sent, a refusal from when it was.";

const ABOUT_GROWTH: &str = "\
One service, 20 sends a second: first groups of growing size, then more and more sites, each with its members and\n\
messages, then a group of 1,000 with an ever longer history. In the figures both axes are logarithmic: a level line is a\n\
cost that stays the same.";

const ABOUT_COMMANDS: &str = "\
Without HTTP: what the handler of the route calls, durable. `plain INSERT` is one row a commit, the floor of that;\n\
`as documented` is cqrs-es with postgres-es by their documentation.";

const ABOUT_LOG: &str = "Each beside the same work with nothing to check or to compute.";

const ABOUT_QUERIES: &str = "As their routes ask them, without HTTP, on read models of a large site.";

const ABOUT_REST: &str = "The release build; resident memory of the service.";

const LIMITS: &str = "
## Limits of these figures

- Clients, service, Postgres and NATS share two cores: with the clients elsewhere rates would be higher.
- Disks of virtual machines stall for 100 to 400 ms now and then. Compare medians, look at least..most, and compare within
  one run of this page.
- Loopback, no TLS, no proxy. Rate limits are off.
- Everything fits in memory. Nothing here says how it behaves when indexes no longer do.
- The figures of the other servers are not of these runs, nor of this machine itself.
- A closed loop says how much goes through, and not how long one waits at a given rate.
";

const HOW: &str = "
## Again

`make bench` runs all of it and writes this page; `make bench ARGS=--quick` tries every part of it in three minutes and writes
to a folder of its own. `causerie-bench all --from FOLDER` writes the page again from results that were kept.
[bench/README.md](../bench/README.md) says what each benchmark does, and how it is kept fair.

| `causerie-bench` | took |
|---|---|
";
