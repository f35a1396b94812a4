package exporter

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/kept"
)

// ExportLab copies experiments of a source, with all that it has of them, into a new lab file, as Export
// writes a zip.
func ExportLab(ctx context.Context, src model.Source, keys []model.Key, path string, o model.ExportOptions, adv model.ProgressFunc) (report model.ExportReport, err error) {
	if err := mayWrite(src, path, o); err != nil {
		return report, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return report, failure(path, err)
	}
	defer os.RemoveAll(dir)
	temporary := filepath.Join(dir, filepath.Base(path))
	c := &copying{reading: newReading(src, &report, &progress{advance: adv, left: len(keys)}), ctx: ctx, store: bolt.Open(temporary, bolt.Options{Write: true})}
	c.whole = true
	err = errors.Join(c.all(keys), c.store.Close())
	var e *model.Error
	if errors.As(err, &e) && e.Address == temporary {
		e.Address = path
	}
	if err == nil {
		err = failure(path, publish(temporary, path, o))
	}
	c.close(path)
	return report, err
}

// copyBytes bounds a batch, which is in memory until it is written: about so many bytes of values.
const copyBytes = 4 << 20

// copying is a new lab file that is being written.
type copying struct {
	*reading
	ctx   context.Context
	store *bolt.Store
	steps []func(*bolt.Batch) error
	size  int
}

// put adds a change of some bytes to the batch, and writes it when it is large enough.
func (c *copying) put(size int, step func(*bolt.Batch) error) error {
	c.steps = append(c.steps, step)
	if c.size += size; c.size < copyBytes {
		return nil
	}
	return c.write()
}

func (c *copying) write() error {
	steps := c.steps
	c.steps, c.size = nil, 0
	return c.store.Update(c.ctx, func(b *bolt.Batch) error {
		for _, step := range steps {
			if err := step(b); err != nil {
				return err
			}
		}
		return nil
	})
}

// all copies the experiments, and the questionnaires.
func (c *copying) all(keys []model.Key) error {
	l, err := liveness(c.ctx, c.src)
	if err != nil {
		return err
	}
	if l.AsOf.IsZero() {
		l.AsOf = time.Now()
	}
	err = c.put(0, func(b *bolt.Batch) error {
		asOf := model.Liveness{AsOf: l.AsOf, Why: text.Clean(model.Imported)}
		b.SetAsOf(asOf)
		for _, k := range keys {
			if !k.Source.Empty() {
				bolt.SetSource(b, k.Source, asOf)
			}
		}
		return nil
	})
	for _, k := range keys {
		if err != nil {
			return err
		}
		var e model.Experiment
		if e, err = c.src.Experiment(c.ctx, k); err == nil {
			c.take(e)
			err = c.experiment()
		}
	}
	if err == nil {
		err = c.surveys()
	}
	if err != nil {
		return err
	}
	return c.write()
}

// liveness says up to when a source knows what happened.
func liveness(ctx context.Context, src model.Source) (model.Liveness, error) {
	if of, ok := src.(model.Lively); ok {
		return of.Liveness(ctx)
	}
	ch, err := src.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1})
	return ch.Liveness, err
}

// surveys copies the questionnaires of a source that knows them.
func (c *copying) surveys() error {
	of, ok := c.src.(model.Surveyor)
	if !ok {
		return nil
	}
	all, err := of.Surveys(c.ctx)
	if model.Lacking(err) || errors.Is(err, model.ErrAnswer) || len(all) == 0 {
		return nil // the answers are there, and have their questions' names
	}
	if err != nil {
		return err
	}
	return c.put(0, func(b *bolt.Batch) error { return b.PutSurveys(all) })
}

// experiment copies one experiment.
func (c *copying) experiment() error {
	e := c.Experiment
	err := c.put(len(e.Config.Raw())+len(e.Error.Raw()), func(b *bolt.Batch) error {
		_, err := b.Put(e)
		return err
	})
	if err != nil || e.Status == model.NotStarted {
		return err
	}
	profiles, err := c.begin(c.ctx)
	if err == nil && profiles != nil {
		err = c.put(1<<10*len(profiles), func(b *bolt.Batch) error { return b.PutProfiles(e.Key, profiles) })
	}
	for _, part := range []func(model.Key) error{c.copyMetrics, c.copyFrames, c.copyWords, c.copyTimes, c.copyLog} {
		if err == nil {
			err = part(e.Key)
		}
	}
	if err == nil {
		err = c.copyDir(e.Key, profiles)
	}
	return err
}

// copyMetrics copies the series, and what is kept of files.
func (c *copying) copyMetrics(k model.Key) error {
	series, err := c.metrics(c.ctx)
	if err == nil && series != nil {
		err = c.put(0, func(b *bolt.Batch) error { return b.PutMetrics(k, series) })
	}
	if err != nil {
		return err
	}
	of, ok := c.run.(kept.Keeper)
	if !ok {
		content, err := c.posted(c.ctx)
		if err != nil || content == nil {
			return err
		}
		value := string(kept.AppendArtifacts(nil, string(content)))
		return c.put(len(value), func(b *bolt.Batch) error { return b.PutCheckpoint(k, kept.Artifacts, value) })
	}
	all, err := of.Checkpoints(c.ctx)
	if err != nil {
		return c.lacks("artifacts.json", err)
	}
	for _, name := range kept.Names {
		if value, has := all[name]; has && err == nil {
			err = c.put(len(value), func(b *bolt.Batch) error { return b.PutCheckpoint(k, name, value) })
		}
	}
	return err
}

// copyFrames copies frames and prompts.
func (c *copying) copyFrames(k model.Key) error {
	err := c.frames(c.ctx, func(f model.Frame) error {
		size := 0
		for i := range f.Agents {
			size += 64 + len(f.Agents[i].Status.Raw())
		}
		return c.put(size, func(b *bolt.Batch) error { return b.PutFrame(k, f) })
	})
	if err != nil {
		return err
	}
	return c.prompts(c.ctx, func(p model.Prompt) error {
		return c.put(len(p.Text.Raw()), func(b *bolt.Batch) error { return b.PutPrompt(k, p) })
	})
}

// copyWords copies talk and answers.
func (c *copying) copyWords(k model.Key) error {
	err := c.answers(c.ctx, func(all []model.Answer) error {
		size := 0
		for i := range all {
			size += 64 + len(all[i].Result.Raw())
		}
		return c.put(size, func(b *bolt.Batch) error { return b.PutAnswers(k, all) })
	})
	if err != nil {
		return err
	}
	return c.messages(c.ctx, func(all []model.Message) error {
		size := 0
		for i := range all {
			size += 64 + len(all[i].Content.Raw())
		}
		return c.put(size, func(b *bolt.Batch) error { return b.PutMessages(k, all) })
	})
}

// copyTimes copies when the steps were done of which there is no frame: those of frames are in them.
func (c *copying) copyTimes(k model.Key) error {
	framed := make(map[model.SimTime]bool, len(c.moments))
	for _, at := range c.moments {
		framed[at] = true
	}
	var rest []model.StepTime
	err := c.rested(c.ctx, func() error {
		all, err := c.run.Steps(c.ctx)
		for _, s := range all {
			if !framed[s.At] {
				rest = append(rest, s)
			}
		}
		return c.lacks("times of steps", err)
	})
	if err != nil || len(rest) == 0 {
		return err
	}
	return c.put(16*len(rest), func(b *bolt.Batch) error { return b.PutSteps(k, rest) })
}

// logBytes is how much of the end of a log is copied.
const logBytes = 64 << 20

// copyLog copies the log, as far as the source has it.
func (c *copying) copyLog(k model.Key) error {
	if several, err := c.copyLogs(k); several || err != nil {
		return err
	}
	var log model.Log
	err := c.rested(c.ctx, func() (err error) {
		log, err = c.run.Log(c.ctx, model.LogBudget{Bytes: logBytes})
		return err
	})
	if err != nil {
		return c.lacks("log", err)
	}
	return c.put(len(log.Lines.Raw()), func(b *bolt.Batch) error { return b.AppendLog(k, log.Lines.Raw()) })
}
