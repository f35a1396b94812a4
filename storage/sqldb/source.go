package sqldb

import (
	"context"
	"sync"
	"time"

	"societop/model"
)

// Source is a database as a source. Its methods may be called from any goroutine.
type Source struct {
	db     Database
	traits Traits
	now    func() time.Time

	life context.Context // ends with the source
	end  context.CancelFunc
	work sync.WaitGroup // what goes on in it

	mu      sync.Mutex
	mirror  mirror
	updates updates
	seen    seen
	moved   chan struct{} // closed, and made again, when the mirror or an update has moved
	runs    runs
}

var (
	_ model.Source      = (*Source)(nil)
	_ model.Finder      = (*Source)(nil)
	_ model.BatchReader = (*Source)(nil)
	_ model.Surveyor    = (*Source)(nil)
	_ model.Lively      = (*Source)(nil)
	_ model.Prober      = (*Source)(nil)
)

// New makes a source of a database, which it closes when it is closed. The clock now says when
// what is read rarely is read again; nil is time.Now.
func New(db Database, now func() time.Time) *Source {
	s := &Source{
		db: db, traits: db.Traits(), now: now,
		mirror: newMirror(), moved: make(chan struct{}), runs: newRuns(),
	}
	if now == nil {
		s.now = time.Now
	}
	s.life, s.end = context.WithCancel(context.Background())
	return s
}

// Info tells what the database is.
func (s *Source) Info() model.Info { return s.db.Info() }

// Liveness says that new data can arrive: a database that can be read is followed. It fails where that
// can't be.
func (s *Source) Liveness(ctx context.Context) (model.Liveness, error) {
	_, err := s.db.Version(ctx)
	return model.Liveness{}, s.explain(err)
}

// Close ends what is under way and closes the database.
func (s *Source) Close() error {
	s.mu.Lock()
	s.end()
	s.mu.Unlock()
	s.work.Wait()
	return s.db.Close()
}

// explain is what an error means. Those that say that the database does not have something stay as
// they are.
func (s *Source) explain(err error) error {
	if err == nil || model.Lacking(err) {
		return err
	}
	return s.db.Explain(err)
}
