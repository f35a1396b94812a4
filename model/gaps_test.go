package model

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model/plan"
	"societop/model/text"
)

// TestAnOutageIsNoSilence: a run is not quiet because its source was away, neither right after that
// nor for as long as that took; what is seen of its silence counts as before.
func TestAnOutageIsNoSilence(t *testing.T) {
	start := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	p, _ := plan.Read("exp:\n  workflow:\n  - type: step\n    steps: 1000\n")
	s := Summary{Key: Key{ID: uuid.UUID{1}}, Status: Running, Plan: p, Created: start}
	l := NewLab()
	now := start
	for i := range 20 {
		now = start.Add(time.Duration(i+1) * time.Minute)
		s.Updated, s.Now = now, SimTimeOf(int64(28800+300*i))
		l.Apply(Changes{Put: []Summary{s}, Total: 1}, now)
	}
	judge := func(after time.Duration) Estimate { return l.Estimate(s.Key, now.Add(after)) }
	if e := judge(time.Minute); !e.Judged || e.Quiet {
		t.Fatalf("at work: %+v", e)
	}
	const away = 40 * time.Minute
	l.SetLiveness(Liveness{AsOf: now, Why: text.Clean("connection refused")}, now.Add(time.Minute))
	if e := judge(away); e.Judged {
		t.Errorf("while it is away: %+v", e)
	}
	l.Apply(Changes{Total: 1}, now.Add(away))
	for after, want := range map[time.Duration]bool{0: false, 30 * time.Second: false, 90 * time.Second: false, 30 * time.Minute: true} {
		if e := judge(away + after); e.Quiet != want || e.Silence > after+time.Minute {
			t.Errorf("%v after the outage: %+v", after, e)
		}
	}
	if l.Sources().Settled(SourceName{}, now.Add(away)) || !l.Sources().Settled(SourceName{}, now.Add(away+time.Minute)) {
		t.Error("it is not settled after a minute")
	}
	s.Updated, s.Now = now.Add(away+time.Minute), SimTimeOf(28800+300*20)
	l.Apply(Changes{Put: []Summary{s}, Total: 1}, now.Add(away+time.Minute))
	l.Lost(now.Add(away + 2*time.Minute))
	l.Apply(Changes{Total: 1}, now.Add(3*away))
	if e := judge(3*away + 2*time.Minute); e.Quiet {
		t.Errorf("after an outage that only the caller knew: %+v", e)
	}
}
