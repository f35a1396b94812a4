# What a developer of societop does. A user needs only `go build`.
.PHONY: build test soak race lint bench fuzz screenshots ci clean

# A minute for each fuzz target; FUZZTIME=5s for a quick look.
FUZZTIME ?= 60s

# The steps of the run that the budgets 10 to 12 are measured with, and which benchmarks are
# run. For a quick look at the budgets: make bench STEPS=100 BENCH=Budget
STEPS ?= 1000
BENCH ?= .

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o societop .

test:
	go test ./...

# The tests that take minutes; the others, like them but shorter, are in test.
soak:
	SOCIETOP_SOAK=1 go test -run Soak -timeout 30m -v ./...

race:
	go test -race ./...

lint:
	.ci/lint

# It ends with every budget, its figure and whether it is met.
bench:
	SOCIETOP_BENCH_STEPS=$(STEPS) BENCH='$(BENCH)' .ci/bench

fuzz:
	FUZZTIME=$(FUZZTIME) .ci/fuzz

screenshots:
	bash screenshots/make.sh

ci:
	bash .ci/run

clean:
	rm -f societop
