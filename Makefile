# `make` lists the targets. `make check` and `make test` are all that CI runs.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run check test test-sqlite test-postgres test-browser test-faketime test-durability test-kill test-power test-disk test-clock \
	test-outages test-nodes test-overload test-leaks million lint-openapi openapi timing import-speed \
	sbom link-order bench bench-quick bench-peers bench-docs

# Rounds of test-kill, test-power and test-outages.
ROUNDS ?= 200
# Minutes of test-leaks.
MINUTES ?= 30

# Tests wait for a server, a deadline or a process half of the time: twice as many at once as there are processors.
threads = $$((2 * $$(getconf _NPROCESSORS_ONLN)))

step = @echo "== $@: $(1)"

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r target text; do printf '  make %-16s %s\n' "$$target" "$$text"; done

run: ## Start the server on http://localhost:8000
	cargo run --release

check: ## Formatting, lints, and what the dependencies may be
	$(call step,formatting)
	cargo fmt --all --check
	$(call step,clippy)
	cargo clippy --workspace --all-targets -- -D warnings
	$(call step,dependencies)
	folder=$$(scripts/need.sh cargo-deny) && PATH="$$folder:$$PATH" cargo deny check bans licenses sources

test: test-sqlite test-postgres test-browser test-faketime test-durability test-nodes lint-openapi ## Everything: both databases, the browser, a moved clock, crashes, three nodes, the linters of openapi.json

test-sqlite: ## The Rust tests on SQLite
	$(call step,the Rust tests on SQLite)
	TMPDIR=$$(scripts/test-folder.sh) RUST_TEST_THREADS=$(threads) env -u GATEPOST_TEST_POSTGRES cargo test --workspace

test-postgres: ## The same tests on a private PostgreSQL
	$(call step,the Rust tests on PostgreSQL)
	TMPDIR=$$(scripts/test-folder.sh) RUST_TEST_THREADS=$(threads) scripts/with-postgres.sh cargo test --workspace

test-browser: ## The walkthrough in a real browser, on both databases
	$(call step,the release binary)
	cargo build --release
	$(call step,the walkthrough in a browser)
	scripts/test-browser.sh

test-faketime: ## The server under a clock that is moved
	$(call step,the release binary)
	cargo build --release
	$(call step,what ends by itself)
	GATEPOST_BINARY=target/release/gatepost scripts/test-faketime.sh

test-durability: ## A short round of each way to lose something
	$(call step,the release binary)
	cargo build --release
	$(call step,10 rounds of kill -9 on each database)
	scripts/durability/run.sh kill 10
	$(call step,3 restores that are killed on each database)
	scripts/durability/run.sh restore 3
	$(call step,8 power cuts)
	scripts/durability/run.sh power 8
	$(call step,a full disk and a folder that cannot be written)
	scripts/durability/run.sh disk
	$(call step,a clock that jumps)
	scripts/durability/run.sh clock
	$(call step,3 times without a database)
	scripts/durability/run.sh database 3

test-kill: ## ROUNDS=200 of kill -9 under mixed writes and in restores, on each database
	cargo build --release
	scripts/durability/run.sh kill $(ROUNDS)
	scripts/durability/run.sh restore 20

test-power: ## ROUNDS=200 power cuts that forget what was not synced
	cargo build --release
	scripts/durability/run.sh power $(ROUNDS)

test-disk: ## A full disk, and a data folder that cannot be written
	cargo build --release
	scripts/durability/run.sh disk

test-clock: ## A clock that jumps an hour either way
	cargo build --release
	scripts/durability/run.sh clock

test-outages: ## The mail server away, and ROUNDS times the database
	cargo build --release
	scripts/durability/run.sh mail
	scripts/durability/run.sh database $(ROUNDS)

test-leaks: ## MINUTES=30 of mixed load on each database: neither memory nor files are kept
	cargo build --release
	scripts/durability/run.sh leaks $(MINUTES)

million: ## Time backup, restore and copy at a million accounts
	cargo build --release
	scripts/durability/run.sh million

test-nodes: ## Three nodes behind a proxy, while a node and PostgreSQL die under load
	$(call step,the release binary)
	cargo build --release
	$(call step,half a minute of failures)
	$$(scripts/need.sh python) scripts/test-nodes.py

test-overload: ## Ten times as many log-ins as the machine can hash, for a minute (not part of `make test`)
	$(call step,the release binary)
	cargo build --release
	$(call step,everybody at once)
	$$(scripts/need.sh python) scripts/test-overload.py

lint-openapi: ## Three linters judge openapi.json
	$(call step,the linters of openapi.json)
	scripts/lint-openapi.sh

openapi: ## Write openapi.json and config.default.toml anew
	$(call step,openapi.json)
	cargo run --quiet -- openapi > target/openapi.json
	mv target/openapi.json openapi.json
	$(call step,config.default.toml)
	cargo run --quiet -- config --default > target/config.default.toml
	mv target/config.default.toml config.default.toml

sbom: ## List what the release binary is made of, as CycloneDX, into target/sbom
	$(call step,what it is made of)
	$$(scripts/need.sh python) scripts/sbom.py

timing: ## Measure whether the time of an answer tells who has an account
	$(call step,the release binary)
	cargo build --release
	$(call step,400 tries of each endpoint)
	folder=$$(scripts/need.sh node) && PATH="$$folder:$$PATH" node scripts/timing.mjs

import-speed: ## Measure how many accounts a second an import writes
	$(call step,the release binary)
	cargo build --release
	$(call step,200000 accounts)
	scripts/import-speed.sh
	scripts/with-postgres.sh scripts/import-speed.sh

link-order: ## Write link/functions.txt anew: which functions stand together in the program
	folder=$$(scripts/need.sh valgrind) && python=$$(scripts/need.sh python) && \
	PATH="$$folder:$$PATH" scripts/with-postgres.sh "$$python" link/order.py

bench: ## Measure everything beside what this machine can do, an hour (flags by ARGS="--only login")
	scripts/bench.sh $(ARGS)

bench-quick: ## Whether the benchmark itself works, some minutes
	scripts/bench.sh --quick --out target/bench-quick $(ARGS)

bench-peers: ## Measure Gatepost on SQLite and, in the same run, what one would take instead
	scripts/bench-peers.sh $(ARGS)

bench-docs: ## Write docs/benchmarks.md from the results in target/bench
	scripts/bench.sh --from target/bench/result.json --beside target/bench-peers/result.json --docs $(ARGS)
