# Everything a newcomer types. `make` alone says what there is.

TOOLS := .causerie/tools/cargo
export PATH := $(CURDIR)/$(TOOLS)/bin:$(PATH)

.PHONY: help dev test check clean

help:
	@echo "make dev      a private Postgres and NATS, a demo site, and the service on http://127.0.0.1:8080"
	@echo "make test     all tests, on real servers"
	@echo "make check    formatting, lints, dependency rules, documentation"
	@echo "make clean    removes what was built and the data of make dev"

dev:
	cargo build --package causerie
	target/debug/causerie dev

# The tests share one Postgres, each with a database of its own; each starts its own NATS and its own service.
test: $(TOOLS)/done
	cargo build --workspace
	target/debug/causerie-sandbox run -- cargo nextest run --workspace
	cargo test --workspace --doc --quiet

check: $(TOOLS)/done
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	cargo deny --all-features --log-level error check bans licenses sources
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --quiet --document-private-items

clean:
	cargo clean
	rm -rf .causerie

$(TOOLS)/done: .ci/tools.txt .ci/fetch-tools
	.ci/fetch-tools $(TOOLS)
	@touch $@
