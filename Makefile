# Crosspoint. `make help` lists what can be done here.
#
# On a bare Debian or Ubuntu with a Swift toolchain, `make demo` is enough: it installs the packages below first.

SWIFT ?= swift
SWIFT_OLDEST = 6.2
PREFIX ?= /usr/local
EXPERIMENT ?= Examples/01-watch-exercises.yaml
SOURCES = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Benchmarks Fuzzing/Package.swift Fuzzing/Sources/Fuzz
BINARY = .build/release/crosspoint

# What the toolchain needs to build and link programs, then our own libraries. After a comma: what will do as well.
PACKAGES = git pkg-config,pkgconf g++,libstdc++-12-dev,libstdc++-13-dev,libstdc++-14-dev libc6-dev \
  liblz4-dev libzstd-dev libmosquitto-dev \
  libcurl4-openssl-dev,libcurl4,libcurl4t64 libxml2-dev,libxml2 libsqlite3-dev,libsqlite3-0 \
  libncurses-dev,libncurses6 zlib1g-dev,zlib1g tzdata libhdf5-dev libopenblas-dev

.DEFAULT_GOAL := help
.PHONY: help demo build build-tests test kill-storm corruption lint format bench install clean packages toolchain
.NOTPARALLEL:

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: build ## install what is missing, build, run the first example, say where its report is
	@folder=checkpoints/demo; number=2; \
	while [ -e $$folder ]; do folder=checkpoints/demo-$$number; number=$$((number + 1)); done; \
	echo "== crosspoint run $(EXPERIMENT) --output $$folder"; \
	$(BINARY) run $(EXPERIMENT) --output $$folder && \
	printf '\nOpen %s in a browser. Its figures:\n' "$(CURDIR)/$$folder/report.html" && \
	printf '  %s\n' $$folder/figures/*.svg && \
	printf 'Look inside:  %s inspect %s\n' $(BINARY) $$folder

build: toolchain ## build the release binary, .build/release/crosspoint
	@echo "== $(SWIFT) build -c release"
	@$(SWIFT) build -c release --product crosspoint

build-tests: toolchain
	@echo "== $(SWIFT) build -c release --build-tests"
	@$(SWIFT) build -c release --build-tests --disable-xctest -Xswiftc -enable-testing

test: build-tests ## run all tests in release; FILTER=CrossbarsTests runs some
	@echo "== $(SWIFT) test -c release"
	@mkdir -p .build; \
	{ $(SWIFT) test -c release --disable-xctest --skip-build $(if $(FILTER),--filter '$(FILTER)') 2>&1; echo $$? > .build/tests.status; } | \
	tee .build/tests.log; \
	read -r status < .build/tests.status; \
	[ "$$status" = 0 ] || { echo "== what failed"; grep -E '✘|error:' .build/tests.log || true; }; \
	exit "$$status"

kill-storm: build-tests ## kill runs with every rule and technology KILLS times (500): each must end with the same bits
	@CROSSPOINT_KILLS=$(or $(KILLS),500) $(SWIFT) test -c release --disable-xctest --skip-build --filter KillStormTests

corruption: build-tests ## damage checkpoints DAMAGES times (10000): each must be found, or harmless
	@CROSSPOINT_DAMAGES=$(or $(DAMAGES),10000) $(SWIFT) test -c release --disable-xctest --skip-build --filter DamageTests

lint: toolchain ## check the formatting of all sources
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format: toolchain ## format all sources
	$(SWIFT) format format --in-place --parallel --recursive $(SOURCES)

bench: build ## measure speed as ratios to stated baselines; fails below Benchmarks/thresholds.json
	@$(BINARY) bench --check Benchmarks/thresholds.json

install: build ## install the binary into PREFIX/bin; PREFIX is /usr/local unless given
	install -D -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/crosspoint"

clean: ## remove the build, never a run folder
	rm -rf .build

# Installs what is missing with apt-get. Where that cannot be done the build goes on: it may have what it needs.
packages:
	@command -v $(SWIFT) > /dev/null || { \
	  echo "error: '$(SWIFT)' not found: install Swift $(SWIFT_OLDEST) or later from https://www.swift.org/install/linux" \
	    "and put its usr/bin into PATH, or say make SWIFT=/path/to/swift" >&2; exit 1; }
	@missing=; \
	for choice in $(PACKAGES); do \
	  command -v dpkg-query > /dev/null || break; \
	  for name in $$(echo "$$choice" | tr ',' ' '); do \
	    dpkg-query -W -f '$${Status}' "$$name" 2> /dev/null | grep -q ' installed$$' && continue 2; \
	  done; \
	  missing="$$missing $${choice%%,*}"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	echo "== apt-get install$$missing"; \
	if [ "$$(id -u)" = 0 ]; then root=; elif command -v sudo > /dev/null; then root=sudo; else \
	  echo "warning: neither root nor sudo; as root: apt-get install$$missing" >&2; exit 0; fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	$$root apt-get update -qq && $$root apt-get install -qq --no-install-recommends $$missing > /dev/null || \
	  echo "warning: could not install$$missing; the build may fail without" >&2

toolchain: packages
	@version=$$($(SWIFT) --version 2>&1 | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p'); \
	if [ -z "$$version" ]; then echo "error: '$(SWIFT) --version' failed:" >&2; $(SWIFT) --version; exit 1; fi; \
	if [ "$$(printf '%s\n' $(SWIFT_OLDEST) "$$version" | sort -V | head -n 1)" != $(SWIFT_OLDEST) ]; then \
	  echo "error: Crosspoint needs Swift $(SWIFT_OLDEST) or later, '$(SWIFT)' is $$version;" \
	    "see https://www.swift.org/install/linux" >&2; exit 1; fi
