package find

import (
	"context"
	"regexp"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/search"
)

// pageHits is the most hits of one message.
const pageHits = 200

// start returns the command that searches the source. The first hit comes at once, and others in
// messages of as many as there are by then.
func (p *Panel) start(ctx context.Context, re *regexp.Regexp) tea.Cmd {
	w := &work{number: p.found.number, hits: make(chan search.Hit, pageHits), ended: make(chan Msg, 1), ctx: ctx}
	s := search.Search{Pattern: re, Now: p.c.Now, Note: func(err error) { w.note = model.Explain(err).String() }}
	src := p.c.Source
	return func() tea.Msg {
		go w.run(&s, src)
		return w.next()
	}
}

// work is a search that goes on.
type work struct {
	ctx    context.Context
	number int
	hits   chan search.Hit
	ended  chan Msg
	note   string // written before ended is sent
}

// run searches until there are enough hits.
func (w *work) run(s *search.Search, src model.Source) {
	n := 0
	err := model.Guard(func() error {
		return s.Run(w.ctx, src, func(h search.Hit) bool {
			select {
			case w.hits <- h:
				n++
			case <-w.ctx.Done():
				return false
			}
			return n < maxHits
		})
	})
	msg := Msg{number: w.number, done: true, note: w.note}
	if err != nil && w.ctx.Err() == nil {
		msg.failure = model.Explain(err).String()
	}
	w.ended <- msg
	close(w.hits)
}

// next waits for a hit, and takes all that are there by then.
func (w *work) next() tea.Msg {
	h, ok := <-w.hits
	if !ok {
		return <-w.ended
	}
	msg := Msg{number: w.number, hits: []search.Hit{h}, next: func() tea.Msg { return w.next() }}
	for len(msg.hits) < pageHits {
		select {
		case h, ok := <-w.hits:
			if !ok {
				return msg
			}
			msg.hits = append(msg.hits, h)
			continue
		default:
		}
		break
	}
	return msg
}
