# INDAGOR. GNU make. "make help" lists the targets; README.md explains them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
# Fixed once for every command: changing them compiles the C parts of the
# desktop again, which takes minutes.
export GOFLAGS := -trimpath -buildvcs=false

BIN := bin
OUT := out
TOOLS := $(CURDIR)/.cache/bin
GOLANGCI_LINT := v2.15.0
GOFUMPT := v0.12.0

# One version for both programs.
VERSION := $(shell sed -n 's/^const Version = "\(.*\)"/\1/p' server/server.go)
STAMP := -ldflags "-X main.version=$(VERSION)"

# "ci" builds everything that imports Fyne without a window and without C.
PURE := CGO_ENABLED=0 $(GO)
TEST_TAGS := -tags ci

# The packages in which several goroutines share something; ./server holds the
# tests that play the services together.
CONCURRENT := ./server ./server/internal/store/... ./server/internal/evidence/... ./server/internal/anpr/... ./server/internal/gate/... ./server/internal/signal/... ./server/internal/bulk/... \
	./server/internal/visura/... ./server/internal/workstation/... ./server/internal/signin/... ./sync/client/... ./sync/desk/...

# The desktop is built without animations: a caret that fades repaints the
# whole window for half of the time, which on a PC without a graphics card, or
# through a remote desktop, costs a core. migrated_fynedo leaves out Fyne's
# checks of threads, which the tests have made.
DESKTOP_TAGS := no_animations,migrated_fynedo

FUZZTIME ?= 10s
BENCHTIME ?= 1s

.PHONY: help
help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | expand -t 12

.PHONY: demo
demo: ## the running product: simulator, server, users of every role, desktop; without a display the journey
	@if [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then exec $(MAKE) --no-print-directory journey; fi
	@.ci/prepare desktop window
	@$(MAKE) --no-print-directory server simulator desktop $(BIN)/demo
	$(BIN)/demo

.PHONY: journey
journey: ## the main job through the real window on a display of its own; leaves out/demo
	@.ci/prepare desktop window
	@$(MAKE) --no-print-directory server simulator $(BIN)/demo
	@$(MAKE) --no-print-directory $(BIN)/indagor-journey
	$(BIN)/demo --journey

.PHONY: $(BIN)/indagor-journey
$(BIN)/indagor-journey:
	CGO_ENABLED=1 $(GO) build -tags journey,no_animations $(STAMP) -o $(BIN)/indagor-journey ./cmd/indagor

.PHONY: gallery
gallery: ## pictures of every page, in both themes and at two sizes; leaves out/gallery/index.html
	@rm -rf $(OUT)/gallery
	INDAGOR_GALLERY=$(CURDIR)/$(OUT)/gallery $(PURE) test $(TEST_TAGS) -count=1 -run '^TestGallery' ./ui
	@echo "$(OUT)/gallery/index.html"

.PHONY: test
test: ## everything that CI needs, from a fresh clone
	@.ci/prepare desktop window test
	$(PURE) vet $(TEST_TAGS) ./...
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then export INDAGOR_TEST_POSTGRES=required; fi; \
	set -x; \
	$(PURE) test -timeout 40m $(TEST_TAGS) ./... && \
	$(PURE) test $(TEST_TAGS),journey ./cmd/indagor && \
	CGO_ENABLED=1 $(GO) test -race -short -timeout 50m $(TEST_TAGS) $(CONCURRENT)
	@$(MAKE) --no-print-directory journey

.PHONY: lint
lint: $(TOOLS)/gofumpt $(TOOLS)/golangci-lint ## format, static analysis, import rules
	@unformatted=$$(git ls-files -z -co --exclude-standard '*.go' | xargs -0 $(TOOLS)/gofumpt -l); \
	if [ -n "$$unformatted" ]; then echo "not formatted with gofumpt $(GOFUMPT):"; echo "$$unformatted"; fi; \
	CGO_ENABLED=0 $(TOOLS)/golangci-lint run ./... && [ -z "$$unformatted" ]

.PHONY: fmt
fmt: $(TOOLS)/gofumpt ## format every file
	@git ls-files -z -co --exclude-standard '*.go' | xargs -0 $(TOOLS)/gofumpt -w

$(TOOLS)/gofumpt:
	@echo "installing gofumpt $(GOFUMPT) into .cache/bin"
	@GOBIN=$(TOOLS) $(PURE) install mvdan.cc/gofumpt@$(GOFUMPT)

$(TOOLS)/golangci-lint:
	@echo "installing golangci-lint $(GOLANGCI_LINT) into .cache/bin; this takes a few minutes"
	@GOBIN=$(TOOLS) $(PURE) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)

.PHONY: bench
bench: ## every benchmark, and the desktop's start against an empty window; BENCHTIME=1s
	$(PURE) test -timeout 90m $(TEST_TAGS) -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...
	@.ci/prepare desktop window
	@$(MAKE) --no-print-directory server simulator $(BIN)/demo $(BIN)/indagor-journey
	$(BIN)/demo --measure 7 --out $(OUT)/bench

.PHONY: fuzz
fuzz: ## every fuzz target, one after the other; FUZZTIME=10s each
	@CGO_ENABLED=0 FUZZTIME=$(FUZZTIME) GO="$(GO)" .ci/fuzz

.PHONY: server
server: ## bin/indagor-server
	$(PURE) build -o $(BIN)/ ./cmd/indagor-server

.PHONY: simulator
simulator: ## bin/anpr-simulator
	$(PURE) build -o $(BIN)/ ./cmd/anpr-simulator

.PHONY: desktop
desktop: ## bin/indagor; needs a C compiler and the headers of the window system
	@.ci/prepare desktop
	CGO_ENABLED=1 $(GO) build -tags $(DESKTOP_TAGS) $(STAMP) -o $(BIN)/ ./cmd/indagor

.PHONY: $(BIN)/demo
$(BIN)/demo:
	$(PURE) build -o $(BIN)/ ./cmd/demo

.PHONY: clean
clean: ## remove what was built and written; the tools in .cache stay
	rm -rf $(BIN) $(OUT)
