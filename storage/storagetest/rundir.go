package storagetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// RunDir is what a run of AgentSociety 2 has in addition to RunData.
type RunDir struct {
	Datasets []model.Dataset
	Rows     map[string]model.Rows // of each dataset by its id, all of them
	Activity *model.Activity       // nil: it is not known
	Health   *model.Health
	Logs     []model.LogFile
	LogText  map[string]string // of each of Logs by its name
	Notes    map[int64][]model.Note
	Surveys  []model.Survey
}

var (
	_ model.DatasetReader  = memRun{}
	_ model.ActivityReader = memRun{}
	_ model.HealthReader   = memRun{}
	_ model.LogsReader     = memRun{}
	_ model.NotesReader    = memRun{}
	_ model.Surveyor       = memRun{}
)

// dir is what the run has of AgentSociety 2.
func (k memRun) dir(ctx context.Context) (*RunDir, error) {
	s, err := k.data(ctx)
	if err == nil && s.Dir == nil {
		err = model.ErrNotOffered
	}
	return s.Dir, err
}

// Datasets is the catalog.
func (k memRun) Datasets(ctx context.Context) ([]model.Dataset, error) {
	d, err := k.dir(ctx)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(slices.Values(d.Datasets), func(a, b model.Dataset) int { return cmp.Compare(a.ID.Raw(), b.ID.Raw()) }), nil
}

// Rows chooses rows of a dataset.
func (k memRun) Rows(ctx context.Context, dataset string, q model.RowQuery) (model.Rows, error) {
	d, err := k.dir(ctx)
	if err != nil {
		return model.Rows{}, err
	}
	if one := model.FindDataset(d.Datasets, dataset); one != nil {
		return choose(one, d.Rows[one.ID.Raw()], q), nil
	}
	return model.Rows{}, model.ErrNoData
}

// choose is the rows of a query out of all of them.
func choose(d *model.Dataset, all model.Rows, q model.RowQuery) model.Rows {
	fits := fitting(d, all.Columns, q)
	out := all
	out.Cells, out.Ambiguous = nil, nil
	for i, row := range all.Cells {
		if !fits(row) {
			continue
		}
		if slices.Contains(all.Ambiguous, i) {
			out.Ambiguous = append(out.Ambiguous, len(out.Cells))
		}
		out.Cells = append(out.Cells, row)
	}
	out.Total = len(out.Cells)
	if q.Limit > 0 && out.Total > q.Limit {
		cut := 0
		if q.Newest {
			cut = out.Total - q.Limit
		}
		out.Cells = out.Cells[cut : cut+q.Limit]
		var kept []int
		for _, i := range out.Ambiguous {
			if cut <= i && i < cut+q.Limit {
				kept = append(kept, i-cut)
			}
		}
		out.Ambiguous = kept
	}
	return out
}

// fitting returns what reports whether a row is one of a query, whatever its limit.
func fitting(d *model.Dataset, columns []text.Text, q model.RowQuery) func([]text.Value) bool {
	step, entity := slices.Index(columns, d.StepKey), slices.Index(columns, d.EntityKey)
	return func(row []text.Value) bool {
		if step >= 0 && (q.From > 0 || q.To > 0) {
			n, _ := row[step].Number()
			if n < float64(q.From) || q.To > 0 && n >= float64(q.To) {
				return false
			}
		}
		return q.Entity.Empty() || entity >= 0 && row[entity].Text() == q.Entity
	}
}

// known is what a run knows, unless it does not.
func known[T any](ctx context.Context, k memRun, of func(*RunDir) *T) (v T, err error) {
	d, err := k.dir(ctx)
	if err != nil {
		return v, err
	}
	if p := of(d); p != nil {
		return *p, nil
	}
	return v, model.ErrNotOffered
}

// Activity is who acted in which step.
func (k memRun) Activity(ctx context.Context) (model.Activity, error) {
	return known(ctx, k, func(d *RunDir) *model.Activity { return d.Activity })
}

// Health is how well the run works.
func (k memRun) Health(ctx context.Context) (model.Health, error) {
	return known(ctx, k, func(d *RunDir) *model.Health { return d.Health })
}

// Logs lists the logs.
func (k memRun) Logs(ctx context.Context) ([]model.LogFile, error) {
	return known(ctx, k, func(d *RunDir) *[]model.LogFile { return &d.Logs })
}

// Surveys is the questionnaires of the run.
func (k memRun) Surveys(ctx context.Context) ([]model.Survey, error) {
	return known(ctx, k, func(d *RunDir) *[]model.Survey { return &d.Surveys })
}

// Notes is the files of the agent.
func (k memRun) Notes(ctx context.Context) ([]model.Note, error) {
	return known(ctx, k, func(d *RunDir) *[]model.Note {
		notes := d.Notes[k.id]
		return &notes
	})
}

// textsOf are texts.
func textsOf(all ...string) (out []text.Text) {
	for _, s := range all {
		out = append(out, text.Clean(s))
	}
	return out
}

// columnsOf are columns of some names and types.
func columnsOf(pairs ...string) (out []model.Column) {
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, model.Column{Name: text.Clean(pairs[i]), Type: text.Clean(pairs[i+1]), Title: text.Clean("列 " + pairs[i]), Description: text.CleanLines("of\n" + pairs[i])})
	}
	return out
}

// SampleDir is a run of so many agents that has done some steps of version 2: profiles, a snapshot of
// each agent and step with places, a series of the environment, events, and some of everything else.
// The last step is not whole.
func SampleDir(agents, steps int) *RunDir {
	d := &RunDir{Rows: map[string]model.Rows{}}
	add := func(one model.Dataset, rows [][]text.Value) {
		r := model.Rows{Cells: rows, Total: len(rows), Whole: max(steps-1, 0)}
		for _, c := range one.Columns {
			r.Columns = append(r.Columns, c.Name)
		}
		one.Rows = len(rows)
		d.Datasets, d.Rows[one.ID.Raw()] = append(d.Datasets, one), r
	}
	value := func(format string, args ...any) text.Value { return text.ParseValue(fmt.Sprintf(format, args...)) }
	var profiles, places, env, events [][]text.Value
	for id := range agents {
		profiles = append(profiles, []text.Value{value("%d", id), text.ValueOf(fmt.Sprintf("李娜%d", id)), value(`{"age": %d}`, 20+id%60)})
	}
	for step := range steps {
		at := text.ValueOf(time.Date(2026, 1, 1, 8, 15*step, 0, 0, time.UTC).Format("2006-01-02T15:04:05"))
		env = append(env, []text.Value{value("%d", step), at, value("%v", float64(step)/3), {}})
		for id := range agents {
			places = append(places, []text.Value{
				value("%d", step), value("%d", id), at, value("%v", 116.1+float64(id%1000)/1000), value("%v", 39.9+float64(step%100)/1000),
				text.ValueOf([]string{"idle", "moving"}[(id+step)%2]),
			})
		}
		events = append(events, []text.Value{value("%d", step), value("%d", step+1), value("%d", step%max(agents, 1)), at, text.ValueOf("post"), text.ValueOf("你好 <b>\n" + fmt.Sprint(step))})
	}
	add(model.Dataset{
		ID: text.Clean("core.agent_profile"), Table: text.Clean("core_agent_profile"), Module: text.Clean("core"), Kind: model.EntityStatic, EntityKey: text.Clean("id"),
		Order: textsOf("id"), Capabilities: textsOf(model.AgentProfile), Columns: columnsOf("id", "INTEGER", "name", "TEXT", "profile", "JSON"),
	}, profiles)
	add(model.Dataset{
		ID: text.Clean("mobility.agent_state"), Table: text.Clean("mobility_agent_state"), Kind: model.EntitySnapshot, Title: text.Clean("Places"), EntityKey: text.Clean("agent_id"),
		StepKey: text.Clean("step"), TimeKey: text.Clean("t"), Order: textsOf("step", "agent_id"), Capabilities: textsOf(model.AgentSnapshot, model.GeoPoint),
		Columns: columnsOf("step", "INTEGER", "agent_id", "INTEGER", "t", "TIMESTAMP", "lng", "REAL", "lat", "REAL", "status", "TEXT"),
	}, places)
	add(model.Dataset{
		ID: text.Clean("economy.env_state"), Table: text.Clean("economy_env_state"), Kind: model.EnvSnapshot, StepKey: text.Clean("step"), TimeKey: text.Clean("t"),
		Order: textsOf("step"), Columns: columnsOf("step", "INTEGER", "t", "TIMESTAMP", "bank_interest_rate", "REAL", "note", "TEXT"),
	}, env)
	add(model.Dataset{
		ID: text.Clean("social_media.event"), Table: text.Clean("social_media_event"), Kind: model.EventStream, EntityKey: text.Clean("sender_id"), StepKey: text.Clean("step"),
		Order: textsOf("step", "id"), Capabilities: textsOf(model.SocialEvent),
		Columns: columnsOf("step", "INTEGER", "id", "INTEGER", "sender_id", "INTEGER", "t", "TIMESTAMP", "action", "TEXT", "content", "TEXT"),
	}, events)
	d.fill(agents, steps)
	return d
}

// fill adds what is no dataset.
func (d *RunDir) fill(agents, steps int) {
	a := model.Activity{From: text.Clean("social_media.event"), Steps: steps, Whole: max(steps-1, 0)}
	post := model.EventCount{Kind: text.Clean("post"), Counts: make([]int, steps)}
	for id := range agents {
		one := model.AgentActivity{ID: int64(id), Name: text.Clean(fmt.Sprintf("李娜%d", id)), Deeds: make([]model.Deed, steps)}
		for step := range steps {
			if one.Deeds[step] = model.Deed((id + step) % 3); one.Deeds[step] == model.FailedToAct {
				one.Why = text.Clean("max turns")
			}
		}
		a.Agents = append(a.Agents, one)
	}
	for step := range steps {
		post.Counts[step] = 1
		a.Walls = append(a.Walls, start.Add(time.Duration(step)*time.Minute))
	}
	a.Events = []model.EventCount{post}
	d.Activity = &a
	d.Health = &model.Health{
		From: text.Clean("trace, 12 of 92 files"), Sample: 0.13, Steps: []model.StepSpan{{Step: 0, Start: start, End: start.Add(time.Minute)}},
		Calls: []model.CallStats{{
			Name: text.Clean("llm.completion"), Count: 3, Failed: 1, Total: time.Minute, P50: time.Second, P95: 2 * time.Second, Max: 3 * time.Second,
			Slowest: []model.Call{{Agent: 2, Step: -1, Start: start, Took: 3 * time.Second, Note: text.Clean("qwen")}},
		}},
		Failures: []model.Failure{{Cause: text.Clean("unknown tool"), Count: 4, Last: start, Example: text.Clean("no tool \x1b[31mfly")}}, Cached: -1,
	}
	d.Logs = []model.LogFile{{Name: text.Clean("stderr.log"), Size: 7, Written: start.Add(time.Hour)}, {Name: text.Clean("output.log"), Size: 5, Written: start}}
	d.LogText = map[string]string{"output.log": "one\ntwo\n", "stderr.log": "trouble\n"}
	d.Notes = map[int64][]model.Note{1: {{Name: text.Clean("MEMORY.md"), Content: text.CleanLines("# 记忆\nlunch\n"), Written: start}, {Name: text.Clean("TODO.json"), Content: text.CleanLines("[]")}}}
	d.Surveys = []model.Survey{{ID: uuid.NewMD5(uuid.NameSpaceOID, []byte("q")), Name: text.Clean("mood"), Data: text.ParseValue(`{"title": "mood"}`), Created: start, Updated: start}}
}
