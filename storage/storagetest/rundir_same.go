package storagetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

// SameRunDir fails t unless two runs have the same of what AgentSociety 2 adds. What want does not
// have, got need not have either.
func SameRunDir(t *testing.T, got, want model.RunData, agents ...int64) {
	t.Helper()
	ctx := context.Background()
	if of, ok := want.(model.DatasetReader); ok {
		from, _ := got.(model.DatasetReader)
		sameDatasets(t, from, of)
	}
	sameOf(t, "activity", got, want, func(r model.ActivityReader) (model.Activity, error) { return r.Activity(ctx) })
	sameOf(t, "health", got, want, func(r model.HealthReader) (model.Health, error) { return r.Health(ctx) })
	sameOf(t, "surveys", got, want, func(r model.Surveyor) ([]model.Survey, error) { return r.Surveys(ctx) })
	logs := sameOf(t, "logs", got, want, func(r model.LogsReader) ([]model.LogFile, error) { return r.Logs(ctx) })
	for _, f := range logs {
		b := model.LogBudget{File: f.Name}
		if g, w := must[model.Log](t)(got.Log(ctx, b)), must[model.Log](t)(want.Log(ctx, b)); g.Lines.Raw() != w.Lines.Raw() {
			t.Errorf("log %q: %.100q, want %.100q", f.Name, g.Lines, w.Lines)
		}
	}
	for _, id := range agents {
		sameOf(t, fmt.Sprint("notes of agent ", id), got.Agent(id), want.Agent(id), func(r model.NotesReader) ([]model.Note, error) { return r.Notes(ctx) })
	}
}

// sameOf holds what one interface reads against what the same of another does.
func sameOf[R, T any](t *testing.T, what string, got, want any, read func(R) (T, error)) (w T) {
	t.Helper()
	of, ok := want.(R)
	if !ok {
		return w
	}
	w, err := read(of)
	if model.Lacking(err) {
		return w
	}
	from, ok := got.(R)
	if !ok {
		t.Errorf("%s: the source does not know it", what)
		return w
	}
	g, gotErr := read(from)
	if gotErr != nil || err != nil || !alike(reflect.ValueOf(g), reflect.ValueOf(w)) {
		t.Errorf("%s:\n got %.500s (%v)\nwant %.500s (%v)", what, fmt.Sprintf("%+v", g), gotErr, fmt.Sprintf("%+v", w), err)
	}
	return w
}

// alike reports whether two values of one type are equal; a list without anything equals none, and times
// and durations count to the microsecond.
func alike(a, b reflect.Value) bool {
	switch x := a.Interface().(type) {
	case time.Time:
		y, _ := b.Interface().(time.Time)
		return sameTime(x, y)
	case time.Duration:
		y, _ := b.Interface().(time.Duration)
		return x.Truncate(time.Microsecond) == y.Truncate(time.Microsecond)
	}
	switch a.Kind() {
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !alike(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !a.Type().Field(i).IsExported() {
				return reflect.DeepEqual(a.Interface(), b.Interface())
			}
		}
		for i := range a.NumField() {
			if !alike(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	default:
		return reflect.DeepEqual(a.Interface(), b.Interface())
	}
}

// sameDatasets holds catalogs and rows against each other.
func sameDatasets(t *testing.T, got, want model.DatasetReader) {
	t.Helper()
	ctx := context.Background()
	all, err := want.Datasets(ctx)
	if model.Lacking(err) {
		return
	}
	if got == nil {
		t.Error("the source does not know datasets")
		return
	}
	catalog := must[[]model.Dataset](t)(got.Datasets(ctx))
	same(t, "datasets", catalog, all, func(a, b model.Dataset) bool {
		if b.Ambiguous == 0 && b.Damaged == 0 { // a source need not count them; the rows tell
			a.Ambiguous, a.Damaged = 0, 0
		}
		return alike(reflect.ValueOf(a), reflect.ValueOf(b))
	})
	for i := range all {
		for _, q := range queries {
			SameRows(t, fmt.Sprintf("%s %+v", all[i].ID, q), must[model.Rows](t)(got.Rows(ctx, all[i].ID.Raw(), q)), must[model.Rows](t)(want.Rows(ctx, all[i].ID.Raw(), q)))
		}
	}
	if _, err := got.Rows(ctx, "no dataset", model.RowQuery{}); !errors.Is(err, model.ErrNoData) {
		t.Errorf("rows of no dataset: %v, want %v", err, model.ErrNoData)
	}
}

// queries are those of a test.
var queries = []model.RowQuery{
	{},
	{From: 1},
	{To: 2},
	{From: 1, To: 2},
	{Limit: 3},
	{Limit: 3, Newest: true},
	{Limit: 1_000_000},
	{From: 1, Limit: 2, Newest: true},
	{Entity: text.Clean("1")},
	{Entity: text.Clean("1"), Limit: 1, Newest: true},
	{Entity: text.Clean("nobody")},
	{From: 1_000_000},
}

// SameRows fails t unless rows are the same, in the same order.
func SameRows(t *testing.T, what string, got, want model.Rows) {
	t.Helper()
	if !slices.Equal(got.Columns, want.Columns) || got.Total != want.Total || got.Damaged != want.Damaged || got.Whole != want.Whole || !slices.Equal(got.Ambiguous, want.Ambiguous) {
		g, w := got, want
		g.Cells, w.Cells = nil, nil
		t.Errorf("%s: %+v, want %+v", what, g, w)
	}
	same(t, what, got.Cells, want.Cells, func(a, b []text.Value) bool {
		return slices.EqualFunc(a, b, func(x, y text.Value) bool { return x.Raw() == y.Raw() || x.Kind() == y.Kind() && sameJSON(x, y) })
	})
}

// testRunDir fills a run of AgentSociety 2, and lets it grow.
func testRunDir(t *testing.T, b *bench) {
	if !b.lab.Dirs {
		return
	}
	memory := NewMemory()
	e := running()
	e.Dir = &model.RunDir{Done: 3, Path: text.Clean("/runs/sim-1"), Agents: 5}
	for _, steps := range []int{0, 1, 3, 4, 9} {
		s := sampleRun()
		s.Dir = SampleDir(5, steps)
		e.Dir = &model.RunDir{Done: int64(max(steps-1, 0)), Path: e.Dir.Path, Agents: 5}
		memory.Put(e)
		memory.SetRunData(e.Key, s)
		SameRunDir(t, b.fill(t, e, s), memory.RunData(e.Key), 1, 2)
	}
	one := Experiments(4)[3] // of version 1
	plain := b.fill(t, one, sampleRun())
	if of, ok := plain.(model.DatasetReader); ok {
		if all, err := of.Datasets(context.Background()); !errors.Is(err, model.ErrNotOffered) {
			t.Errorf("%d datasets of a run of version 1, %v", len(all), err)
		}
	}
}
