package tables

import (
	"fmt"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
)

// datasets are a few of the kinds that runs have.
func datasets() []model.Dataset {
	column := func(name, kind, unit, about string) model.Column {
		return model.Column{Name: text.Clean(name), Type: text.Clean(kind), Unit: text.Clean(unit), Description: text.CleanLines(about)}
	}
	caps := func(names ...string) (all []text.Text) {
		for _, n := range names {
			all = append(all, text.Clean(n))
		}
		return all
	}
	return []model.Dataset{
		{
			ID: text.Clean("economy.env_state"), Table: text.Clean("economy_env_state"), Kind: model.EnvSnapshot, StepKey: text.Clean("step"), Capabilities: caps("env_snapshot", "timeseries"),
			Title: text.Clean("Economy"), Description: text.CleanLines("The rates of the bank."), Rows: 0,
		},
		{
			ID: text.Clean("mobility.agent_state"), Table: text.Clean("mobility_agent_state"), Kind: model.EntitySnapshot, EntityKey: text.Clean("agent_id"), StepKey: text.Clean("step"), TimeKey: text.Clean("t"),
			Capabilities: caps("agent_snapshot", "geo_point", "trajectory"), Title: text.Clean("Mobility of agents"), Description: text.CleanLines("Where each agent is\nafter every step. 每个智能体的位置"),
			Columns: []model.Column{
				column("step", "INTEGER", "", "Step of the environment, from 0."), column("t", "TIMESTAMP", "", ""), column("agent_id", "INTEGER", "", "The agent."),
				column("lng", "REAL", "degrees", "Longitude (WGS-84)."), column("lat", "REAL", "degrees", "Latitude (WGS-84)."), column("status", "TEXT", "", "idle or moving"),
				column("plan", "JSON", "", "What the agent is about to do."),
			},
			Rows: 1204, Ambiguous: 1, Damaged: 3,
		},
		{ID: text.Clean("social_media.event"), Kind: model.EventStream, EntityKey: text.Clean("id"), StepKey: text.Clean("step"), Capabilities: caps("event_stream", "social_event"), Title: text.Clean("Posts"), Rows: 19},
	}
}

// rowsOf makes rows of agents from one step on.
func rowsOf(agents, from, steps int) (r model.Rows) {
	for _, n := range []string{"step", "t", "agent_id", "lng", "lat", "status", "plan"} {
		r.Columns = append(r.Columns, text.Clean(n))
	}
	word := []string{`"idle"`, `"moving"`, `"在家休息 💤"`, "null"}
	for step := from; step < from+steps; step++ {
		for a := 1; a <= agents; a++ {
			plan := fmt.Sprintf(`{"target":"咖啡馆 %d","steps":["walk","wait"],"why":"%s"}`, a, strings.Repeat("because ", a%4*3))
			row := []string{fmt.Sprint(step), fmt.Sprintf(`"2024-01-01T08:%02d:00"`, step), fmt.Sprint(a), fmt.Sprintf("116.%04d", a*379%9973), fmt.Sprintf("39.9%d", a%10), word[(a+step)%4], plan}
			var cells []text.Value
			for _, c := range row {
				cells = append(cells, text.ParseValue(c))
			}
			r.Cells = append(r.Cells, cells)
		}
	}
	r.Total, r.Whole = len(r.Cells), from+steps
	return r
}

// seen returns a view of a run with datasets at its fifth step, with the rows of that.
func seen() (v pane.View) {
	for i := range 6 {
		v.Timeline = append(v.Timeline, model.SimTime{T: float64(8*3600 + i*900)})
	}
	v.At, v.Live, v.Agent, v.Chosen = v.Timeline[4], false, 3, true
	v.Datasets = datasets()
	v.Table.Rows = rowsOf(12, 4, 1)
	v.Table.Rows.Ambiguous, v.Table.Rows.Damaged = []int{1}, 3
	v.Table.Of = pane.RowsOf{Dataset: v.Datasets[1].ID, Query: model.RowQuery{From: 4, To: 5, Limit: maxRows, Newest: true}}
	v.Choice.Rows = v.Table.Of
	for _, n := range []pane.Need{pane.NeedDatasets, pane.NeedRows, pane.NeedTimeline} {
		v.Tell(n, true, text.Text{})
	}
	return v
}

func TestGolden(t *testing.T) {
	panetest.Golden(t, "datasets", New, seen(), "j")
	panetest.Golden(t, "table", New, seen(), "j\n")
	panetest.Golden(t, "sorted", New, seen(), "j\nlllslls")
	panetest.Golden(t, "value", New, seen(), "j\nllllll\n")
	panetest.Golden(t, "filtered", New, seen(), "j\n/status:id\nG")
	panetest.Golden(t, "no row", New, seen(), "j\n/xyzzy\n")
	open := seen()
	open.Table.Rows.Whole = 4
	open.Choice.Rows.Query.From = 5
	panetest.Golden(t, "unfinished", New, open, "j\nG")
}
