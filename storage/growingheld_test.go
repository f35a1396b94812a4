package storage

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/rundirtest"
)

// sameState holds a summary against the record, in a moment in which the last write is young.
func sameState(t *testing.T, s model.Summary, r rundirtest.Record) {
	t.Helper()
	want := map[string]model.Status{"running": model.Running, "completed": model.Finished, "failed": model.Failed}[r.Said]
	if r.Said == "" && s.Status == model.Running { // there is a pid.json without a word in it
		want = model.Running
	}
	if s.Status != want || s.Dir.Done != r.Done {
		t.Fatalf("it is %v after %d steps, want %v after %d", s.Status, s.Dir.Done, want, r.Done)
	}
	if warned := s.Dir.Warned(); strings.Contains(warned, "damaged") {
		t.Fatalf("it has warnings %q while it is written", warned)
	}
	at := model.SimTime{Day: -1}
	if r.Done > 0 {
		at = model.SimTime{T: float64(rundirtest.SocietyStart(int(r.Done) - 1))}
	}
	if s.Now != at || s.Plan.Steps() != rundirtest.SocietySteps {
		t.Fatalf("it is at %v, want %v", s.Now, at)
	}
	if r.Done < 0 {
		return
	}
	i := min(r.Entries, len(rundirtest.SocietyKinds)-1)
	if p := s.Dir.Phase; p.Index != i || p.Kind.Raw() != rundirtest.SocietyKinds[i] || p.Count != len(rundirtest.SocietyKinds) {
		t.Fatalf("its phase is %+v, want %d", p, i)
	}
	if got := s.Reached(); got != (model.SimTime{T: float64(rundirtest.SocietyStart(int(r.Done)))}) {
		t.Fatalf("it has reached %v after %d steps", got, r.Done)
	}
}

// choice is the values that a row may have: the last one; to a reader that has not watched, any.
func choice(all []rundirtest.Version, cold bool) (values []string) {
	for _, v := range all {
		if v.Whole {
			values = append(values, v.Value)
		}
	}
	if !cold && len(values) > 0 {
		values = values[len(values)-1:]
	}
	return values
}

// sameRows holds rows, frames, metrics and talk against the record. A reader that has not watched may not know
// which version of a row is newer, and says so.
func sameRows(t *testing.T, src model.Source, s model.Summary, r rundirtest.Record, cold bool) {
	t.Helper()
	if cold && r.Torn {
		return // nobody can know what the tables are
	}
	data := src.RunData(s.Key)
	for _, table := range []string{"purse_agent_state", "bank_env_state", "wall_event", "core_simulation_timeline"} {
		rows, err := data.(model.DatasetReader).Rows(t.Context(), table, model.RowQuery{})
		if errors.Is(err, model.ErrNoData) || errors.Is(err, model.ErrNotOffered) {
			err = nil
		}
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for i, row := range rows.Cells {
			key, value := identity(rows.Columns, row, table)
			doubt := slices.Contains(rows.Ambiguous, i)
			all := choice(r.Rows[table][key], doubt)
			if table == "core_simulation_timeline" {
				all = all[:min(len(all), 1)]
			}
			if seen++; !slices.Contains(all, value) || doubt && (!cold || len(all) < 2) {
				t.Fatalf("%s: row %s is %s (ambiguous: %v), of %+v", table, key, value, doubt, r.Rows[table][key])
			}
		}
		for key, all := range r.Rows[table] {
			if len(choice(all, false)) > 0 {
				seen--
			} else if len(all) > 1 {
				t.Logf("%s: row %s was never whole", table, key)
			}
		}
		if seen != 0 || rows.Total != len(rows.Cells) || len(rows.Cells) > 0 && rows.Whole != max(int(r.Done), 0) {
			t.Fatalf("%s has %d rows too many; %d in all, whole below %d, want %d", table, seen, rows.Total, rows.Whole, r.Done)
		}
	}
	sameFrames(t, data, r, cold)
	sameTalk(t, data, r, cold)
	answers, err := data.(model.AllAgentsReader).AnswersUntil(t.Context(), model.Latest, 0)
	if err != nil || len(answers) != r.Answers && (!cold || len(answers) > r.Answers) { // the file may be written once more
		t.Fatalf("%d answers (%v), want %d", len(answers), err, r.Answers)
	}
}

// identity is the key and the value of a row.
func identity(columns []text.Text, row []text.Value, table string) (key, value string) {
	of := map[string]string{}
	for i, name := range columns {
		of[name.Raw()] = row[i].Text().Raw()
	}
	switch table {
	case "purse_agent_state":
		return of["agent_id"] + "/" + of["step"], of["v"]
	case "wall_event":
		return of["id"], of["content"]
	case "core_simulation_timeline":
		return of["step"], of["t"]
	}
	return of["step"], of["v"]
}

// sameFrames holds the timeline, the frames and the metrics against the record.
func sameFrames(t *testing.T, data model.RunData, r rundirtest.Record, cold bool) {
	t.Helper()
	ctx := t.Context()
	moments, err := data.Timeline(ctx)
	if err != nil || len(moments) != max(int(r.Done), 0) {
		t.Fatalf("%d moments (%v), want %d", len(moments), err, r.Done)
	}
	frame, err := data.Frame(ctx, model.Latest)
	if err != nil || len(moments) > 0 && (frame.At != moments[len(moments)-1] || len(frame.Agents) != rundirtest.SocietyAgents) {
		t.Fatalf("a frame at %v of %d agents (%v)", frame.At, len(frame.Agents), err)
	}
	for _, a := range frame.Agents {
		purse, _ := a.Status.Get("purse")
		v, _ := purse.Get("v")
		if all := choice(r.Rows["purse_agent_state"][fmt.Sprintf("%d/%d", a.ID, r.Done-1)], cold); !slices.Contains(all, v.Text().Raw()) {
			t.Fatalf("agent %d has %s after %d steps, want one of %v", a.ID, v.Text().Raw(), r.Done, all)
		}
	}
	metrics, err := data.Metrics(ctx)
	if err != nil || len(moments) > 0 && len(metrics) == 0 {
		t.Fatalf("cold %v: %d metrics: %v", cold, len(metrics), err)
	}
	for _, m := range metrics {
		if !strings.HasPrefix(m.Key.Raw(), "bank.") {
			continue
		}
		if len(m.Points) != len(moments) {
			t.Fatalf("%s has %d points, want %d", m.Key, len(m.Points), len(moments))
		}
		for step, p := range m.Points {
			all := choice(r.Rows["bank_env_state"][strconv.Itoa(step)], cold)
			if p.Tick != int64(rundirtest.SocietyStart(step)-rundirtest.SocietyStart(0)) || !slices.Contains(all, strconv.Itoa(int(p.Value))) {
				t.Fatalf("%s is %+v at step %d, want one of %v", m.Key, p, step, all)
			}
		}
	}
}

// sameTalk holds what is said against the record.
func sameTalk(t *testing.T, data model.RunData, r rundirtest.Record, cold bool) {
	t.Helper()
	talk, err := data.(model.AllAgentsReader).TalkUntil(t.Context(), model.Latest, 0)
	if err != nil && !errors.Is(err, model.ErrNotOffered) {
		t.Fatal(err)
	}
	said, asked := map[string]bool{}, 0
	for _, words := range talk {
		said[words.Content.Raw()] = true
		if words.ID == model.Everyone {
			asked++
		}
	}
	if asked != 2*r.Asked && (!cold || asked > 0) {
		t.Fatalf("%d things are asked and answered, want %d", asked, 2*r.Asked)
	}
	n := asked
	for _, all := range r.Rows["wall_event"] {
		if values := choice(all, cold); len(values) > 0 {
			n++
			if !slices.ContainsFunc(values, func(v string) bool { return said[v] }) {
				t.Fatalf("of %v nothing is said", values)
			}
		}
	}
	if len(talk) != n {
		t.Fatalf("%d things are said, want %d", len(talk), n)
	}
}

func stateBetween(t *testing.T, s model.Summary, before, after rundirtest.Record) {
	t.Helper()
	all := []model.Status{}
	for _, r := range []rundirtest.Record{before, after} {
		all = append(all, map[string]model.Status{"running": model.Running, "completed": model.Finished}[r.Said])
		if r.Said == "" {
			all = append(all, model.Running) // pid.json may be there, without a word in it
		}
	}
	if !slices.Contains(all, s.Status) || s.Dir.Done < before.Done || s.Dir.Done > after.Done {
		t.Fatalf("it is %v after %d steps; it was %+v", s.Status, s.Dir.Done, []any{before.Said, before.Done, after.Said, after.Done})
	}
}

func rowsBetween(t *testing.T, src model.Source, s model.Summary, before rundirtest.Record, w *watched) {
	t.Helper()
	for _, table := range []string{"purse_agent_state", "bank_env_state", "wall_event"} {
		rows, err := src.RunData(s.Key).(model.DatasetReader).Rows(t.Context(), table, model.RowQuery{})
		if err != nil && !errors.Is(err, model.ErrNoData) && !errors.Is(err, model.ErrNotOffered) {
			t.Fatal(err)
		}
		after, seen := w.Record().Rows[table], map[string]bool{}
		for i, row := range rows.Cells {
			key, value := identity(rows.Columns, row, table)
			first := 0 // the oldest version that may be shown
			for i, v := range before.Rows[table][key] {
				if v.Whole {
					first = i
				}
			}
			doubt := slices.Contains(rows.Ambiguous, i)
			if doubt {
				first = 0
			}
			if seen[key] || !slices.ContainsFunc(after[key][min(first, len(after[key])):], func(v rundirtest.Version) bool { return v.Value == value }) || doubt && len(after[key]) < 2 {
				t.Fatalf("%s: row %s is %s (ambiguous: %v), of %+v, then %+v", table, key, value, doubt, before.Rows[table][key], after[key])
			}
			seen[key] = true
		}
		for key, all := range before.Rows[table] {
			if !seen[key] && len(choice(all, false)) > 0 {
				t.Fatalf("%s: row %s is missing, of %+v", table, key, all)
			}
		}
	}
}
