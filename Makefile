# PropFlow. `make` lists the targets.
#
# run needs Go and make only; test also wants a C compiler for the race detector.
# Tools come from the Go module proxy at the versions pinned in tools/.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
SHELL       := bash
.SHELLFLAGS := -o pipefail -c

GO ?= go
# The commit is stamped below; asking git for it again would fail in a folder that
# belongs to another user. nodynamic keeps HEIC decoding inside its sandbox even if the
# system has a libheif.
export GOFLAGS := $(strip $(GOFLAGS) -buildvcs=false -tags=nodynamic)

MODULE  := github.com/propflow/propflow
# The newest version of the change log, which app.Version repeats.
VERSION  = $(shell sed -n 's/^\#\# \[\([0-9][0-9.]*\)\].*/\1/p' CHANGELOG.md | head -n 1)
COMMIT   = $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS  = -s -w -X $(MODULE)/app.Commit=$(COMMIT)

TOOL          := $(GO) tool -modfile=tools/go.mod
GOLANGCI_LINT := $(GO) tool -modfile=$(CURDIR)/tools/golangci-lint/go.mod golangci-lint
export OAPI_CODEGEN := $(TOOL) oapi-codegen
export OASDIFF      := $(TOOL) oasdiff
export SQLC         := $(GO) tool -modfile=tools/sqlc/go.mod sqlc

, := ,
# Loops over pixels are counted in a run without the race detector: it makes each count
# some hundred times dearer.
PIXELS    = ./adapters/imaging/...,./ports/portstest/photofixture,./app/demodata/drawnphoto
NO_PIXELS = $(shell $(GO) list ./... | grep -v -e /adapters/imaging -e /photofixture -e /drawnphoto | paste -sd, -)
# The tests on outside data that are too slow for the race detector.
ON_DATA   = Thresholds|Duplicates|Screens|EXIFAgrees|Hostile|RealFiles|SuggestOn
# go test repeats the whole -coverpkg in every line.
BRIEFLY = sed -u 's/ of statements in .*//'

# Tests in modules of their own: what only they use is none of the product's.
APART = tests/programs/load tests/files/compose

RACE     = $(if $(shell command -v $$($(GO) env CC)),-race)
FUZZTIME ?= 10s
JOURNEYS ?= 200

##@ Every day

.PHONY: run
run: build ## Build PropFlow and run the demo on http://localhost:8000
	./bin/propflow demo

.PHONY: build
build: ## Build bin/propflow with its commit
	$(GO) build -trimpath -buildmode=pie -ldflags '$(LDFLAGS)' -o bin/propflow ./cmd/propflow

.PHONY: test
test: ## Run all tests with the race detector, then hold the coverage floors
	@test -n '$(RACE)' || { echo 'No C compiler here: testing without the race detector (Debian: apt-get install gcc libc6-dev).' >&2; test -z "$$CI"; }
	$(if $(RACE),CGO_ENABLED=1) $(GO) test $(RACE) -timeout 20m -covermode=atomic -coverpkg=$(NO_PIXELS) -coverprofile=coverage.out ./... | $(BRIEFLY)
	@for folder in $(APART); do $(if $(RACE),CGO_ENABLED=1) $(GO) -C $$folder test $(RACE) -timeout 20m ./... || exit; done
	$(GO) test -covermode=atomic -coverpkg=$(PIXELS) -coverprofile=coverage.pixels.out -skip '$(ON_DATA)' ./adapters/imaging/... | $(BRIEFLY)
	$(TOOL) go-test-coverage --config .testcoverage.yml

.PHONY: test-memory
test-memory: ## Run the tests that need no server and no network, cached and fast
	@start=$$(date +%s); export TEST_SERVERS=none; $(GO) test ./... && for folder in $(APART); do $(GO) -C $$folder test ./... || exit; done && echo "test-memory took $$(($$(date +%s) - start)) s (aim: under 60 s once built)"

.PHONY: sbom
sbom: ## Write build/sbom.cdx.json: everything that the image contains, as CycloneDX
	@mkdir -p build
	$(GO) run ./notices/collect -sbom build/sbom.cdx.json

.PHONY: image
image: ## Build the container image propflow:VERSION
	docker build --build-arg COMMIT=$(COMMIT) --tag propflow:$(VERSION) .

##@ Contract and clients

.PHONY: generate
generate: ## Generate the server and the Go client from openapi.yaml, the queries from SQL, the table of variables
	$(OAPI_CODEGEN) -config api/gen/oapi-codegen.yaml openapi.yaml
	$(OAPI_CODEGEN) -config sdk/go/oapi-codegen.yaml openapi.yaml
	$(SQLC) generate
	$(GO) test -run TestTheTableOfVariables ./app/config -update

.PHONY: notices
notices: ## Write notices/THIRD-PARTY-NOTICES: licences and sources of what is linked
	$(GO) run ./notices/collect

.PHONY: sdk-ts
sdk-ts: ## Generate the TypeScript client (needs Node)
	cd sdk/ts && npm ci --no-audit --no-fund && npm run generate

##@ Before you push

.PHONY: test-data
test-data: ## Run the tests on outside data that are too slow for the race detector
	DAMAGED_FILES=10000 $(GO) test -timeout 30m -run '$(ON_DATA)' ./adapters/imaging ./domain/model/estimate

.PHONY: test-turbo
test-turbo: ## Run the tests of photo inspection on libjpeg-turbo (Debian: apt-get install libjpeg62-turbo-dev)
	CGO_ENABLED=1 GOFLAGS='-buildvcs=false -tags=nodynamic,turbo' $(GO) test ./adapters/imaging/...

.PHONY: check
check: verify verify-infra lint build test test-data ## What CI runs on every push, but for image, test-infra and verify-vulnerabilities
	@echo 'check: all passed'

.PHONY: verify
verify: verify-format verify-modules verify-notices verify-generated verify-api verify-sdk-ts verify-workflows verify-commits verify-size ## Fail on drift: formatting, go.mod, notices, generated code, breaking API changes, commit messages, size

.PHONY: verify-format
verify-format:
	@files=$$(find . -name '*.go' -not -path '*/node_modules/*' -exec gofmt -l {} +) && test -z "$$files" || { echo "not formatted, gofmt -w:"; echo "$$files"; exit 1; }

.PHONY: verify-modules
verify-modules:
	$(GO) mod tidy -diff
	$(GO) -C tools mod tidy -diff
	$(GO) -C tools/golangci-lint mod tidy -diff
	$(GO) -C tools/sqlc mod tidy -diff
	@for folder in $(APART); do $(GO) -C $$folder mod tidy -diff || exit; done

.PHONY: verify-notices
verify-notices:
	$(GO) run ./notices/collect -check

.PHONY: verify-generated
verify-generated:
	@scripts/verify-generated

.PHONY: verify-api
verify-api:
	@scripts/verify-api

.PHONY: verify-sdk-ts
verify-sdk-ts:
	@scripts/verify-sdk-ts

.PHONY: verify-workflows
verify-workflows:
	@ACTIONLINT='$(TOOL) actionlint' scripts/verify-workflows

.PHONY: verify-commits
verify-commits:
	@scripts/verify-commits

.PHONY: verify-size
verify-size: build
	@LDFLAGS='$(LDFLAGS)' scripts/verify-size bin/propflow

.PHONY: verify-infra
verify-infra: ## Check infrastructure/ offline (needs Terraform and the AWS provider)
	@scripts/verify-infra

.PHONY: test-infra
test-infra: ## Plant faults in a copy of infrastructure/ and see them named; hold tasks against what they read
	$(GO) test ./tests/files/infra

.PHONY: verify-vulnerabilities
verify-vulnerabilities: ## Look for known vulnerabilities in what is called (needs the network)
	$(TOOL) govulncheck ./...

.PHONY: lint
lint: ## Run golangci-lint, and shellcheck if it is installed
	$(GOLANGCI_LINT) run ./...
	@for folder in $(APART); do (cd $$folder && $(GOLANGCI_LINT) run ./...) || exit; done
	@if command -v shellcheck >/dev/null; then shellcheck .ci/run scripts/* docker/minio/init.sh; else echo 'shellcheck is not installed: scripts not checked'; test -z "$$CI"; fi

##@ Now and then

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (10s)
	@scripts/fuzz $(FUZZTIME)

.PHONY: fuzz-api
fuzz-api: ## Send REQUESTS=50000 random requests by the document, half of them to real servers; SEED=n repeats
	SEED=$(or $(SEED),$(shell date +%s)) REQUESTS=$(or $(REQUESTS),50000) $(GO) test -count=1 -timeout 60m -v -run TestRandomRequests ./tests/suites/e2e

.PHONY: model
model: ## Run SEQUENCES=1000 random sequences of everything that people do against the evidence gate, without and with races
	SEQUENCES=$(or $(SEQUENCES),1000) $(GO) test -count=1 -timeout 60m -v -run Gate ./tests/suites/model

.PHONY: tamper
tamper: ## Change every value of the evidence as the application's login, and every file: check must name each (needs PostgreSQL and S3)
	TAMPER=all $(GO) test -count=1 -timeout 120m -v -run TestTampering ./tests/suites/e2e

.PHONY: race-admins
race-admins: ## 200 rounds of 100 ADMINs who disable one another, on PostgreSQL
	ADMIN_ROUNDS=200 $(GO) test -timeout 60m -count=1 -run TestAdminsWhoDisableOneAnotherLeaveOne ./tests/suites/e2e

.PHONY: chaos
chaos: ## Kill and cut off everything under 200 journeys, then check that nothing is lost; SEED=n repeats
	$(GO) run ./tests/programs/chaos --journeys $(JOURNEYS) $(if $(SEED),--seed $(SEED))

.PHONY: drill-restore
drill-restore: ## Lose the database under work and restore it from backup and WAL archive (3 min); SEED=n
	$(GO) run ./tests/programs/drills restore $(if $(SEED),--seed $(SEED))

.PHONY: drill-files
drill-files: ## Lose and overwrite objects under work and bring their versions back; SEED=n
	$(GO) run ./tests/programs/drills files $(if $(SEED),--seed $(SEED))

.PHONY: drill-redis
drill-redis: ## Empty Redis under work: logins and cache go, nothing else; SEED=n
	$(GO) run ./tests/programs/drills redis $(if $(SEED),--seed $(SEED))

.PHONY: drill-migrate
drill-migrate: ## Migrate under work, beside a reader and a writer who keep their transactions open for 20 s; SEED=n
	$(GO) run ./tests/programs/drills migrate $(if $(SEED),--seed $(SEED))

.PHONY: rolling
rolling: ## Take cases through a release and this one at once, and back (1 min); RELEASE=0.2.0 COMMIT=8924d17
	$(GO) run ./tests/programs/snapshot --release $(RELEASE) --commit $(COMMIT) --beside

.PHONY: snapshot
snapshot: ## Run a release and keep what it stored, for tests/suites/upgrade (3 min); RELEASE=0.2.0 COMMIT=8924d17
	$(GO) run ./tests/programs/snapshot --release $(RELEASE) --commit $(COMMIT)

.PHONY: load
load: ## Put the real mix on the product and hold it against the service levels; RAMP=1 searches the highest rate; SUBMISSIONS=n a day, SEED=n, TURBO=1
	GOFLAGS='-buildvcs=false -tags=nodynamic$(if $(TURBO),$(,)turbo)' $(GO) -C tests/programs/load run . $(if $(RAMP),--ramp) $(if $(SUBMISSIONS),--submissions $(SUBMISSIONS)) $(if $(SEED),--seed $(SEED))

.PHONY: bench
bench: ## Compare three hot operations with a bare chi and pgx handler: requests/s, CPU per request (2 min)
	$(GO) test -run '^$$' -bench Bare -benchtime 1x ./tests/programs/bench/bare

.PHONY: refusals
refusals: ## Print the ten operations whose refused requests cost most CPU, in normal 400s; fail above 20, imports 40
	$(GO) test -count=1 -run TestRefusedRequestsCostLittle -v ./tests/suites/e2e

.PHONY: bench-start
bench-start: ## Measure start to healthy, and resident memory of the idle demo
	$(GO) test -run '^$$' -bench Start ./tests/programs/bench

.PHONY: bench-releases
bench-releases: ## Compare submitting and valuing with the release BEFORE=8924d17 (3 min; needs PostgreSQL)
	$(GO) test -run '^$$' -bench Releases -benchtime 1x ./tests/programs/bench/releases $(if $(BEFORE),-before $(BEFORE))

.PHONY: bench-scale
bench-scale: ## Time reads at 10,000 and 2,000,000 rows; fail if a plan scans a table (needs PostgreSQL, 6 GB)
	$(GO) test -run '^$$' -bench Scale -benchtime 1x -timeout 60m ./tests/programs/bench

.PHONY: bench-duplicates
bench-duplicates: ## Time the search for one picture among 5,000,000 (needs PostgreSQL)
	$(GO) test -run '^$$' -bench Duplicates -benchtime 1x -timeout 30m ./tests/programs/bench

.PHONY: bench-cache
bench-cache: ## Compare the queue behind its cache with the queue without
	$(GO) test -run '^$$' -bench 'Cache$$' -benchtime 1x -v ./tests/programs/bench

.PHONY: bench-import
bench-import: ## Import 10,000 comparables beside valuers who claim: seconds, p95 of claims (needs PostgreSQL)
	$(GO) test -run '^$$' -bench 'Import$$' -benchtime 1x -timeout 30m ./tests/programs/bench

.PHONY: bench-security-log
bench-security-log: ## Compare logins and reads with the security log and without; claims beside failed logins (3 min; needs PostgreSQL)
	$(GO) test -run '^$$' -bench 'SecurityLog$$' -benchtime 1x -timeout 30m ./tests/programs/bench

.PHONY: bench-photos
bench-photos: ## Compare inspecting a photo with decoding it; memory (needs libjpeg-turbo's headers)
	$(GO) test -run '^$$' -bench Photo -benchtime 1x -timeout 30m -v ./tests/programs/bench/photos ./adapters/imaging
	GOFLAGS='-buildvcs=false -tags=nodynamic,turbo' $(GO) test -run '^$$' -bench PhotoShares -benchtime 1x -v ./adapters/imaging

.PHONY: bench-verdict
bench-verdict: ## Measure upload to verdict and live event on the real servers; TURBO=1 with libjpeg-turbo
	GOFLAGS='-buildvcs=false -tags=nodynamic$(if $(TURBO),$(,)turbo)' $(GO) test -run '^$$' -bench Verdict -benchtime 1x -timeout 30m -v ./tests/programs/bench/photos

.PHONY: clean
clean: ## Remove what was built and measured
	rm -rf bin build coverage.out coverage.pixels.out sdk/ts/node_modules sdk/ts/build sdk/ts/dist

.PHONY: help
help: ## Show this
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
