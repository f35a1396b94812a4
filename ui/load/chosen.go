package load

import (
	"context"

	"societop/model"
	"societop/ui/pane"
)

// What is read of what a pane has chosen, or of the files of an agent.
var (
	someRows = scoped{
		target: func(d *Detail) target {
			of := d.View.Choice.Rows
			return target{known: !of.Dataset.Empty(), rows: of}
		},
		read:  readRows,
		drop:  func(*pane.View) {}, // rows of another choice stay, with what they are
		shown: func(d *Detail) bool { return d.View.Table.Of == d.View.Choice.Rows },
	}
	oneLog = scoped{
		target: func(d *Detail) target { return target{known: true, file: d.View.LogFile} },
		read:   readLog,
		drop:   func(v *pane.View) { v.Log = model.Log{} },
	}
	oneNotes = scoped{target: chosenAgent, read: readNotes, drop: func(v *pane.View) { v.Notes = nil }}
)

// readRows reads rows of a dataset.
func readRows(ctx context.Context, rd model.RunData, of target) (func(*pane.View), error) {
	r, ok := rd.(model.DatasetReader)
	if !ok {
		return nil, model.ErrNotOffered
	}
	rows, err := r.Rows(ctx, of.rows.Dataset.Raw(), of.rows.Query)
	return func(v *pane.View) { v.Table = pane.Table{Of: of.rows, Rows: rows} }, err
}

// rowsLag reports whether there may be more rows than those in the view: the steps that were chosen
// are not all whole.
func rowsLag(v *pane.View) bool {
	to := v.Table.Of.Query.To
	return to == 0 || to > v.Table.Rows.Whole
}

// readLog reads the end of a log.
func readLog(ctx context.Context, rd model.RunData, of target) (func(*pane.View), error) {
	b := logBudget
	b.File = of.file
	log, err := rd.Log(ctx, b)
	return func(v *pane.View) { v.Log = log }, err
}

// readLogs reads which logs there are.
func readLogs(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	r, ok := src.RunData(k).(model.LogsReader)
	if !ok {
		return nil, model.ErrNotOffered
	}
	all, err := r.Logs(ctx)
	return func(v *pane.View) { v.Logs = all }, err
}

// keepsNotes reports whether the agents of a run can have files.
func keepsNotes(rd model.RunData) bool {
	_, ok := rd.Agent(0).(model.NotesReader)
	return ok
}

// readNotes reads the files of an agent.
func readNotes(ctx context.Context, rd model.RunData, of target) (func(*pane.View), error) {
	r, ok := rd.Agent(of.agent).(model.NotesReader)
	if !ok {
		return nil, model.ErrNotOffered
	}
	all, err := r.Notes(ctx)
	return func(v *pane.View) { v.Notes = all }, err
}
