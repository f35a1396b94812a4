package remotetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/storagetest"
)

// Law is how long the step takes that starts at a moment.
type Law func(model.SimTime) time.Duration

// DayAndNight is a law by which steps take 20 s by day and 4 s from 22:00 to 6:00, give or take a
// fifth.
func DayAndNight(seed uint64) Law {
	random := rand.New(rand.NewPCG(seed, seed))
	return func(at model.SimTime) time.Duration {
		mean := 20.0
		if at.T < 6*3600 || at.T >= 22*3600 {
			mean = 4
		}
		return time.Duration(mean * math.Exp(0.2*random.NormFloat64()) * float64(time.Second))
	}
}

// Run is an experiment on a Server that runs on as its test says. AgentSociety writes its row first,
// and the statuses of its agents a moment later; so does this.
type Run struct {
	Experiment model.Experiment

	server *Server
	law    Law
	data   storagetest.RunData
	done   int64     // steps
	next   time.Time // when the step under way is done
}

// between is the time from the row of a step to its statuses.
const between = 40 * time.Millisecond

// Steps of a Run take so much simulated time; the first starts a second after 08:00.
const runTicks, runStart = 300, 28801

// StartRun starts a run of so many steps of five minutes at a time. It has two agents, 1 and 2.
func (s *Server) StartRun(name string, steps int64, law Law, at time.Time) *Run {
	config := fmt.Sprintf("exp:\n  workflow:\n  - steps: %d\n    ticks_per_step: %d\n    type: step\n", steps, runTicks)
	r := &Run{server: s, law: law}
	work, _ := plan.Read(config)
	r.Experiment = model.Experiment{Config: text.CleanLines(config), Summary: model.Summary{
		Key:  model.Key{Tenant: text.Clean(model.OnlyTenant), ID: uuid.NewMD5(uuid.Nil, []byte(name))},
		Name: text.Clean(name), Status: model.Running, Created: at, Updated: at, Plan: work,
	}}
	r.next = at.Add(law(StepStart(0)))
	r.put()
	return r
}

// StepStart is when the step after so many starts.
func StepStart(done int64) model.SimTime { return model.SimTimeOf(runStart + runTicks*done) }

// StartAgain starts the run again under its id. What the former one has done stays in its tables.
func (r *Run) StartAgain(at time.Time) {
	r.Experiment.Now, r.Experiment.Status, r.Experiment.Updated, r.Experiment.InputTokens = model.SimTime{}, model.Running, at, 0
	r.done = 0
	r.next = at.Add(r.law(StepStart(r.done)))
	r.put()
}

func (r *Run) put() {
	r.server.Put(r.Experiment)
	r.server.src.ChangeRunData(r.Experiment.Key, func(d *storagetest.RunData) {
		asked := *d
		*d = r.data
		d.Messages, d.Answers = asked.Messages, asked.Answers
		if r.done > 0 {
			answerAll(d, r.Experiment.Now, r.Experiment.Updated)
		}
	})
}

// Move does the steps that are done by a time.
func (r *Run) Move(to time.Time) {
	before := r.done
	for !r.next.After(to) && r.done < r.Experiment.Plan.Steps() {
		at := StepStart(r.done)
		f := model.Frame{At: at}
		for id := range int64(2) {
			f.Agents = append(f.Agents, model.AgentStatus{ID: id + 1, At: at, Lng: 116, Lat: 40, Created: r.next.Add(between)})
		}
		r.data.Frames = append(r.data.Frames, f)
		r.Experiment.Now, r.Experiment.Updated = at, r.next
		r.Experiment.InputTokens += 1000
		r.done++
		r.next = r.next.Add(r.law(StepStart(r.done)))
	}
	if r.done == r.Experiment.Plan.Steps() {
		r.Experiment.Status = model.Finished
	}
	if r.done > before {
		r.put()
	}
}
