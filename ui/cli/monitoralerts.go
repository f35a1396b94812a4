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
	"societop/ui/config"
)

// teller brings what the monitor reads to the command and the webhook of the configuration, as watch
// does with what it reads itself.
type teller struct {
	w       *watcher
	answers chan answer
	gone    chan struct{} // closed when nobody takes answers any more

	listed  bool // a whole list has begun to come: what came before is of a part
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

// tellers tell by the alerts of the configuration, as it is at the time.
type tellers struct {
	env     *Env
	src     model.Source
	tenants []string
	noState bool

	turn sync.Mutex // while one teller takes the place of another
	mu   sync.Mutex
	ctx  context.Context // nil: none may tell yet
	now  *teller         // nil: there is nothing to tell by
	stop context.CancelFunc
	over chan struct{} // closed when the one that was started has ended
	of   alertSettings
	said []text.Text
}

// alertSettings are the values that tellers depend on.
type alertSettings struct{ command, webhook, webhookFile, events, state string }

func alertSettingsOf(l *config.Layers) alertSettings {
	s := alertSettings{l.Get("alerts.exec").Text, l.Get("alerts.webhook").Text, l.Get("alerts.webhook_file").Text, l.Get("alerts.events").Text, l.Get("alerts.state").Text}
	if s.webhook != "" {
		s.webhookFile = ""
	}
	return s
}

// wanted reports whether there is anything to tell by.
func (s alertSettings) wanted() bool {
	return s.command != "" || s.webhook != "" || s.webhookFile != ""
}

// tellAlerts prepares o for the alerts of the configuration, also if that changes. What it returns tells
// them until ctx is done.
func tellAlerts(e *Env, o *ui.Options, tenants []string, noState bool) func(ctx context.Context) {
	t := &tellers{env: e, src: o.Source, tenants: tenants, noState: noState}
	t.begin(&e.conf.layers)
	o.Heard, o.Reconfigured, o.Errors = t.heard, t.follow, t.now != nil
	return t.run
}

// begin makes a teller by a configuration, if that wants one.
func (m *tellers) begin(l *config.Layers) {
	of := alertSettingsOf(l)
	t, err := newTeller(m, l, of)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of, m.now = of, t; err != nil {
		m.said = append(m.said, text.Clean("nothing is told by the alerts of the configuration: "+why(err)))
	}
}

// follow tells by another configuration from now on. It reports whether the whole list is needed for
// that.
func (m *tellers) follow(l config.Layers) (relist bool) {
	m.turn.Lock()
	defer m.turn.Unlock()
	if alertSettingsOf(&l) == m.of {
		return false
	}
	m.end()
	m.begin(&l)
	m.start()
	return m.now != nil
}

// start lets the teller begin, unless it is too early or too late.
func (m *tellers) start() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ctx == nil || m.now == nil {
		return
	}
	ctx, stop := context.WithCancel(m.ctx)
	t, over := m.now, make(chan struct{})
	m.stop, m.over = stop, over
	go func() {
		defer close(over)
		t.run(ctx)
	}()
}

// end ends the teller, and waits for that.
func (m *tellers) end() {
	m.mu.Lock()
	stop, over := m.stop, m.over
	m.stop, m.over, m.now = nil, nil, nil
	m.mu.Unlock()
	if stop != nil {
		stop()
		<-over
	}
}

// run lets tellers tell until ctx is done.
func (m *tellers) run(ctx context.Context) {
	m.turn.Lock()
	m.mu.Lock()
	m.ctx = ctx
	m.mu.Unlock()
	m.start()
	m.turn.Unlock()
	<-ctx.Done()
	m.turn.Lock()
	defer m.turn.Unlock()
	m.end()
}

// heard hands on an answer of the source, and returns what there is to say.
func (m *tellers) heard(c model.Changes, err error) (said []text.Text) {
	m.mu.Lock()
	t := m.now
	said, m.said = m.said, nil
	m.mu.Unlock()
	if t != nil {
		said = append(said, t.heard(c, err)...)
	}
	return said
}

// newTeller returns a teller; nil if the configuration wants none, or where it can't be obeyed.
func newTeller(m *tellers, l *config.Layers, of alertSettings) (*teller, error) {
	if !of.wanted() {
		return nil, nil
	}
	a := alerts{command: of.command, webhook: of.webhook, webhookFile: of.webhookFile, noState: m.noState}
	if !m.noState {
		a.state = of.state
	}
	t := &teller{answers: make(chan answer), gone: make(chan struct{})}
	quiet := *m.env
	quiet.Err, quiet.conf.layers = sayer{t}, *l
	t.w = &watcher{env: &quiet, out: bufio.NewWriter(io.Discard), tenants: m.tenants, alerts: a}
	err := errors.Join(t.w.alerts.choose(&quiet, &t.w.events), t.w.alerts.check(&quiet))
	if err == nil {
		t.resumed, err = t.w.begin(m.src, sourceName(m.src))
	}
	if err != nil {
		return nil, err
	}
	mute := quiet // the monitor says the rest by itself
	mute.Err = io.Discard
	t.w.env, t.w.witness.env = &mute, &mute
	return t, nil
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
	if t.listed = t.listed || a.err == nil && a.changes.First; a.err == nil && !t.listed {
		return
	}
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
