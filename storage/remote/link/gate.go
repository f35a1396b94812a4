package link

import (
	"context"
	"sync"
)

// gate holds requests back while the server is at work on something that stops all else.
type gate struct {
	mu    sync.Mutex
	shut  int           // how many hold it shut
	opens chan struct{} // closed when it opens; nil while it is open
}

// hold shuts the gate until it is released.
func (g *gate) hold() (release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut++; g.shut == 1 {
		g.opens = make(chan struct{})
	}
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.shut--; g.shut == 0 {
			close(g.opens)
			g.opens = nil
		}
	})
}

// held returns what is closed when the gate opens; nil while it is open.
func (g *gate) held() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.opens
}

// pass waits until the gate is open, or ctx has ended.
func (g *gate) pass(ctx context.Context) error {
	for opens := g.held(); opens != nil; opens = g.held() {
		select {
		case <-opens:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
