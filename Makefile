# Everything a newcomer types. `make` alone says what there is.

TOOLS := .causerie/tools/cargo
export PATH := $(CURDIR)/$(TOOLS)/bin:$(PATH)

.PHONY: help dev test check bench clean

help:
	@echo "make dev      a private Postgres and NATS, a demo site, and the service on http://127.0.0.1:8080"
	@echo "make test     all tests, on real servers"
	@echo "make check    formatting, lints, dependency rules, documentation"
	@echo "make bench    the benchmarks with their baselines, ten minutes (ARGS=--quick: some seconds)"
	@echo "make clean    removes what was built and the data of make dev"

dev:
	cargo build --package causerie
	target/debug/causerie dev

# The tests share one Postgres, each with a database of its own; each starts its own NATS and its own service.
test: $(TOOLS)/done
	cargo build --workspace
	cargo test --workspace --doc --quiet
	target/debug/causerie-sandbox run -- cargo nextest run --workspace

check: $(TOOLS)/done
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	cargo deny --all-features --log-level error check bans licenses sources
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --quiet --document-private-items

# Lines of JSON on stdout, a table on stderr. How to read them: bench/README.md
bench:
	cargo build --release --package causerie-bench
	target/release/causerie-bench commands $(ARGS)
	target/release/causerie-bench replay $(ARGS)

clean:
	cargo clean
	rm -rf .causerie

$(TOOLS)/done: .ci/tools.txt .ci/fetch-tools
	.ci/fetch-tools $(TOOLS)
	@touch $@
