package load

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// pastSource is a source with the histories of runs.
type pastSource struct {
	listSource
	steps map[model.Key][]model.StepTime
	fail  error
	reads []model.Key // of histories
}

func (s *pastSource) RunData(k model.Key) model.RunData {
	return pastRun{model.NoRunData{Err: model.ErrNotOffered}, s, k}
}

// pastRun is a run of a pastSource.
type pastRun struct {
	model.NoRunData
	src *pastSource
	key model.Key
}

func (r pastRun) Steps(ctx context.Context) ([]model.StepTime, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.src.reads = append(r.src.reads, r.key)
	return r.src.steps[r.key], r.src.fail
}

// past is a monitor of a pastSource, of which all experiments are in view.
type past struct {
	*Histories
	t    *testing.T
	src  *pastSource
	feed *Feed
	now  time.Time
	view []model.Key
}

var began = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// pastOf is a monitor of n runs that have made 100 steps of 10 seconds, and have read the list.
func pastOf(t *testing.T, n int) *past {
	p := &past{t: t, src: &pastSource{steps: map[model.Key][]model.StepTime{}}, now: began.Add(1000 * time.Second)}
	for i := range n {
		s := runOf(i, 100)
		p.view = append(p.view, s.Key)
		p.src.steps[s.Key] = stepsOf(100)
		p.src.changes.Put = append(p.src.changes.Put, s)
	}
	p.src.changes.First, p.src.changes.Total = true, n
	p.feed = NewFeed(t.Context(), Config{Source: p.src, Interval: 2 * time.Second, Now: func() time.Time { return p.now }})
	p.Histories = NewHistories(p.feed, NewDetail(p.feed, time.UTC))
	p.listed()
	return p
}

// runOf is the i-th run when it has made so many steps.
func runOf(i int, step int64) model.Summary {
	long := plan.New(0, []plan.Entry{{Type: "step", Steps: 1000, Ticks: 60}})
	s := model.Summary{Status: model.Running, Plan: long, Created: began.Add(-time.Hour), Updated: began.Add(time.Duration(step) * 10 * time.Second)}
	s.Key = model.Key{Tenant: text.Clean("default"), ID: uuid.UUID{byte(i + 1)}}
	if step > 0 {
		s.Now = model.SimTimeOf(1 + (step-1)*60)
	}
	return s
}

// stepsOf are so many steps of 10 seconds.
func stepsOf(n int64) []model.StepTime {
	all := make([]model.StepTime, n)
	for i := range all {
		s := runOf(0, int64(i)+1)
		all[i] = model.StepTime{At: s.Now, Wall: s.Updated}
	}
	return all
}

// listed reads the list.
func (p *past) listed() {
	p.t.Helper()
	p.feed.Update(p.feed.Read(p.view)().(Msg))
	p.Heard()
	p.src.changes.Put, p.src.changes.First = nil, false
}

// put changes an experiment of the list.
func (p *past) put(s model.Summary) {
	p.src.changes.Put = []model.Summary{s}
	p.listed()
}

// settle reads histories until none is wanted, and returns how many.
func (p *past) settle() int {
	before := len(p.src.reads)
	for i := 0; ; i++ {
		cmd := p.Read(p.view, true)
		if cmd == nil {
			return len(p.src.reads) - before
		}
		if i > 100 {
			p.t.Fatal("histories are read again and again")
		}
		p.OnSteps(cmd().(StepsMsg))
	}
}

func TestAHistoryIsReadOnce(t *testing.T) {
	p := pastOf(t, 3)
	third, _ := p.feed.Lab().Get(p.view[2])
	p.detail.Show(third)
	var order []model.Key
	for range 3 {
		cmd := p.Read(p.view, true)
		if p.Read(p.view, true) != nil {
			t.Fatal("two are read at once")
		}
		order = append(order, p.key)
		if !p.OnSteps(cmd().(StepsMsg)) {
			t.Fatal("a history was of no use")
		}
	}
	if fmt.Sprint(order) != fmt.Sprint([]model.Key{p.view[2], p.view[0], p.view[1]}) {
		t.Errorf("read in the order %v", order)
	}
	for step := int64(101); step < 200; step++ {
		p.now = p.now.Add(10 * time.Second)
		p.put(runOf(1, step))
		if n := p.settle(); n != 0 {
			t.Fatalf("step %d: %d histories are read again", step, n)
		}
	}
	if e := p.feed.Lab().Estimate(p.view[1], p.now); e.Observed != 198 || !e.Known {
		t.Errorf("estimate %+v", e)
	}
}

// TestHistoriesThatAreNotRead: of what does not run, has made no step, or has no plan, and while
// the user pauses or the source is away.
func TestHistoriesThatAreNotRead(t *testing.T) {
	p := pastOf(t, 1)
	for name, s := range map[string]model.Summary{
		"ended": func() model.Summary { s := runOf(0, 100); s.Status = model.Finished; return s }(),
		"fresh": runOf(0, 0),
		"plain": func() model.Summary { s := runOf(0, 100); s.Plan = nil; return s }(),
	} {
		p.put(s)
		if p.settle() != 0 {
			t.Errorf("%s: it is read", name)
		}
	}
	p.put(runOf(0, 100))
	p.feed.TogglePause()
	if p.settle() != 0 {
		t.Error("it is read while the user pauses")
	}
	p.feed.TogglePause()
	p.src.err = &model.Error{Op: "read", Address: "http://lab-7", Err: model.ErrUnreachable}
	p.feed.Update(p.feed.Read(p.view)().(Msg))
	if p.settle() != 0 {
		t.Error("it is read while the source is away")
	}
	p.src.err = nil
	p.listed()
	if p.settle() != 1 {
		t.Error("it is not read when the source is back")
	}
}

// TestWhatHasNoHistoryIsNotAskedAgain: unless the run begins again. What may come to have one is,
// with long rests.
func TestWhatHasNoHistoryIsNotAskedAgain(t *testing.T) {
	for _, tc := range []struct {
		err  error
		most int // tries in a day
	}{
		{model.ErrNotOffered, 1},
		{model.ErrNoData, 1},
		{model.ErrNotImported, 1},
		{model.ErrNotRecorded, 250},
		{model.ErrUnreachable, 250},
		{nil, 250},
	} {
		p := pastOf(t, 1)
		clear(p.src.steps)
		if tc.err != nil {
			p.src.fail = &model.Error{Op: "read", Address: "http://lab-7", Err: tc.err}
		}
		n := 0
		for range 24 * 60 * 4 {
			n += p.settle()
			p.now = p.now.Add(15 * time.Second)
			p.listed()
		}
		if n > tc.most || tc.most > 1 && n < 10 {
			t.Errorf("%v: read %d times in a day", tc.err, n)
		}
		p.put(runOf(0, 3))
		if p.settle() != 1 {
			t.Errorf("%v: it is not read when the run has begun again", tc.err)
		}
	}
}

func TestAHistoryIsReadAgainAfterARestartAndAnOutage(t *testing.T) {
	p := pastOf(t, 1)
	if p.settle() != 1 {
		t.Fatal("it is not read")
	}
	again := runOf(0, 2)
	again.Updated = p.now.Add(time.Second)
	p.src.steps[again.Key] = []model.StepTime{{At: again.Now, Wall: again.Updated}}
	p.put(again)
	if p.settle() != 1 {
		t.Error("it is not read when the run has begun again")
	}
	p.now = p.now.Add(outage / 2)
	p.listed()
	if p.settle() != 0 {
		t.Error("it is read again after a short silence")
	}
	p.now = p.now.Add(2 * outage)
	p.listed()
	if p.settle() != 1 {
		t.Error("it is not read again after an outage")
	}
}

// TestTheShownRunDoesNotWait: neither for another history, nor does one in view for one that is not.
func TestTheShownRunDoesNotWait(t *testing.T) {
	p := pastOf(t, 3)
	first := p.Read(p.view, true)
	second, _ := p.feed.Lab().Get(p.view[1])
	p.detail.Show(second)
	cmd := p.Read(p.view, true)
	if cmd == nil || p.key != p.view[1] {
		t.Fatal("the run that is shown waits")
	}
	if msg := first().(StepsMsg); msg.err == nil || p.OnSteps(msg) {
		t.Error("the other one is still read")
	}
	if p.Read(p.view[2:], false) == nil || p.key != p.view[2] {
		t.Error("a run in view waits for one that is not")
	}
	if msg := cmd().(StepsMsg); msg.err == nil {
		t.Error("that one is still read")
	}
}

// TestASlowHistoryHoldsNoOtherBack: after a while others are read, and what comes of it is taken, also
// where its run is not in view any more. It is not read a second time meanwhile.
func TestASlowHistoryHoldsNoOtherBack(t *testing.T) {
	p := pastOf(t, 3)
	slow := p.Read(p.view, true)
	p.now = p.now.Add(slowAfter - time.Second)
	if p.Read(p.view, true) != nil {
		t.Fatal("two are read at once")
	}
	p.now = p.now.Add(time.Second)
	if n := p.settle(); n != 2 {
		t.Fatalf("%d others are read", n)
	}
	if p.Read(p.view[1:], true) != nil {
		t.Error("something is read again")
	}
	if !p.OnSteps(slow().(StepsMsg)) || !p.feed.Lab().HasHistory(p.view[0]) {
		t.Error("the slow one came in vain")
	}
}

// TestManyHistoriesThatHang are few at once.
func TestManyHistoriesThatHang(t *testing.T) {
	p := pastOf(t, 9)
	n := 0
	for range 100 {
		if p.Read(p.view, true) != nil {
			n++
		}
		p.now = p.now.Add(slowAfter)
	}
	if n != maxSlow+1 {
		t.Errorf("%d are read at once", n)
	}
}

// TestTheChartOfARunThatHasEnded comes from its history, and stays while the run is shown.
func TestTheChartOfARunThatHasEnded(t *testing.T) {
	p := pastOf(t, 1)
	s := runOf(0, 100)
	s.Status = model.Finished
	p.put(s)
	p.detail.Show(s)
	if p.settle() != 1 || len(p.detail.View.Lengths) != 99 {
		t.Fatalf("%d lengths", len(p.detail.View.Lengths))
	}
	p.detail.Refresh(nil)
	if p.settle() != 0 || len(p.detail.View.Lengths) != 99 {
		t.Errorf("later %d lengths", len(p.detail.View.Lengths))
	}
	if p.Read(p.view, false) != nil {
		t.Error("it is read for a detail that nobody sees")
	}
}
