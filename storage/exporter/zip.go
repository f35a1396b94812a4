package exporter

import (
	"archive/zip"
	"context"
	"io"
	"strconv"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/kept"
	"societop/storage/pycsv"
)

// The columns of the tables.
var (
	profileColumns = []string{"id", "name", "profile"}
	statusColumns  = []string{"id", "day", "t", "lng", "lat", "parent_id", "action", "status", "created_at"}
	answerColumns  = []string{"id", "day", "t", "survey_id", "result", "created_at"}
	talkColumns    = []string{"id", "day", "t", "type", "speaker", "content", "created_at"}
	promptColumns  = []string{"day", "t", "prompt", "created_at"}
	metricColumns  = []string{"id", "key", "value", "step", "created_at"}
	troubleColumns = []string{"id", "day", "t", "survey_id", "trouble"}
)

// archive is the zip of one experiment that is being written.
type archive struct {
	*reading
	originals
	zip *zip.Writer
}

// writeZip writes an experiment, member by member.
func writeZip(ctx context.Context, w io.Writer, r *reading) (err error) {
	a := archive{reading: r, zip: zip.NewWriter(w)}
	begun := r.Status != model.NotStarted
	if begun {
		if a.originals, err = r.kept(ctx); err != nil {
			return err
		}
	} else {
		r.leaveOut("all but experiment.yaml", "it has not started yet")
	}
	m, err := a.member("experiment.yaml")
	if err == nil {
		_, err = m.Write(appendYAML(nil, &r.Experiment, a.offset))
	}
	if err == nil {
		err = a.runDir()
	}
	if err == nil && begun {
		err = a.data(ctx)
	}
	if err != nil {
		return err
	}
	return a.zip.Close()
}

// data writes all members but the first, in AgentSociety's order.
func (a *archive) data(ctx context.Context) error {
	profiles, err := a.begin(ctx)
	if err != nil {
		return err
	}
	series, err := a.metrics(ctx)
	if err != nil {
		return err
	}
	rows := merged(a.rows, series)
	err = a.series(rows)
	if err == nil && a.artifacts != nil {
		var m io.Writer
		if m, err = a.member("artifacts.json"); err == nil {
			_, err = m.Write(a.artifacts)
		}
	}
	if err == nil {
		err = a.table("agent_profile", profileColumns, func(t *table) error { return t.profiles(profiles) })
	}
	if err == nil {
		err = a.table("agent_status", statusColumns, func(t *table) error { return a.frames(ctx, t.frame) })
	}
	if err == nil {
		err = a.surveys(ctx)
	}
	// Questions that wait for an answer stay among the talk: see the caveats of the package.
	if err == nil {
		err = a.table("agent_dialog", talkColumns, func(t *table) error { return a.messages(ctx, t.messages) })
	}
	if err == nil {
		err = a.table("global_prompt", promptColumns, func(t *table) error { return a.prompts(ctx, t.prompt) })
	}
	if err == nil {
		err = a.table("metric", metricColumns, func(t *table) error { return t.metrics(rows) })
	}
	if err == nil {
		err = a.datasets(ctx)
	}
	return err
}

// member begins the next member.
func (a *archive) member(name string) (io.Writer, error) {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	if y := a.Updated.Year(); y >= 1980 && y < 2108 { // what a zip has a place for
		h.Modified = a.Updated.UTC().Truncate(time.Second)
	}
	return a.zip.CreateHeader(h)
}

// series writes metrics.json.
func (a *archive) series(rows []kept.MetricRow) error {
	if len(rows) == 0 {
		return nil
	}
	m, err := a.member("metrics.json")
	if err != nil {
		return err
	}
	return writeSeries(m, rows)
}

// surveys writes the answers, and after them those that are pending, of which there are few.
func (a *archive) surveys(ctx context.Context) error {
	var pending, troubled []model.Answer
	err := a.table("agent_survey", answerColumns, func(t *table) error {
		return a.answers(ctx, func(all []model.Answer) error {
			for i := range all {
				if !all[i].Trouble.Empty() {
					troubled = append(troubled, all[i])
				}
				if all[i].Pending {
					pending = append(pending, all[i])
				} else if err := t.answer(&all[i]); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	err = a.table("pending_survey", answerColumns, func(t *table) error {
		for i := range pending {
			if err := t.answer(&pending[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.questionnaires(ctx, troubled)
}

// table is a member of rows. It begins with its first row: AgentSociety leaves empty ones out.
type table struct {
	of      *archive
	name    string
	columns []string
	rows    *pycsv.Writer
}

// table writes a table with the rows that fill writes.
func (a *archive) table(name string, columns []string, fill func(*table) error) error {
	t := &table{of: a, name: name + ".csv", columns: columns}
	if err := fill(t); err != nil || t.rows == nil {
		return err
	}
	return t.rows.Flush()
}

func (t *table) row(cells ...string) error {
	if t.rows == nil {
		m, err := t.of.member(t.name)
		if err != nil {
			return err
		}
		t.rows = pycsv.NewWriter(m)
		if err := t.rows.Row(t.columns...); err != nil {
			return err
		}
	}
	return t.rows.Row(cells...)
}

func (t *table) profiles(all []model.Profile) error {
	for _, p := range all {
		if err := t.row(integer(p.ID), p.Name.Raw(), cell(p.Profile)); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) frame(f model.Frame) error {
	day, at := moment(f.At)
	for i := range f.Agents {
		a := &f.Agents[i]
		lng, lat, parent := "", "", ""
		if a.Lng == a.Lng && a.Lat == a.Lat { // not NaN
			lng, lat = kept.Float(a.Lng), kept.Float(a.Lat)
		}
		if a.Parent != 0 {
			parent = integer(a.Parent)
		}
		if err := t.row(integer(a.ID), day, at, lng, lat, parent, a.Action.Raw(), cell(a.Status), t.time(a.Created)); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) answer(a *model.Answer) error {
	day, at := moment(a.At)
	return t.row(integer(a.ID), day, at, a.Survey.String(), a.Result.Raw(), t.time(a.Created))
}

func (t *table) messages(all []model.Message) error {
	for i := range all {
		m := &all[i]
		day, at := moment(m.At)
		if err := t.row(integer(m.ID), day, at, integer(int64(m.Kind)), m.Speaker.Raw(), m.Content.Raw(), t.time(m.Created)); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) prompt(p model.Prompt) error {
	day, at := moment(p.At)
	return t.row(day, at, p.Text.Raw(), t.time(p.Created))
}

func (t *table) metrics(rows []kept.MetricRow) error {
	for _, r := range rows {
		if err := t.row(r.ID, r.Key, r.Value, r.Step, r.Created); err != nil {
			return err
		}
	}
	return nil
}

// time is a wall time as the cell of a table.
func (t *table) time(at time.Time) string { return wall(at, t.of.offset) }

// wall is a wall time with an offset after it; empty for none.
func wall(at time.Time, offset string) string {
	if at.IsZero() {
		return ""
	}
	return kept.Time(at) + offset
}

// cell is a profile or a status: a text as it is, nothing for none, all else as the source had it.
func cell(v text.Value) string {
	switch v.Kind() {
	case text.NullValue:
		return ""
	case text.TextValue:
		return v.Lines().Raw()
	default:
		return v.Source()
	}
}

func integer(n int64) string { return strconv.FormatInt(n, 10) }

// moment is a simulated time as its two cells.
func moment(at model.SimTime) (day, t string) { return strconv.Itoa(at.Day), kept.Float(at.T) }
