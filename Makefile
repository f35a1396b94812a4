# What a developer of societop does. A user needs only `go build`.
.PHONY: build test race lint bench fuzz screenshots ci clean

# A minute for each fuzz target; FUZZTIME=5s for a quick look.
FUZZTIME ?= 60s

# The steps of the run that the budgets 10 to 12 are measured with; 100 for a quick look.
STEPS ?= 1000

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o societop .

test:
	go test ./...

race:
	go test -race ./...

lint:
	.ci/lint

# The budgets print their figures as ratios; see the benchmarks' comments for the goals.
bench:
	SOCIETOP_BENCH_STEPS=$(STEPS) go test -run '^$$' -bench . -benchtime 3x -timeout 60m ./...

fuzz:
	FUZZTIME=$(FUZZTIME) .ci/fuzz

screenshots:
	bash screenshots/make.sh

ci:
	bash .ci/run

clean:
	rm -f societop
