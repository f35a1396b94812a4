package rundir

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/journal"
	"societop/storage/rundir/proc"
	"societop/storage/rundir/run"
)

// Options are how a source judges its runs. The zero Options are the usual ones.
type Options struct {
	LostAfter time.Duration                          // without a write; 0: DefaultLostAfter
	Now       func() time.Time                       // nil: time.Now
	Process   func(pid int64, dir string) proc.State // nil: proc.Look
}

// Source is a directory as a source. Its methods may be called from any goroutine.
type Source struct {
	path      string
	lostAfter time.Duration
	now       func() time.Time
	process   func(pid int64, dir string) proc.State
	pool      *run.Pool

	turn   chan struct{} // held by the update under way
	update update        // of who holds the turn

	mu      sync.Mutex
	journal *journal.Journal[*known]
	had     bool   // there was a run
	listed  bool   // the directory has been read once
	begun   uint64 // updates
	fine    uint64 // the last one that did not fail
	trouble error
}

// known is what is known of a run.
type known struct {
	journal.Row
	facts run.Facts
	dir   string
}

var (
	_ model.Source      = (*Source)(nil)
	_ model.Finder      = (*Source)(nil)
	_ model.BatchReader = (*Source)(nil)
	_ model.Lively      = (*Source)(nil)
)

// New is the source of a directory, which need not be there. It reads nothing.
func New(path string, o Options) *Source {
	s := &Source{
		path: path, lostAfter: o.LostAfter, now: o.Now, process: o.Process,
		turn: make(chan struct{}, 1), journal: journal.New(func() *known { return new(known) }),
	}
	if s.lostAfter <= 0 {
		s.lostAfter = DefaultLostAfter
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.process == nil {
		s.process = proc.Look
	}
	s.update, s.pool = newUpdate(s), run.NewPool(s.now)
	return s
}

// Info tells what the source is.
func (s *Source) Info() model.Info {
	return model.Info{Kind: model.RunDirectory, Address: text.Clean(s.path), Local: true, Attends: true}
}

// closing is how long Close waits for an update: a file system may hang.
const closing = time.Second

// Close ends what is under way.
func (s *Source) Close() error {
	timer := time.NewTimer(closing)
	defer timer.Stop()
	select {
	case s.turn <- struct{}{}: // for ever
	case <-timer.C:
	}
	s.pool.Close()
	return nil
}

// Liveness says that new data can arrive. It fails where the directory can't be read.
func (s *Source) Liveness(ctx context.Context) (model.Liveness, error) {
	return model.Liveness{}, s.refresh(ctx, model.Budget{})
}

// Changes reads what has changed since a cursor.
func (s *Source) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	s.mu.Lock()
	at := s.journal.Place(since)
	s.mu.Unlock()
	if at.Need == 0 {
		if err := s.refresh(ctx, b); err != nil {
			return model.Changes{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return model.Changes{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at = s.journal.Place(since)
	ch := s.journal.Page(&at, b)
	if at.Need = 0; ch.More {
		at.Need = 1 // what was read is read on first
	}
	ch.Next, ch.Trouble = s.journal.Cursor(at), s.trouble
	return ch, nil
}

// refresh brings what is known up to date, once the update under way has ended. One that begins while
// this waits serves it, too.
func (s *Source) refresh(ctx context.Context, b model.Budget) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	need := s.begun + 1
	s.mu.Unlock()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	s.mu.Lock()
	served := s.fine >= need && !b.Fresh
	if !served {
		s.begun++
	}
	number := s.begun
	s.mu.Unlock()
	if served {
		<-s.turn
		return nil
	}
	done := make(chan error, 1)
	go func() { // a file system may hang
		defer func() { <-s.turn }()
		err := model.Guard(func() error { return s.update.run(ctx, b) })
		if err == nil {
			s.mu.Lock()
			s.fine, s.listed = number, true
			s.mu.Unlock()
		}
		done <- err
	}()
	select {
	case err := <-done:
		return s.explain(err)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// explain is what an error of the root directory means.
func (s *Source) explain(err error) error {
	var e *model.Error
	switch {
	case err == nil, errors.As(err, &e), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return &model.Error{Op: "open", Address: s.path, Err: model.ErrNoLab}
	}
	return &model.Error{Op: "read", Address: s.path, Err: model.ErrUnreadable, Detail: err.Error()}
}

// first reads the directory if that was not done yet.
func (s *Source) first(ctx context.Context) error {
	s.mu.Lock()
	listed := s.listed
	s.mu.Unlock()
	if listed {
		return nil
	}
	return s.refresh(ctx, model.Budget{})
}

// Experiment reads one experiment whole.
func (s *Source) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	if err := s.refresh(ctx, model.Budget{Watched: []model.Key{k}}); err != nil {
		return model.Experiment{}, err
	}
	return s.whole(k)
}

// known is what is known of a run, if there is one.
func (s *Source) known(k model.Key) (found known, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.journal.Get(k); e != nil {
		return *e, true
	}
	return found, false
}

// whole is an experiment as it is known, with its config.
func (s *Source) whole(k model.Key) (model.Experiment, error) {
	known, ok := s.known(k)
	if !ok {
		return model.Experiment{}, s.none(k)
	}
	config, err := run.Config(known.facts.Steps, known.facts.InitConfig)
	if err != nil {
		config = ""
	}
	return model.Experiment{Summary: known.Summary, Config: text.CleanLines(config)}, nil
}

func (s *Source) none(k model.Key) error {
	return &model.Error{Op: "read", Address: s.path, Err: model.ErrNoExperiment, Detail: k.ID.String()}
}

// Experiments reads some experiments whole.
func (s *Source) Experiments(ctx context.Context, keys []model.Key) (all []model.Experiment, err error) {
	if err := s.refresh(ctx, model.Budget{Watched: keys}); err != nil {
		return nil, err
	}
	for _, k := range keys {
		e, err := s.whole(k)
		if errors.Is(err, model.ErrNoExperiment) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if all = append(all, e); ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	return all, nil
}

// Find reads the experiment of an id.
func (s *Source) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	return s.Experiment(ctx, model.Key{ID: id})
}

// RunData is what the directory of a run has in addition to its summary.
func (s *Source) RunData(k model.Key) model.RunData {
	known, ok := s.known(k)
	if !ok && s.first(context.Background()) == nil {
		known, ok = s.known(k)
	}
	if !ok {
		return model.NoRunData{Err: s.none(k)}
	}
	return s.pool.Open(known.dir, func() run.Facts { return s.factsOf(k) })
}

// factsOf is what is known of a run at this moment.
func (s *Source) factsOf(k model.Key) run.Facts {
	if known, ok := s.known(k); ok {
		return known.facts
	}
	return run.Facts{Err: s.none(k), Done: -1}
}
