package rundir

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/storage/rundir/run"
	"societop/storage/rundir/runfile"
)

// How often what is looked at, at most.
const (
	rescanEvery = 3 * time.Second  // for new runs
	endedEvery  = 30 * time.Second // at runs that have ended
	lostEvery   = 10 * time.Second // at runs that are lost
	deepEvery   = 10 * time.Second // at the logs of runs that go on, and that nobody looks at
)

// How many runs are read at once as far as it takes longer, that is with their logs: at the first
// reading, and at each later one, but for those that are looked at.
const (
	firstDeep = 64
	moreDeep  = 16
)

// update brings what is known of the runs up to date. Only one goroutine at a time may use it.
type update struct {
	source  *Source
	tree    tree
	configs configs
	entries map[model.Key]*entry
	scanned time.Time
	scans   uint64
	many    int // how many runs may still be looked at with their many files
}

func newUpdate(s *Source) update {
	return update{
		source: s, tree: tree{root: s.path}, configs: configs{plans: map[string]*plan.Steps{}},
		entries: map[model.Key]*entry{},
	}
}

// run looks at what is due.
func (u *update) run(ctx context.Context, b model.Budget) error {
	now := u.source.now()
	if u.scans == 0 || b.Fresh || now.Sub(u.scanned) >= rescanEvery || now.Before(u.scanned) {
		if err := u.scan(ctx, now); err != nil {
			return err
		}
	}
	if u.source.empty() {
		return &model.Error{Op: "open", Address: u.source.path, Err: model.ErrNoRuns, Detail: LookedFor}
	}
	l := looking{update: u, now: now, fresh: b.Fresh, watched: map[model.Key]bool{}, deep: moreDeep}
	for _, k := range b.Watched {
		l.watched[k] = true
	}
	if u.scans == 1 {
		l.deep = firstDeep
	}
	u.many = manyAtOnce
	for _, e := range u.ordered() {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.at(ctx, e)
	}
	return nil
}

// looking is one look at all runs.
type looking struct {
	*update
	now     time.Time
	fresh   bool // the user asks for it
	watched map[model.Key]bool
	deep    int // how many others may still be read with their logs
}

// at looks at a run if it is due.
func (l *looking) at(ctx context.Context, e *entry) {
	watched := l.watched[e.key]
	wanted := watched || l.fresh || !l.now.Before(e.looks.due)
	if !wanted && (e.looks.deep || l.deep == 0) {
		return
	}
	if l.vanishing(e) {
		return
	}
	e.look(ctx, &l.configs, l.now)
	if e.wantsDeep(watched || l.fresh, l.now) && (watched || l.deep > 0) {
		if !watched {
			l.deep--
		}
		e.dig(ctx, l.now, watched)
		e.findConfigs(&l.configs, l.now)
	}
	l.publish(e, l.now)
}

// vanishing reports whether a run lost its pid.json just now, or its whole directory. That says nothing of
// how it goes: somebody is deleting it, or is to run it again. What is known of it stays until the next
// scan, which is made soon.
func (u *update) vanishing(e *entry) bool {
	if e.facts == nil && !e.data || runfile.StampOf(e.files.pid.path) != (runfile.Stamp{}) {
		e.looks.vanished = time.Time{}
		return false
	}
	now := u.source.now()
	if e.looks.vanished.IsZero() {
		e.looks.vanished = now
	}
	_, err := os.Stat(e.dir)
	if err == nil && (e.facts == nil || now.Sub(e.looks.vanished) > tornAtMost) {
		return false
	}
	if f := u.tree.folders[e.dir]; f != nil {
		f.read, f.changed = time.Time{}, time.Time{}
	}
	u.scanned = time.Time{}
	return true
}

// ordered is the runs by name.
func (u *update) ordered() []*entry {
	all := make([]*entry, 0, len(u.entries))
	for _, e := range u.entries {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *entry) int { return strings.Compare(a.name, b.name) })
	return all
}

// wantsDeep reports whether the logs are to be read.
func (e *entry) wantsDeep(watched bool, now time.Time) bool {
	return !e.looks.deep || watched || e.says() != e.looks.said || !e.summary.Status.Ended() && now.Sub(e.looks.deepAt) >= deepEvery
}

// scan looks for runs.
func (u *update) scan(ctx context.Context, now time.Time) error {
	places, err := u.tree.scan(ctx, now)
	if err != nil {
		return err
	}
	u.scanned = now
	u.scans++
	for _, p := range places {
		k := model.Key{ID: ID(p.dir)}
		e := u.entries[k]
		if e == nil {
			e = newEntry(p)
			u.entries[k] = e
		}
		e.seen, e.place = u.scans, p
	}
	s := u.source
	s.mu.Lock()
	defer s.mu.Unlock()
	s.had = s.had || len(places) > 0
	for k, e := range u.entries {
		if e.seen != u.scans {
			delete(u.entries, k)
			s.journal.Remove(k)
		}
	}
	s.trouble = u.told()
	return nil
}

// LookedFor is what makes a directory a run.
const LookedFor = "looked for pid.json, SOCIETY.json, replay/_schema.json, a sqlite.db of version 2, init/ with a config, and steps.yaml with init_config.json, in it and in 4 levels of directories below"

// empty reports whether there never was a run.
func (s *Source) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.had
}

// told is what the last scan could not do.
func (u *update) told() error {
	switch {
	case u.tree.trouble != nil:
		return &model.Error{Op: "read", Address: u.source.path, Err: model.ErrUnreadable, Detail: u.tree.trouble.Error()}
	case len(u.entries) == 0:
		return &model.Error{Op: "read", Address: u.source.path, Err: model.ErrNoRuns, Detail: LookedFor}
	}
	return nil
}

// publish judges a run, and lets others know.
func (u *update) publish(e *entry, now time.Time) {
	s := u.source
	v := s.judge(e, now)
	e.summary = e.summarize(v, now)
	switch v.status {
	case model.Running, model.NotStarted:
		e.looks.due = now
	case model.Lost:
		e.looks.due = now.Add(lostEvery)
	default:
		e.looks.due = now.Add(endedEvery)
	}
	facts := run.Facts{ID: e.key.ID, Status: v.status, Plan: e.summary.Plan, Epoch: e.summary.Dir.Epoch, Done: e.summary.Dir.Done, InitConfig: e.files.config.path, Steps: e.files.steps.path, Started: e.startTime()}
	s.mu.Lock()
	defer s.mu.Unlock()
	known, _ := s.journal.Put(e.summary)
	known.facts, known.dir = facts, e.dir
}

// startTime is when the run was started, if it says so with a zone.
func (e *entry) startTime() time.Time {
	if e.facts == nil {
		return time.Time{}
	}
	t, zoned := wall(e.facts.Start)
	if !zoned {
		return time.Time{}
	}
	return t
}
