package record

import (
	"testing"
	"time"
)

// TestWhenAPartIsRead: not twice in one state of its run, not before its time, and in a state of
// which the source could not give out all of it, only after an hour.
func TestWhenAPartIsRead(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	before, later := now.Add(-time.Second), now.Add(time.Second)
	running, ended := runState{state: "b"}, runState{state: "b", ended: true}
	for _, tc := range []struct {
		name      string
		part      part
		run       runState
		of        partState
		doubt     bool
		strangers bool
		want      bool
	}{
		{name: "never read", part: talk, run: running, want: true},
		{name: "read in this state", part: talk, run: running, of: partState{done: "b"}},
		{name: "read in another state", part: talk, run: running, of: partState{done: "a"}, want: true},
		{name: "read in a state that was not sure", part: metrics, run: running, of: partState{done: unsure}, want: true},
		{name: "not yet", part: logs, run: running, of: partState{done: "a", next: later}},
		{name: "by now", part: logs, run: running, of: partState{done: "a", next: now}, want: true},
		{name: "refused in this state", part: frames, run: ended, of: partState{refused: "b", retry: later}},
		{name: "refused in this state, an hour ago", part: frames, run: ended, of: partState{refused: "b", retry: before}, want: true},
		{name: "refused in another state", part: frames, run: ended, of: partState{refused: "a", retry: later}, want: true},
		{name: "profiles, never read", part: profiles, run: running, want: true},
		{name: "profiles of a running run", part: profiles, run: running, of: partState{done: "a"}},
		{name: "profiles of a running run with strangers", part: profiles, run: running, of: partState{done: "a"}, strangers: true, want: true},
		{name: "profiles of a run that has ended", part: profiles, run: ended, of: partState{done: "a"}, want: true},
		{name: "which run it is, without doubt", part: origin, run: running},
		{name: "which run it is, in doubt", part: origin, run: running, of: partState{done: "b"}, doubt: true, want: true},
		{name: "which run it is, in doubt, not yet", part: origin, run: running, of: partState{next: later}, doubt: true},
	} {
		x := track{run: tc.run, doubt: tc.doubt, talk: talkWork{strangers: tc.strangers}}
		x.parts[tc.part] = tc.of
		if got := x.wants(tc.part, now); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

// TestHowThePartsFollowEachOther holds the state of a part to what happens to it.
func TestHowThePartsFollowEachOther(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	var p partState
	if p.fail(now); !p.due("a", now) {
		t.Error("after one failure it is not read at once")
	}
	if p.fail(now); p.due("a", now) || !p.due("a", now.Add(growsEvery)) {
		t.Error("after two failures the others do not come first")
	}
	p = partState{}
	p.refuse("a", now)
	x := track{}
	x.parts[talk] = p
	if !x.incomplete(now) || x.incomplete(now.Add(retryEvery)) || p.due("a", now) || !p.due("b", now) || !p.due("a", now.Add(retryEvery)) {
		t.Errorf("refused: %+v", p)
	}
	for part := profiles; part <= frames; part++ {
		if x.complete() {
			t.Errorf("complete without part %d", part)
		}
		x.parts[part].done = "a"
	}
	if !x.complete() {
		t.Error("it is not complete")
	}
	if x.wants(stepTimes, now) {
		t.Error("the source is asked for the steps of a run that has ended")
	}
	if x.steps = true; !x.wants(stepTimes, now) {
		t.Error("the source is not asked for the steps")
	}
	if x.settle(now); x.wants(metrics, now) || !x.wants(frames, now) || !x.wants(metrics, now.Add(growsEvery)) {
		t.Error("a run that was seen to end is read at once")
	}
}
