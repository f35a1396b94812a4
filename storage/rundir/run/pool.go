package run

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// Pool keeps what was read of the runs of one source: of those that were read last. Its methods may
// be called from any goroutine.
type Pool struct {
	now func() time.Time

	mu     sync.Mutex
	runs   map[string]*state // by directory
	turn   uint64            // counts the readings
	closed bool
}

// What a pool keeps of runs that nobody reads: the run that was read last is kept whatever its size.
const (
	mostRuns = 128       // more than a screen has lines
	mostRows = 1_000_000 // of their replays together, at about 130 bytes each
)

// NewPool makes an empty pool, whose clock says when a run was read.
func NewPool(now func() time.Time) *Pool { return &Pool{now: now, runs: map[string]*state{}} }

// Open is the data of a run directory. It reads nothing. facts is asked at each reading, from any
// goroutine. Data of the same directory share what was read.
func (p *Pool) Open(dir string, facts func() Facts) *Data { return &Data{p, dir, facts} }

// Close forgets all that was read. No data of the pool may be read after it.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for dir, s := range p.runs {
		if s.readers == 0 {
			s.close()
			delete(p.runs, dir)
		}
	}
}

// take is the state of a run, which stays until it is given back.
func (p *Pool) take(dir string) *state {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.runs[dir]
	if s == nil {
		s = newState(dir)
		p.runs[dir] = s
	}
	p.turn++
	s.readers++
	s.turn = p.turn
	return s
}

// giveBack ends a reading of a run, which now has so many rows.
func (p *Pool) giveBack(s *state, rows int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.readers--
	s.rows = max(rows, s.rows)
	total := 0
	byTurn := slices.SortedFunc(maps.Values(p.runs), func(a, b *state) int { return cmp.Compare(b.turn, a.turn) })
	for i, s := range byTurn {
		total += s.rows
		if s.readers == 0 && (p.closed || i > 0 && (i >= mostRuns || total > mostRows)) {
			s.close()
			delete(p.runs, s.dir)
		}
	}
}
