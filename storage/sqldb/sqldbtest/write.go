package sqldbtest

import (
	"math"

	"societop/model"
	"societop/model/text"
	"societop/storage/sqldb/table"
	"societop/storage/storagetest"
)

// Put writes the row of an experiment, in the place of the one it had.
func (d Dialect) Put(exec Exec, e model.Experiment) error {
	if err := exec("DELETE FROM as_experiment WHERE tenant_id = ? AND id = ?", e.Tenant.Raw(), d.IDOf(e.ID)); err != nil {
		return err
	}
	return exec("INSERT INTO as_experiment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		e.Tenant.Raw(), d.IDOf(e.ID), e.Name.Raw(), int64(e.NumDay), int64(e.Status.Number()), int64(e.Now.Day), d.NumberOf(e.Now.T), e.Config.Raw(), e.Error.Raw(),
		e.InputTokens, e.OutputTokens, d.TimeOf(e.Created), d.TimeOf(e.Updated))
}

// Delete deletes an experiment with its tables.
func (d Dialect) Delete(exec Exec, k model.Key) error {
	if err := exec("DELETE FROM as_experiment WHERE tenant_id = ? AND id = ?", k.Tenant.Raw(), d.IDOf(k.ID)); err != nil {
		return err
	}
	return d.DropRun(exec, k.ID)
}

// Fill makes the tables of an experiment and writes its data.
func (d Dialect) Fill(exec Exec, e model.Experiment, s storagetest.RunData) error {
	if err := d.DropRun(exec, e.ID); err != nil {
		return err
	}
	if err := d.CreateRun(exec, e.ID); err != nil {
		return err
	}
	w := writer{d: d, exec: exec, e: e}
	for _, p := range s.Profiles {
		w.row("agent_profile", p.ID, p.Name.Raw(), twice(p.Profile))
	}
	for _, f := range s.Frames {
		for _, a := range f.Agents {
			w.status(f.At, a)
		}
	}
	for _, m := range s.Messages {
		w.row("agent_dialog", m.ID, int64(m.At.Day), m.At.T, int64(m.Kind), m.Speaker.Raw(), m.Content.Raw(), d.TimeOf(m.Created))
	}
	for _, a := range s.Answers {
		w.answer(a)
	}
	for _, p := range s.Prompts {
		w.row("global_prompt", int64(p.At.Day), p.At.T, p.Text.Raw(), d.TimeOf(p.Created))
	}
	for _, m := range s.Metrics {
		for _, p := range m.Points {
			w.n++
			w.row("metric", w.n, m.Key.Raw(), p.Value, p.Tick, d.TimeOf(e.Created))
		}
	}
	return w.err
}

// writer writes rows of an experiment until one fails.
type writer struct {
	d    Dialect
	exec Exec
	e    model.Experiment
	n    int64 // of rows with a number of their own
	err  error
}

func (w *writer) row(name string, values ...any) {
	if w.err != nil {
		return
	}
	query := "INSERT INTO " + table.Name(w.e.ID, name) + " VALUES (?"
	for range values[1:] {
		query += ", ?"
	}
	w.err = w.exec(query+")", values...)
}

func (w *writer) status(at model.SimTime, a model.AgentStatus) {
	var lng, lat, parent any
	if !math.IsNaN(a.Lng) {
		lng, lat = a.Lng, a.Lat
	}
	if a.Parent != 0 {
		parent = a.Parent
	}
	w.row("agent_status", a.ID, int64(at.Day), at.T, lng, lat, parent, a.Action.Raw(), twice(a.Status), w.d.TimeOf(a.Created))
}

// answer writes an answer, or a survey that is to be answered.
func (w *writer) answer(a model.Answer) {
	if a.Pending {
		w.n++
		w.row("pending_survey", w.n, a.ID, int64(a.At.Day), a.At.T, w.d.IDOf(a.Survey), "{}", w.d.TimeOf(a.Created), false)
		return
	}
	w.row("agent_survey", a.ID, int64(a.At.Day), a.At.T, w.d.IDOf(a.Survey), jsonOf(a.Result.Raw()), w.d.TimeOf(a.Created))
}

// twice is the JSON of a value as the engine writes it: the JSON of a text that is JSON again, but for
// texts and null.
func twice(v text.Value) string {
	if k := v.Kind(); k == text.TextValue || k == text.NullValue {
		return v.Raw()
	}
	return jsonOf(v.Raw())
}
