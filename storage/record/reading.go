package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/kept"
)

// reading reads the data of one run from the source into the lab file.
type reading struct {
	*recorder
	t    *track
	from model.RunData
}

func (r *recorder) reading(t *track) *reading { return &reading{r, t, r.src.RunData(t.key)} }

// here is what the lab file has of the run.
func (d *reading) here() model.RunData { return d.lab.store.RunData(d.t.key) }

// read reads one piece of a part, and marks a part that was read to its end. What the source
// does not have is as good as read; what it could not give out is asked for again, later.
func (d *reading) read(ctx context.Context, p part) error {
	t, s := d.t, &d.t.parts[p]
	before := t.sure(d.options.Now())
	done, err := d.readPart(ctx, p)
	state, now := t.stateOf(p, before), d.options.Now()
	switch {
	case ofOnePart(err), done && s.err != nil:
		err, s.err = cmp.Or(err, s.err), nil
		return d.skip(ctx, p, state, err)
	case errors.Is(err, errRestarted):
		return nil // all is read from the start
	case errors.Is(err, model.ErrNoExperiment): // the next tick tells what became of it
		s.next = now.Add(growsEvery)
		return nil
	case model.Lacking(err):
		done, err = true, nil
	}
	if err != nil || !done || p == origin {
		return err
	}
	if p == frames && t.early() {
		t.run.late, t.frames.asked, s.next = true, "", now.Add(earlyRest)
		return nil
	}
	if p == tables {
		s.next = now.Add(earlyRest)
	} else if p != frames {
		s.next = now.Add(growsEvery)
	}
	return d.mark(ctx, p, state)
}

// readPart reads one piece of a part; done when that was the last.
func (d *reading) readPart(ctx context.Context, p part) (done bool, err error) {
	switch p {
	case origin:
		return true, d.readOrigin(ctx)
	case frames:
		return d.readFrame(ctx)
	case profiles:
		return true, d.readProfiles(ctx)
	case metrics:
		return true, d.readMetrics(ctx)
	case logs:
		return d.readLogs(ctx)
	case reports:
		return true, d.readReports(ctx)
	case notes:
		return d.readNotes(ctx)
	case tables:
		return d.readTables(ctx)
	case talk:
		return d.readAgents(ctx)
	case stepTimes:
		return d.readSteps(ctx)
	default:
		return true, nil
	}
}

// mark notes that a part was read to its end in a state of its run; empty is one that was not
// sure.
func (d *reading) mark(ctx context.Context, p part, state string) error {
	if state == "" {
		state = unsure
	}
	d.t.parts[p].done = state
	return d.update(ctx, func(b *bolt.Batch) error {
		if err := b.PutCheckpoint(d.t.key, names[p], state); err != nil || p != talk {
			return err
		}
		return b.PutCheckpoint(d.t.key, bolt.CheckpointTalkAt, "")
	})
}

// skip leaves a part that the source can't give out, or not all of it, for later. A log is
// missing of every run that was not started from the web page: that is no news, and final.
func (d *reading) skip(ctx context.Context, p part, state string, err error) error {
	t, s, now := d.t, &d.t.parts[p], d.options.Now()
	if p == logs && errors.Is(err, model.ErrNoData) {
		s.next = now.Add(growsEvery)
		return d.mark(ctx, p, state)
	}
	if p == origin {
		t.doubt = false // nobody can know
		return nil
	}
	s.refuse(state, now)
	if p == frames {
		t.frames.asked = ""
	} else {
		s.next = now.Add(growsEvery)
	}
	d.tellOnce(err)
	d.tell.Progress(d.progress)
	if p == talk { // the next recorder reads all of it again
		return d.update(ctx, func(b *bolt.Batch) error {
			return b.PutCheckpoint(t.key, bolt.CheckpointTalkAt, strconv.FormatInt(math.MaxInt64, 10))
		})
	}
	return nil
}

// tellOnce says that the source can't give out all of the run.
func (d *reading) tellOnce(err error) {
	if !d.t.told {
		d.t.told = true
		d.tell.Say(text.Clean(fmt.Sprintf("%s: not all of it can be read: %s", named(d.known[d.t.key]), model.Explain(err))), true)
	}
}

// readProfiles reads who the agents are.
func (d *reading) readProfiles(ctx context.Context) error {
	all, err := d.from.Profiles(ctx)
	if err != nil {
		if errors.Is(err, model.ErrNoTable) {
			d.tellOnce(err)
		}
		return err
	}
	return d.update(ctx, func(b *bolt.Batch) error { return b.PutProfiles(d.t.key, all) })
}

// readMetrics reads the measured series, and of a lab file what it keeps of imported ones.
func (d *reading) readMetrics(ctx context.Context) error {
	all, err := d.from.Metrics(ctx)
	if err != nil {
		return err
	}
	var originals map[string]string
	if of, ok := d.from.(kept.Keeper); ok {
		if originals, err = of.Checkpoints(ctx); err != nil {
			return err
		}
	}
	return d.update(ctx, func(b *bolt.Batch) error {
		err := b.PutMetrics(d.t.key, all)
		for _, name := range kept.Names {
			if value, has := originals[name]; has && err == nil {
				err = b.PutCheckpoint(d.t.key, name, value)
			}
		}
		return err
	})
}

// ofOnePart reports whether an error is about what was asked for, not about the source: its table
// may be missing, a value in it broken, or the server have failed on it this once. A database that has no
// such table has said all that it knows.
func ofOnePart(err error) bool {
	return errors.Is(err, model.ErrNoData) && !errors.Is(err, model.ErrNoTable) || errors.Is(err, model.ErrAnswer)
}
