package demo

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"societop/model"
	"societop/storage/bolt"
)

// portion is how many agents' statuses one batch has, or those of a step if that is more.
const portion = 10_000

// made is a step that was made: when it began, and when it ended.
type made struct {
	step      int64
	begun, at time.Time
}

// chapter is what one batch writes of a run's people. It is made before the batch: a lab is
// locked while a batch is filled.
type chapter struct {
	key      model.Key
	first    bool // the lab has none of the run's yet
	profiles []model.Profile
	log      string
	scenes   []scene
}

// chapter makes the part of a run's story that is not in the lab yet: the steps that wait,
// and, in the first one, who there is and the log of the past, because logs only grow.
func (r *run) chapter() *chapter {
	c := &chapter{key: r.e.Key, first: !r.known}
	var j journal
	if c.first {
		if r.done > 0 { // else nobody was made
			c.profiles = r.people.profiles()
		}
		r.head(&j)
		for i := range r.past {
			r.lines(&j, r.passed(i))
		}
		if r.over && r.done == r.past {
			r.ending(&j)
		}
	}
	for _, m := range r.waiting {
		r.lines(&j, m)
		if r.over && m.step == r.done-1 {
			r.ending(&j)
		}
	}
	c.log = j.String()
	c.add(r, r.waiting...)
	return c
}

// add makes the scenes of some steps.
func (c *chapter) add(r *run, steps ...made) {
	for _, m := range steps {
		c.scenes = append(c.scenes, r.people.scene(m.step, m.at, r.done))
	}
}

// page is a run of which something has changed, and what is to be told of it.
type page struct {
	*run
	chapter *chapter // nil: nothing
}

// put writes a page. A run that begins here may have been in the lab of an earlier demo.
func (p *page) put(b *bolt.Batch) error {
	if p.later && !p.written {
		if err := remove(b, p.e.Key); err != nil {
			return err
		}
	}
	if err := p.run.put(b); err != nil || p.chapter == nil {
		return err
	}
	return p.chapter.put(b)
}

// saved notes that the lab has it.
func (p *page) saved() {
	p.changed, p.whole, p.written = false, false, true
	if p.chapter != nil {
		p.known, p.waiting = true, nil
	}
}

// put writes a chapter.
func (c *chapter) put(b *bolt.Batch) error {
	if c.first {
		if err := b.PutProfiles(c.key, c.profiles); err != nil {
			return err
		}
	}
	if c.log != "" {
		if err := b.AppendLog(c.key, c.log); err != nil {
			return err
		}
	}
	var talk []model.Message
	var answers []model.Answer
	var metrics []model.Metric
	for i := range c.scenes {
		s := &c.scenes[i]
		err := errors.Join(b.PutFrame(c.key, s.frame), b.PutPrompt(c.key, s.prompt))
		if err != nil {
			return err
		}
		talk = append(talk, s.messages...)
		answers = append(answers, s.answers...)
		metrics = append(metrics, s.metrics...)
	}
	return errors.Join(b.PutMessages(c.key, talk), b.PutAnswers(c.key, answers), b.PutMetrics(c.key, joined(metrics)))
}

// joined makes one series of all with the same key.
func joined(all []model.Metric) (out []model.Metric) {
	for _, m := range all {
		i := slices.IndexFunc(out, func(o model.Metric) bool { return o.Key == m.Key })
		if i < 0 {
			out = append(out, m)
			continue
		}
		out[i].Points = append(out[i].Points, m.Points...)
	}
	return out
}

// profiles is who there is.
func (p *people) profiles() []model.Profile {
	all := make([]model.Profile, 0, p.population())
	for id := range int64(p.citizens) {
		c := p.meet(id + 1)
		all = append(all, c.profile())
	}
	for n := range institutions(p.citizens) {
		all = append(all, p.chartered(n))
	}
	return all
}

// passed is a step that was made before the start.
func (r *run) passed(i int64) made {
	at := r.pastEnd.Add(-time.Duration(r.past-1-i) * r.pace).Truncate(time.Microsecond)
	return made{i, at.Add(-r.pace), at}
}

// Recall writes what all agents did before the start, in batches of a bounded size: the
// newest run that is running comes first. The advance, which may be nil, counts steps. Its
// caller should have claimed the lab, and called Begin.
func (s *Society) Recall(ctx context.Context, store *bolt.Store, adv model.Advance) error {
	total := s.forgotten()
	for left := total; left > 0; left = s.forgotten() {
		if err := s.recall(ctx, store); err != nil {
			return err
		}
		if adv != nil {
			adv(total-s.forgotten(), total)
		}
	}
	return nil
}

// forgotten is how many steps of the past wait to be written. A run that made none, but has
// a log, counts as one.
func (s *Society) forgotten() (n int64) {
	for _, r := range s.untold {
		n += max(r.past-r.told, 1)
	}
	return n
}

// recall writes one portion of the past.
func (s *Society) recall(ctx context.Context, store *bolt.Store) error {
	if len(s.untold) == 0 {
		return nil
	}
	r := s.untold[0]
	p := page{r, r.chapter()}
	n := min(r.past-r.told, int64(max(portion/r.people.population(), 1)))
	for i := r.told; i < r.told+n; i++ {
		p.chapter.add(r, r.passed(i))
	}
	if err := store.Update(ctx, p.put); err != nil {
		return err
	}
	p.saved()
	if r.told += n; r.told >= r.past {
		s.untold = s.untold[1:]
	}
	return nil
}

// remember is the runs that have a past, in the order in which it is written.
func remember(runs []*run) []*run {
	untold := slices.DeleteFunc(slices.Clone(runs), func(r *run) bool {
		return r.people == nil || (r.past == 0 && r.e.Status == model.NotStarted)
	})
	slices.SortStableFunc(untold, func(a, b *run) int {
		running, other := a.e.Status == model.Running, b.e.Status == model.Running
		return cmp.Or(b2i(other)-b2i(running), b.e.Created.Compare(a.e.Created))
	})
	return untold
}
