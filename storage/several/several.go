package several

import (
	"context"
	"strings"
	"sync"
	"time"

	"societop/model"
	"societop/model/text"
)

// Part is one of the sources.
type Part struct {
	Name     model.SourceName // as in Key.Source; no two are the same
	Info     model.Info
	Interval time.Duration // the least between two readings, whatever a caller wants; 0: none
	// Open opens it. It is called until it has not failed, each time in a goroutine of its own.
	Open func(ctx context.Context) (model.Source, error)
	// Now is the clock by which it is read; nil is time.Now.
	Now func() time.Time
}

// Source is several sources as one. Its methods may be called from any goroutine.
type Source struct {
	parts []*part
	life  context.Context
	end   context.CancelFunc

	mu     sync.Mutex
	table  table
	rounds uint64        // of readings that were begun
	errors bool          // a caller wants the errors of experiments
	moved  chan struct{} // closed, and made again, when anything has changed

	reads sync.WaitGroup
}

var (
	_ model.Source      = (*Source)(nil)
	_ model.Finder      = (*Source)(nil)
	_ model.BatchReader = (*Source)(nil)
	_ model.Surveyor    = (*Source)(nil)
	_ model.Lively      = (*Source)(nil)
	_ model.Listener    = (*Source)(nil)
	_ model.Joined      = (*Source)(nil)
	_ model.Controller  = (*Source)(nil)
)

// Join makes one source of several. It opens them, and waits for that for openTime at the most: those
// that take longer are opened while the others are read. It fails with the errors of wrong usage.
func Join(ctx context.Context, parts []Part) (*Source, error) {
	life, end := context.WithCancel(context.Background())
	s := &Source{life: life, end: end, table: newTable(), moved: make(chan struct{})}
	for i, p := range parts {
		if p.Now == nil {
			p.Now = time.Now
		}
		s.parts = append(s.parts, &part{Part: p, at: i, opening: make(chan struct{}, 1), reading: reading{total: -1}, inner: map[model.SourceName]model.SourceName{}})
	}
	if err := s.open(ctx); err != nil {
		_ = s.Close() // what was opened was never used
		return nil, err
	}
	return s, nil
}

// Info names the sources.
func (s *Source) Info() model.Info {
	var names, warnings []string
	guarded := false
	for _, p := range s.parts {
		info := p.info()
		guarded = guarded || info.Guarded
		names = append(names, info.Address.Raw())
		if !info.Warning.Empty() {
			warnings = append(warnings, info.Warning.Raw())
		}
	}
	return model.Info{
		Kind: "several sources", Address: text.Clean(strings.Join(names, ", ")), Warning: text.Clean(strings.Join(warnings, "; ")), Guarded: guarded,
	}
}

// closeTime is how long Close waits for sources that hang.
const closeTime = time.Second

// Close ends what is under way and closes the sources. It does not wait long for one that hangs.
func (s *Source) Close() error {
	s.end()
	closed := make(chan error, 1)
	go func() {
		s.reads.Wait()
		var errs []error
		for _, p := range s.parts {
			if src := p.source(); src != nil {
				errs = append(errs, src.Close())
			}
		}
		closed <- joinErrors(errs)
	}()
	patience := time.NewTimer(closeTime)
	defer patience.Stop()
	select {
	case err := <-closed:
		return err
	case <-patience.C:
		return nil
	}
}

// moves wakes up who waits for news. It needs the lock.
func (s *Source) moves() {
	close(s.moved)
	s.moved = make(chan struct{})
}

// part returns the part that has the experiments of a source, and the source as the part itself names
// it; nil where there is none.
func (s *Source) part(name model.SourceName) (p *part, inner model.SourceName) {
	raw := name.Raw()
	for _, q := range s.parts {
		own := q.Name.Raw()
		switch {
		case q.Name == name:
			return q, model.SourceName{}
		case strings.HasPrefix(raw, own+"/") && (p == nil || len(own) > len(p.Name.Raw())):
			p, inner = q, model.NewSourceName(raw[len(own)+1:])
		}
	}
	return p, inner
}

// route returns the source that has an experiment, and the key that it knows it by. It fails with
// ErrNoExperiment where no source has the name, and with what opening the source failed with.
func (s *Source) route(k model.Key) (model.Source, model.Key, error) {
	p, inner := s.part(k.Source)
	if p == nil {
		return nil, k, &model.Error{Op: "read", Address: k.ID.String(), Err: model.ErrNoExperiment}
	}
	k.Source = inner
	src, err := p.opened()
	return src, k, err
}
