package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui"
	"societop/ui/alert"
)

// teller brings what the monitor reads to the command and the webhook of the configuration, as watch
// does with what it reads itself.
type teller struct {
	w       *watcher
	answers chan answer
	gone    chan struct{} // closed when nobody takes answers any more

	reading bool // between the first and the last page
	opened  bool // a listing has come in
	resumed bool // a former one has told of the source
	trouble error

	mu   sync.Mutex
	said []text.Text
}

// answer is what a source has answered.
type answer struct {
	changes model.Changes
	err     error
}

// tellAlerts prepares o for the alerts of the configuration, where it has a command or a webhook. What
// it returns tells them until ctx is done.
func tellAlerts(e *Env, o *ui.Options, tenants []string, noState bool) func(ctx context.Context) {
	l := &e.conf.layers
	a := alerts{command: l.Get("alerts.exec").Text, webhook: l.Get("alerts.webhook").Text, webhookFile: l.Get("alerts.webhook_file").Text, noState: noState}
	if !noState {
		a.state = l.Get("alerts.state").Text
	}
	if a.webhook != "" {
		a.webhookFile = ""
	}
	if a.command == "" && a.webhook == "" && a.webhookFile == "" {
		return func(context.Context) {}
	}
	t := &teller{answers: make(chan answer), gone: make(chan struct{})}
	quiet := *e
	quiet.Err = sayer{t}
	t.w = &watcher{env: &quiet, out: bufio.NewWriter(io.Discard), tenants: tenants, alerts: a}
	err := errors.Join(t.w.alerts.choose(e, &t.w.events), t.w.alerts.check(&quiet))
	if err == nil {
		t.resumed, err = t.w.begin(o.Source, sourceName(o.Source))
	}
	if err != nil {
		o.Warning = warnings(o.Warning, text.Clean("nothing is told by the alerts of the configuration: "+why(err)))
		return func(context.Context) {}
	}
	mute := *e // the monitor says the rest by itself
	mute.Err = io.Discard
	t.w.env, t.w.witness.env = &mute, &mute
	o.Heard = t.heard
	return t.run
}

// why is what is wrong with alerts.
func why(err error) string {
	if errors.Is(err, alert.ErrInUse) {
		return "another societop tells of this source"
	}
	return model.Explain(err).String()
}

// sayer takes messages, which the monitor shows.
type sayer struct{ *teller }

// Write takes lines.
func (s sayer) Write(lines []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range strings.Lines(string(lines)) {
		s.said = append(s.said, text.Clean(strings.TrimPrefix(strings.TrimSpace(line), "societop: ")))
	}
	return len(lines), nil
}

// heard hands on an answer of the source, and returns what there is to say.
func (t *teller) heard(c model.Changes, err error) (said []text.Text) {
	select {
	case t.answers <- answer{c, err}:
	case <-t.gone:
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	said, t.said = t.said, nil
	return said
}

// run tells what follows from the answers until ctx is done.
func (t *teller) run(ctx context.Context) {
	defer t.w.alerts.close()
	defer close(t.gone)
	for {
		lost := time.NewTimer(time.Hour)
		if d, ok := t.w.engine.UntilLost(t.w.env.Now()); ok {
			lost.Reset(max(d, 0))
		}
		select {
		case <-ctx.Done():
			lost.Stop()
			return
		case a := <-t.answers:
			t.take(ctx, a)
		case <-lost.C:
			t.w.take(t.w.engine.Wake(t.w.env.Now()))
			t.w.settle()
		}
		lost.Stop()
	}
}

// take tells what follows from an answer.
func (t *teller) take(ctx context.Context, a answer) {
	w := t.w
	if a.err != nil {
		t.reading = false
		w.feed.lab.Lost(w.feed.now())
		if t.opened || t.resumed {
			w.see(a.err, false)
			w.settle()
		}
		return
	}
	w.feed.setClock(a.changes.Clock)
	if !t.reading {
		t.reading, t.trouble = true, nil
		w.begun()
	}
	if a.changes.Trouble != nil {
		t.trouble = a.changes.Trouble
	}
	if w.page(a.changes); a.changes.More {
		return
	}
	t.reading = false
	w.ended(ctx, t.trouble)
	w.see(nil, !t.opened)
	t.opened = true
	w.settle()
}
