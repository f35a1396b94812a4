# Tasks of developers. To use societop, `go install .` is enough.
.PHONY: build test soak race lint bench fuzz calibration screenshots ci clean

# The time for each fuzz target; FUZZTIME=5s is a quick look.
FUZZTIME ?= 60s

# The length of the run for budgets 10 to 12, and which benchmarks to run. A quick look at the
# budgets: make bench STEPS=100 BENCH=Budget
STEPS ?= 1000
BENCH ?= .

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o societop .

test:
	go test ./...

# The tests that take minutes; `make test` runs shorter forms of them.
soak:
	SOCIETOP_SOAK=1 go test -run Soak -timeout 30m -v ./...

race:
	go test -race ./...

lint:
	.ci/lint

# Ends with every budget, its figure, and whether it is met.
bench:
	SOCIETOP_BENCH_STEPS=$(STEPS) BENCH='$(BENCH)' .ci/bench

fuzz:
	FUZZTIME=$(FUZZTIME) .ci/fuzz

# How often the range of an ETA holds the truth, by laws that steps may follow. The runs are drawn by
# seeds from SEED on, of which the model has seen none; SEED=0 has those of the test.
SEED ?= 1000000
calibration:
	@SOCIETOP_CALIBRATION=$(SEED) go test -count 1 -run '^TestCalibration$$' -v ./model/eta | grep '^|'

screenshots:
	bash screenshots/make.sh

ci:
	bash .ci/run

clean:
	rm -f societop
