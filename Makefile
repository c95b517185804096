# The commands for development. `make` lists them.

TOOLS := .causerie/tools/cargo
SCHEMATHESIS := .causerie/tools/schemathesis
PYTHON_CLIENT := .causerie/tools/python-client
OPENAPI_GENERATOR := .causerie/tools/openapi-generator
TYPESCRIPT := .causerie/tools/typescript
FUZZ := .causerie/tools/cargo-fuzz
FUZZ_TARGETS := $(basename $(notdir $(wildcard fuzz/targets/*.rs)))
TEST_TOOLS := $(TOOLS)/done $(SCHEMATHESIS)/done $(PYTHON_CLIENT)/done $(OPENAPI_GENERATOR)/done $(TYPESCRIPT)/done
export PATH := $(CURDIR)/$(TOOLS)/bin:$(PATH)
WEB := web/dist/causerie.js
CLIENT := clients/web/dist/index.js
WEB_SOURCES := $(shell find web/src web/dashboard web/demo web/public web/scripts web/vite*.ts -type f)

.PHONY: help build dev test test-web check contracts bench chaos fuzz clean

help:
	@echo "make dev      a private Postgres and NATS, a demo site, and the service on http://127.0.0.1:8080"
	@echo "make build    the web pages, and the binary with them in it: target/release/causerie"
	@echo "make test     all tests, on real servers"
	@echo "make test-web the tests of the web pages: units, and a browser on the real service"
	@echo "make check    formatting, lints, dependency rules and advisories, documentation, contracts"
	@echo "make contracts  writes OpenAPI, AsyncAPI and the JSON Schemas to contracts/, from the code"
	@echo "make bench    all benchmarks, then docs/benchmarks.md: about 15 minutes (ARGS=--quick: a try of three minutes)"
	@echo "make chaos    the long runs: a model, servers that fail (docs/resilience.md), requests made up from the document, and fuzz tests"
	@echo "make fuzz     fuzz tests of all parsers of external input, a minute each"
	@echo "make clean    removes what was built and the data of make dev"

build: $(WEB)
	cargo build --release --package causerie

# Without the optimised dependencies of the tests, which take longer to build.
dev: $(WEB)
	cargo build --package causerie --config 'profile.dev.package."*".opt-level=0'
	target/debug/causerie dev

# The tests share one Postgres, each with a database of its own; each starts its own NATS and its own service.
test: $(TEST_TOOLS) $(WEB)
	cargo build --workspace
	cargo test --workspace --doc --quiet
	target/debug/causerie-sandbox run -- cargo nextest run --workspace
	$(MAKE) test-web

# Units, and the pages in a browser on the real service: CHROMIUM=<path>, or a Chromium or Chrome of this machine, or a
# pinned Chromium that npm fetches.
test-web: $(WEB) $(CLIENT)
	cargo build --workspace
	npm --prefix web run browser --silent
	npm --prefix web test --silent
	npm --prefix clients/web test --silent
	npm --prefix web run e2e --silent

check: $(TOOLS)/done $(WEB)
	npm --prefix web run check --silent
	cd clients/web && ../../web/node_modules/.bin/prettier --check --log-level warn .
	npm --prefix web run sizes --silent
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	cargo deny --all-features --log-level error check bans licenses sources
	.ci/advisories
	.ci/check-words
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --quiet --document-private-items
	cargo build --quiet --workspace
	@target/debug/causerie config example | diff deploy/causerie.toml - || { \
	  echo "deploy/causerie.toml is not what the code says: target/debug/causerie config example > deploy/causerie.toml" >&2; exit 1; }
	rm -rf .causerie/contracts && target/debug/causerie contracts --out .causerie/contracts
	@diff --recursive --brief --exclude=README.md contracts .causerie/contracts || { \
	  echo "contracts/ is not what the code says: run \`make contracts\` and commit it with the change" >&2; exit 1; }

# Documents generated from the code.
contracts:
	cargo build --quiet --workspace
	target/debug/causerie contracts --out contracts

# The output is kept under .causerie/bench; bench/README.md explains it.
bench: $(WEB)
	cargo build --release --package causerie --package causerie-bench
	bench/page.py run $(ARGS)

# What finds rare faults: made-up commands against a model and against streams, made-up requests, faults one after the other
# while people write, on a release build, and made-up bytes. The report on the faults is written also when a property fails.
chaos: export CAUSERIE_CHAOS_MINUTES ?= 25
chaos: export CAUSERIE_CHAOS_SENDS ?= 100000
chaos: export CAUSERIE_CHAOS_WRITERS ?= 2
chaos: export CAUSERIE_CHAOS_REPORT ?= $(CURDIR)/target/chaos.md
chaos: $(TEST_TOOLS) $(WEB)
	cargo build --workspace
	CAUSERIE_CHAOS=1 target/debug/causerie-sandbox run -- \
	  cargo test --package causerie-tests --test model --test differential --test contract -- --nocapture --test-threads=1
	cargo build --release --package causerie
	cargo test --release --package causerie-tests --test resilience -- --exact --nocapture for_as_long_as_asked_everything_holds
	$(MAKE) fuzz

# Bytes made up by libFuzzer, with the address sanitizer. It needs two flags that the pinned compiler has and does not offer
# (RUSTC_BOOTSTRAP), and a C++ compiler. The first build compiles everything with the instruments: about ten minutes on two
# cores. What is worth keeping goes to .causerie/fuzz; what breaks, to fuzz/artifacts.
fuzz: export RUSTC_BOOTSTRAP := 1
fuzz: export CARGO_TARGET_DIR ?= $(CURDIR)/target/fuzz
fuzz: export CAUSERIE_FUZZ_SECONDS ?= 60
fuzz: $(FUZZ)/bin/cargo-fuzz
	nice -n 5 $(FUZZ)/bin/cargo-fuzz build
	for target in $(FUZZ_TARGETS); do \
	  mkdir -p .causerie/fuzz/$$target && \
	  nice -n 5 $(FUZZ)/bin/cargo-fuzz run $$target .causerie/fuzz/$$target fuzz/seeds/$$target -- \
	    -max_total_time=$$CAUSERIE_FUZZ_SECONDS -timeout=20 -rss_limit_mb=1024 -print_final_stats=1 || exit 1; \
	done

clean:
	cargo clean
	rm -rf .causerie web/dist web/node_modules clients/web/dist clients/web/node_modules

$(WEB): web/node_modules/.package-lock.json $(WEB_SOURCES)
	npm --prefix web run build --silent
	@touch $@

# The package of the chat box for other applications; its installation builds it.
$(CLIENT): $(wildcard clients/web/package*.json clients/web/src/*) web/public/causerie.d.ts
	npm --prefix clients/web ci --no-audit --no-fund --loglevel=error
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	npm --prefix web ci --no-audit --no-fund --loglevel=error
	@touch $@

$(FUZZ)/bin/cargo-fuzz:
	nice -n 5 cargo install --quiet --locked --root $(FUZZ) cargo-fuzz@0.13.2

$(SCHEMATHESIS)/done: .ci/schemathesis.txt .ci/fetch-tools
	.ci/fetch-tools $(SCHEMATHESIS) .ci/schemathesis.txt
	@touch $@

$(PYTHON_CLIENT)/done: .ci/python-client.txt .ci/fetch-tools
	.ci/fetch-tools $(PYTHON_CLIENT) .ci/python-client.txt
	@touch $@

$(OPENAPI_GENERATOR)/done: .ci/openapi-generator.txt .ci/fetch-tools
	.ci/fetch-tools $(OPENAPI_GENERATOR) .ci/openapi-generator.txt
	@touch $@

$(TYPESCRIPT)/done: tests/clients/typescript/package.json tests/clients/typescript/package-lock.json
	mkdir -p $(TYPESCRIPT) && cp $^ $(TYPESCRIPT)
	npm ci --prefix $(TYPESCRIPT) --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

$(TOOLS)/done: .ci/tools.txt .ci/fetch-tools
	.ci/fetch-tools $(TOOLS)
	@touch $@
