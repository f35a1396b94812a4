package load

import (
	"context"
	"testing"
	"time"

	"societop/model"
)

// listSource is a source of which only the list can be read.
type listSource struct {
	model.Source
	changes model.Changes
	err     error
	asked   model.Budget
}

func (*listSource) Info() model.Info { return model.Info{Kind: "endpoint"} }

func (s *listSource) Changes(_ context.Context, _ model.Cursor, b model.Budget) (model.Changes, error) {
	s.asked = b
	return s.changes, s.err
}

// feedOf is a feed whose wall time is at.
func feedOf(t *testing.T, src *listSource, at *time.Time) *Feed {
	return NewFeed(t.Context(), Config{Source: src, Interval: 2 * time.Second, Now: func() time.Time { return *at }})
}

// answer reads once.
func answer(f *Feed) Outcome { return f.Update(f.Read(nil)().(Msg)) }

func TestAnAnswerOfAnOlderGenerationIsDropped(t *testing.T) {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	src := &listSource{changes: model.Changes{First: true, Total: 1, Put: []model.Summary{{Status: model.Running}}}}
	f := feedOf(t, src, &at)
	late := f.Read(nil)().(Msg)
	f.RestartFresh()
	if o := f.Update(late); o.Answered || o.Cmd != nil || f.Lab().Len() != 0 {
		t.Errorf("a late answer leads to %+v", o)
	}
	if o := answer(f); !o.Answered || !o.Applied || !src.asked.Fresh || f.Lab().Len() != 1 {
		t.Errorf("an answer leads to %+v", o)
	}
}

func TestRetriesOfAFailureGrowAndEnd(t *testing.T) {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	src := &listSource{}
	f := feedOf(t, src, &at)
	answer(f)
	src.err = &model.Error{Op: "read", Address: "http://lab-7", Err: model.ErrUnreachable}
	var last time.Duration
	for range 10 {
		o := answer(f)
		wait := f.State().RetryAt.Sub(at)
		if o.Answered || len(o.Notes) != 1 || wait > MaxRetry*3/2 || f.State().StaleFrom.After(at) {
			t.Fatalf("a failure leads to %+v, and a retry in %v", o, wait)
		}
		last = wait
	}
	if last < MaxRetry/2 {
		t.Errorf("the tenth retry is in %v", last)
	}
	src.err = nil
	if o := answer(f); !o.Recovered || len(o.Notes) != 1 || f.State().Failure != nil {
		t.Errorf("an answer after failures leads to %+v", o)
	}
}
