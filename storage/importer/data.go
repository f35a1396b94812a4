package importer

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/kept"
	"societop/storage/sqldb/table"
)

// dataBytes bounds a batch of data: of rows, encoded. One moment of a run may be more.
const dataBytes = 4 << 20

// batch is changes of the lab that are to be written together.
type batch struct {
	*run
	ctx   context.Context
	store *bolt.Store
	steps []func(*bolt.Batch) error
	size  int // bytes of their rows
	rows  int
}

// add appends a change made of some rows, and writes the batch when it is large enough.
func (b *batch) add(size, rows int, step func(*bolt.Batch) error) error {
	b.steps = append(b.steps, step)
	b.size += size
	b.rows += rows
	if b.size < dataBytes {
		return nil
	}
	return b.write()
}

func (b *batch) write() error {
	if len(b.steps) == 0 {
		return nil
	}
	err := b.store.Update(b.ctx, func(to *bolt.Batch) error {
		for _, step := range b.steps {
			if err := step(to); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.step(b.rows)
	b.steps, b.size, b.rows = nil, 0, 0
	return nil
}

// copyData writes what the experiments have, and the questionnaires, into the lab.
func (r *run) copyData(ctx context.Context, store *bolt.Store) error {
	b := &batch{run: r, ctx: ctx, store: store}
	for file := range r.files {
		if err := b.surveys(file); err != nil {
			return err
		}
	}
	chosen := r.sources()
	if err := r.restart(ctx, store, chosen); err != nil {
		return err
	}
	for i := range r.read {
		if f := &r.read[i]; chosen[f.key] != nil {
			if err := b.offset(f); err != nil {
				return err
			}
		}
		for k := table.Profiles; k < table.Kinds; k++ {
			if !chosen[r.read[i].key].has(k, i) {
				continue
			}
			if err := b.kind(k, i); err != nil {
				return err
			}
		}
	}
	if err := b.write(); err != nil {
		return err
	}
	r.step(int(r.total - r.done))
	return nil
}

// restart begins the runs again of which the lab has another one.
func (r *run) restart(ctx context.Context, store *bolt.Store, chosen map[model.Key]*choice) error {
	for i := range r.read {
		if key := r.read[i].key; chosen[key].has(table.Frames, i) {
			other, err := r.anotherRun(ctx, store, i)
			if err == nil && other {
				err = store.Update(ctx, func(to *bolt.Batch) error { return to.Restart(key) })
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// offset keeps what stands after the times of a run, where something does.
func (b *batch) offset(f *found) error {
	if f.offset == "" || f.status == model.NotStarted {
		return nil
	}
	return b.add(0, 0, func(to *bolt.Batch) error { return to.PutCheckpoint(f.key, kept.Offset, f.offset) })
}

// choice says for each kind of an experiment's data from which of those in the spool it is
// taken, plus one; 0: from none.
type choice [table.Kinds]int

func (c *choice) has(k table.Kind, i int) bool { return c != nil && c[k] == i+1 }

// sources takes each kind from the last file that has some of it; where none has, from the last
// that would have it.
func (r *run) sources() map[model.Key]*choice {
	all := make(map[model.Key]*choice)
	for i := range r.read {
		f := &r.read[i]
		if f.known == 0 || f.others {
			continue
		}
		c := all[f.key]
		if c == nil {
			c = new(choice)
			all[f.key] = c
		}
		for k := table.Profiles; k < table.Kinds; k++ {
			if f.rows[k] > 0 || (f.known&(1<<k) != 0 && (c[k] == 0 || r.read[c[k]-1].rows[k] == 0)) {
				c[k] = i + 1
			}
		}
	}
	return all
}

// kind writes one kind of an experiment's data.
func (b *batch) kind(k table.Kind, i int) error {
	f := &b.read[i]
	if f.rows[k] == 0 {
		return b.nothing(k, f)
	}
	if k == table.Metrics {
		return b.metrics(i)
	}
	return b.spool.moments(k, i, func(at model.SimTime, rows []byte) error {
		if rows == nil {
			b.tooMuch(k, at, f.key)
			return nil
		}
		return b.moment(k, f.key, at, rows)
	})
}

func (b *batch) tooMuch(k table.Kind, at model.SimTime, key model.Key) {
	b.leaveOut(func() string {
		what := [table.Kinds]string{table.Profiles: "the profiles", table.Frames: "the frame", table.Talk: "the talk", table.Answers: "the answers", table.Prompts: "the prompt", table.Metrics: "the metrics", table.Artifacts: artifactsFile}[k]
		return fmt.Sprintf("%s of experiment %s at %v: left out, it has more than %d MiB", what, key.ID, at, momentLimit>>20)
	})
}

// nothing says that a run that has begun has none of a kind.
func (b *batch) nothing(k table.Kind, f *found) error {
	puts := map[table.Kind]func(*bolt.Batch) error{
		table.Profiles: func(to *bolt.Batch) error { return to.PutProfiles(f.key, nil) },
		table.Talk:     func(to *bolt.Batch) error { return to.PutMessages(f.key, nil) },
		table.Answers:  func(to *bolt.Batch) error { return to.PutAnswers(f.key, nil) },
		table.Metrics:  func(to *bolt.Batch) error { return to.PutMetrics(f.key, nil) },
	}
	if step := puts[k]; step != nil && f.status != model.NotStarted {
		return b.add(0, 0, step)
	}
	return nil
}

// moment writes all rows of one kind and moment.
func (b *batch) moment(k table.Kind, key model.Key, at model.SimTime, rows []byte) error {
	size := len(rows)
	switch k {
	case table.Profiles:
		all := decodeRows(rows, table.Profiles, (*table.Values).Profile)
		b.report.Agents += len(all)
		return b.add(size, len(all), func(to *bolt.Batch) error { return to.PutProfiles(key, all) })
	case table.Frames:
		f := model.Frame{At: at, Agents: decodeRows(rows, table.Frames, (*table.Values).Status)}
		b.report.Frames++
		return b.add(size, len(f.Agents), func(to *bolt.Batch) error { return to.PutFrame(key, f) })
	case table.Talk:
		all := decodeRows(rows, table.Talk, (*table.Values).Message) // the lab keeps a row once
		b.report.Messages += len(all)
		return b.add(size, len(all), func(to *bolt.Batch) error { return to.PutMessages(key, all) })
	case table.Answers:
		all := decodeRows(rows, table.Answers, (*table.Values).Answer)
		b.report.Answers += len(all)
		return b.add(size, len(all), func(to *bolt.Batch) error { return to.PutAnswers(key, all) })
	case table.Artifacts:
		var value string
		eachRow(rows, 1, func(cells []table.Cell) { value = string(kept.AppendArtifacts(nil, cells[0].Text)) })
		return b.add(size, 1, func(to *bolt.Batch) error { return to.PutCheckpoint(key, kept.Artifacts, value) })
	case table.Prompts:
		all := decodeRows(rows, table.Prompts, (*table.Values).Prompt) // of several, AgentSociety gives out the first
		return b.add(size, len(all), func(to *bolt.Batch) error { return to.PutPrompt(key, all[0]) })
	default:
		return nil
	}
}

// metrics writes an experiment's series. Their rows are ordered by their ticks.
func (b *batch) metrics(i int) error {
	key := b.read[i].key
	series := make(map[string]*model.Metric)
	size, count := 0, 0
	var originals []kept.MetricRow
	put := func() error {
		var all []model.Metric
		for _, m := range series {
			all = append(all, *m)
		}
		model.SortMetrics(all)
		step := func(to *bolt.Batch) error { return to.PutMetrics(key, all) }
		err := b.add(size, count, step)
		series, size, count = make(map[string]*model.Metric), 0, 0
		return err
	}
	err := b.spool.moments(table.Metrics, i, func(at model.SimTime, rows []byte) error {
		if rows == nil {
			b.tooMuch(table.Metrics, at, key)
		}
		for _, p := range measurements(rows) {
			m := series[p.Key]
			if m == nil {
				m = &model.Metric{Key: text.Clean(p.Key)}
				series[p.Key] = m
			}
			m.Points = append(m.Points, p.Point)
			count++
			if p.row.ID != "" || p.row.Created != "" {
				originals = append(originals, p.row.Normal(p.Created))
			}
		}
		if size += len(rows); size < 4*dataBytes {
			return nil
		}
		return put()
	})
	if err == nil && count > 0 {
		err = put()
	}
	if err != nil || len(originals) == 0 {
		return err
	}
	return b.originalMetrics(key, originals)
}

// decodeRows makes values of rows, one each.
func decodeRows[T any](rows []byte, k table.Kind, value func(*table.Values) T) (all []T) {
	var v table.Values
	eachRow(rows, table.Width[k], func(cells []table.Cell) { all = append(all, value(v.Of(cells))) })
	return all
}

// measured is a measurement, and its row as the file has it.
type measured struct {
	table.Measurement
	row kept.MetricRow
}

func measurements(rows []byte) (all []measured) {
	var v table.Values
	eachRow(rows, table.Width[table.Metrics], func(c []table.Cell) {
		row := kept.MetricRow{ID: c[0].Text, Key: c[1].Text, Value: c[2].Text, Step: c[3].Text, Created: c[4].Text}
		all = append(all, measured{v.Of(c).Measurement(), row})
	})
	return all
}

// originalMetrics keeps rows of metrics as they are, among those that the lab has.
func (b *batch) originalMetrics(key model.Key, rows []kept.MetricRow) error {
	checkpoints, err := b.store.Checkpoints(b.ctx, key)
	if err != nil && !errors.Is(err, model.ErrNoLab) && !errors.Is(err, model.ErrNoExperiment) {
		return err
	}
	before, err := kept.ParseMetrics(checkpoints[kept.Metrics])
	if err != nil {
		return err
	}
	value, err := kept.AppendMetrics(nil, model.Distinct(append(before, rows...)))
	if err != nil {
		return err
	}
	return b.add(len(value), 0, func(to *bolt.Batch) error { return to.PutCheckpoint(key, kept.Metrics, string(value)) })
}

// surveys writes the questionnaires of one file that no later one has.
func (b *batch) surveys(file int) error {
	return b.spool.moments(table.Surveys, file, func(_ model.SimTime, rows []byte) error {
		if rows == nil {
			b.leaveOut(func() string {
				return fmt.Sprintf("the questionnaires are left out: they have more than %d MiB", momentLimit>>20)
			})
			return nil
		}
		last := make(map[uuid.UUID]int)
		all := decodeRows(rows, table.Surveys, (*table.Values).Survey)
		for i := range all {
			last[all[i].ID] = i
		}
		var mine []model.Survey
		for i := range all {
			if id := all[i].ID; last[id] == i && b.newest[id] == file {
				mine = append(mine, all[i])
			}
		}
		return b.add(len(rows), len(all), func(to *bolt.Batch) error { return to.PutSurveys(mine) })
	})
}
