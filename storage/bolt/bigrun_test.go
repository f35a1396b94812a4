package bolt

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// stepsVariable says how many steps the run of the benchmarks has: 1,000 for the budgets as
// they are worded, fewer for a quick look.
const (
	stepsVariable = "SOCIETOP_BENCH_STEPS"
	quickSteps    = 100
	crowdSize     = 10_000
)

// actions are those of AgentSociety's agents; most institutions have none.
var actions = []string{"", "chat with friends 💬", "Planning", "eat lunch", "commute home", "sleep", "go to work 上班"}

// crowd makes the frames of a run like those of recorded ones: everybody somewhere else at
// each step, and no status like another. That is as bad as it gets for a compressor.
type crowd struct {
	rand    *rand.Rand
	stay    float64 // the share of agents that stay where they are: 0 in recorded runs
	created time.Time
	agents  []model.AgentStatus
}

func newCrowd(n int, stay float64) *crowd {
	c := &crowd{rand: rand.New(rand.NewPCG(7, 11)), stay: stay, created: time.Date(2026, 11, 20, 7, 1, 57, 237281000, time.UTC)}
	c.agents = make([]model.AgentStatus, n)
	return c
}

// momentOf is the moment of the i-th step of a run that starts at 08:00.
func momentOf(i int) model.SimTime {
	tick := 28801 + i*300
	return model.SimTime{Day: tick / model.SecondsPerDay, T: float64(tick % model.SecondsPerDay)}
}

// frame is all agents at the i-th step. It holds until the next.
func (c *crowd) frame(i int) model.Frame {
	at := momentOf(i)
	c.created = c.created.Add(3 * time.Second)
	for j := range c.agents {
		a, id := &c.agents[j], j+1
		a.ID, a.At, a.Created = int64(id), at, c.created
		switch {
		case id%11 == 0: // an institution
			a.Lng, a.Lat, a.Parent, a.Action = math.NaN(), math.NaN(), 0, text.Text{}
		case i == 0 || c.rand.Float64() >= c.stay:
			a.Lng, a.Lat = 116.15+0.25*c.rand.Float64(), 39.82+0.25*c.rand.Float64()
			a.Parent = 500_000_000 + c.rand.Int64N(10_000)
			a.Action = text.Clean(actions[c.rand.IntN(len(actions))])
		}
		hunger, energy := c.rand.Float64(), c.rand.Float64()
		if id%5 == 0 {
			a.Status = text.ParseValue(fmt.Sprintf(`{"hunger": %.2f, "energy": %.2f, "mood": "心情不错"}`, hunger, energy))
		} else {
			a.Status = text.ValueOf(fmt.Sprintf("Agent %d feels fine 心情不错 (hunger %.2f, energy %.2f)", id, hunger, energy))
		}
	}
	return model.Frame{At: at, Agents: c.agents}
}

// benchSteps is how many steps the long run has.
func benchSteps() int {
	if n, err := strconv.Atoi(os.Getenv(stepsVariable)); err == nil && n > 0 {
		return n
	}
	return quickSteps
}

// bigRun is a lab with one run.
type bigRun struct {
	path  string
	key   model.Key
	steps int
	took  time.Duration // to write it
}

var bigRuns = make(map[int]bigRun)

// runOfSteps makes a lab with a run of 10,000 agents, once a process.
func runOfSteps(b *testing.B, steps int) bigRun {
	b.Helper()
	if r, ok := bigRuns[steps]; ok {
		return r
	}
	dir, err := os.MkdirTemp("", "societop-bench-")
	if err != nil {
		b.Fatal(err)
	}
	benchDirs = append(benchDirs, dir)
	e := storagetest.Experiments(2)[1]
	r := bigRun{path: filepath.Join(dir, "lab.db"), key: e.Key, steps: steps}
	writeLab(b, r.path, []model.Experiment{e})
	s, crowd := Open(r.path, Options{Write: true}), newCrowd(crowdSize, 0)
	for i := range steps {
		f := crowd.frame(i)
		start := time.Now()
		err := s.Update(context.Background(), func(b *Batch) error { return b.PutFrame(r.key, f) })
		if err != nil {
			b.Fatal(err)
		}
		r.took += time.Since(start)
	}
	bigRuns[steps] = r
	return r
}
