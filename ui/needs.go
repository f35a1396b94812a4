package ui

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/pane"
)

// need is something that panes can want of an experiment, and how it is read.
type need struct {
	what  string // its name in a sentence
	many  bool   // the name is a plural
	sure  bool   // none says why in any case
	none  string // said where the source has lost it or never had it; empty: what the error says
	grows bool   // a run adds to it while it is under way
	read  func(ctx context.Context, src model.Source, k model.Key) (show func(*pane.View), err error)
	part  *part // of those that are read of one agent, or of one moment: how
	// behind tells whether what was read of a run that grows lacks something; nil: that is not
	// known before it is read again.
	behind func(v *pane.View) bool
	// take takes over what was read; nil: the detail's view does.
	take func(d *detail, of subject, v pane.View)
}

// needs is all that panes can want. A new need is one line here.
var needs = map[pane.Need]need{
	pane.NeedWhole:      {what: "config", read: readWhole},
	pane.NeedTimeline:   {what: "timeline", grows: true, read: readTimeline, behind: timelineBehind, take: takeTimeline, none: "This experiment has no timeline here: what its agents did was not kept."},
	pane.NeedProfiles:   {what: "agents", many: true, grows: true, read: readProfiles, behind: profilesBehind, none: "This experiment has no agents here: they were not kept, or are gone."},
	pane.NeedFrame:      {what: "status of the agents", grows: true, part: &framePart, behind: frameBehind, take: takeFrame},
	pane.NeedHistory:    {what: "history of the agent", grows: true, part: &historyPart},
	pane.NeedTalk:       {what: "talk of the agent", grows: true, part: &talkPart, none: noTalk},
	pane.NeedAnswers:    {what: "answers of the agent", many: true, grows: true, part: &answersPart, none: noAnswers},
	pane.NeedAllTalk:    {what: "talk of the agents", grows: true, part: &allTalkPart, take: takeAllTalk, none: noTalk},
	pane.NeedAllAnswers: {what: "answers of the agents", many: true, grows: true, part: &allAnswersPart, take: takeAllAnswers, none: noAnswers},
	pane.NeedSurveys:    {what: "questionnaires", many: true, read: readSurveys, none: "This source keeps no questionnaires: surveys have their ids for names."},
	pane.NeedLog: {
		what: "log", grows: true, read: readLog, sure: true,
		none: "This experiment has no log here: it was not started from the web page, or its log is gone.",
	},
	pane.NeedMetrics: {
		what: "metrics", many: true, grows: true, read: readMetrics,
		none: "This experiment has no metrics here: they were not kept, or are gone.",
	},
}

// noAnswers is said where answers are missing.
const noAnswers = "This experiment has no answers here: they were not kept, or are gone."

// logBudget is how much of a log is kept.
var logBudget = model.LogBudget{Lines: 5000, Bytes: 1 << 20}

// minRest is the least time from one read of a need to the next that nobody asked for, and
// restShare how many times as long as the read took that time is.
const (
	minRest   = 5 * time.Second
	restShare = 10
)

// noTalk is said where a source has lost what agents said, or never had it.
const noTalk = "This experiment has no talk here: what its agents said was not kept, or is gone."

// gone is said of everything of an experiment that has vanished.
const gone = "This experiment is gone from the source; its last data is shown."

// readWhole reads config, error and outline. The list may know the experiment newer.
func readWhole(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	e, err := src.Experiment(ctx, k)
	if err != nil {
		return nil, err
	}
	outline := plan.ReadOutline(e.Config.Raw())
	e.Config = plan.MaskSecrets(e.Config)
	return func(v *pane.View) {
		if known := v.Experiment.Summary; known.Updated.After(e.Updated) {
			known.Error = e.Error
			e.Summary = known
		}
		v.Experiment, v.Outline = e, outline
	}, nil
}

// readLog reads the end of the log.
func readLog(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	log, err := src.RunData(k).Log(ctx, logBudget)
	return func(v *pane.View) { v.Log = log }, err
}

// readMetrics reads the measured series.
func readMetrics(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	all, err := src.RunData(k).Metrics(ctx)
	return func(v *pane.View) { v.Metrics = all }, err
}

// reading is how far the reading of one need of the shown experiment is.
type reading struct {
	of       subject   // what is wanted of a need that has parts
	wanted   bool      // to be read as soon as may be: for the first time, because of a change, or by hand
	done     bool      // it has been read
	number   int       // of the read that is under way; 0: none is
	began    time.Time // when it, or the last one, was begun
	cancel   context.CancelFunc
	failures int // in a row
	trouble  text.Text
	final    bool      // trying again by itself is of no use
	next     time.Time // not read by itself before
}

// reading is how far a need of the shown experiment is.
func (d *detail) reading(n pane.Need) *reading {
	r := d.readings[n]
	if r == nil {
		r = &reading{wanted: true, cancel: func() {}}
		if p := needs[n].part; p != nil {
			r.of = p.of(d)
		}
		d.readings[n] = r
	}
	return r
}

// forget gives up all that is being read, and what is known of it.
func (d *detail) forget() {
	for _, r := range d.readings {
		r.cancel()
	}
	d.readings = map[pane.Need]*reading{}
}

// outdate wants everything read again that has been read before.
func (d *detail) outdate() {
	for _, r := range d.readings {
		r.wanted = true
	}
	d.frames = newFrames()
	d.gathering.restart()
	d.aim()
}

// retry lets what could not be read be tried again without a rest.
func (d *detail) retry() {
	for _, r := range d.readings {
		if r.failures > 0 {
			r.next = time.Time{}
		}
	}
}

// pane is the one on the screen.
func (d *detail) pane() pane.Pane { return d.panes[d.active] }

// have tells whether what the pane wants of a need is in the view.
func (d *detail) have(n pane.Need, r *reading) bool {
	if p := needs[n].part; p != nil && p.shown != nil {
		return p.shown(d)
	}
	return r.done
}

// tell writes into the view how far what the pane wants is read. While the source itself is
// away the header says so, and nothing of what was read need say it again.
func (d *detail) tell(away bool) {
	for _, n := range d.pane().Needs() {
		r := d.reading(n)
		trouble := r.trouble
		switch {
		case d.gone:
			trouble = text.Clean(gone)
		case away && d.have(n, r):
			trouble = text.Text{}
		}
		d.view.Tell(n, d.have(n, r), trouble)
	}
}

// readNeeds begins to read what the pane on the screen wants, as far as it is time for it.
// Nothing is read while the selection or the pane still changes, while the source itself is
// away, or of an experiment that is gone.
func (a *App) readNeeds() tea.Cmd {
	d := &a.detail
	if !d.shown || d.gone || a.moving || a.failure != nil || !a.detailVisible() {
		return nil
	}
	var cmds []tea.Cmd
	for _, n := range d.pane().Needs() {
		r := d.reading(n)
		if a.due(n, r) {
			cmds = append(cmds, a.readNeed(n, r, r.of))
		} else if ahead, ok := d.early(n, r); ok {
			cmds = append(cmds, a.readNeed(n, r, ahead))
		}
	}
	return tea.Batch(cmds...)
}

// due tells whether it is time to read a need.
func (a *App) due(n pane.Need, r *reading) bool {
	switch {
	case r.number != 0 || (needs[n].part != nil && !r.of.known):
		return false
	case r.wanted:
		return true
	case a.options.Now().Before(r.next):
		return false
	case r.failures > 0:
		return !r.final
	}
	v := &a.detail.view
	if !needs[n].grows || v.Experiment.Status != model.Running || a.paused || a.interval <= 0 {
		return false
	}
	return needs[n].behind == nil || needs[n].behind(v)
}

// rest is the time from the last read of a need to the next that nobody asked for. What is
// known to lack something is waited for less long.
func (a *App) rest(n pane.Need, r *reading) time.Duration {
	rest := max(a.interval, restShare*a.options.Now().Sub(r.began))
	if needs[n].behind == nil {
		rest = max(rest, minRest)
	}
	return rest
}

// readNeed reads one need of the shown experiment. Its cancel ends it before its time.
func (a *App) readNeed(n pane.Need, r *reading, of subject) tea.Cmd {
	a.detail.reads++
	msg := needMsg{need: n, number: a.detail.reads, of: of}
	ctx, cancel := context.WithTimeout(a.ctx, readTime)
	r.wanted, r.number, r.began, r.cancel = r.wanted && of != r.of, msg.number, a.options.Now(), cancel
	src, key := a.options.Source, a.detail.key
	return func() tea.Msg {
		defer cancel()
		msg.show, msg.err = needs[n].ask(ctx, src, key, of)
		return msg
	}
}

// onNeed takes over what was read, unless the detail shows another experiment by now. What
// was read of another part than the one that is wanted by now may still be kept.
func (a *App) onNeed(msg needMsg) tea.Cmd {
	r := a.detail.readings[msg.need]
	if r == nil || r.number != msg.number {
		return nil
	}
	r.number = 0
	if strings.HasSuffix(a.notice, pane.Reading) { // which is why a key did nothing
		a.notice = ""
	}
	rest := a.rest(msg.need, r)
	switch {
	case msg.err != nil && (msg.of == r.of || needs[msg.need].take != nil):
		a.onNeedFailed(msg, r, rest)
	case msg.err == nil:
		a.detail.take(msg)
		if msg.of == r.of {
			*r = reading{of: r.of, wanted: r.wanted, done: true, cancel: r.cancel, began: r.began, next: r.began.Add(rest)}
		}
	}
	a.touch()
	a.refreshPane()
	return a.readNeeds()
}

// onNeedFailed keeps what was read, says why it is not newer, and plans a retry.
func (a *App) onNeedFailed(msg needMsg, r *reading, rest time.Duration) {
	r.failures++
	r.final = errors.Is(msg.err, model.ErrNotOffered)
	r.next = a.options.Now().Add(model.Backoff(msg.err, r.failures, rest, maxRetry))
	if r.done && errors.Is(msg.err, model.ErrNoExperiment) {
		return // the next tick says so
	}
	r.trouble = a.complaint(needs[msg.need], msg.err)
}

// complaint is why a need can't be read, for people.
func (a *App) complaint(n need, err error) text.Text {
	switch {
	case errors.Is(err, model.ErrNotOffered):
		where := "server"
		if info := a.options.Source.Info(); info.Local {
			where = info.Kind
		}
		return text.Clean(n.subject() + " " + n.verb() + " not offered by this " + where + ".")
	case errors.Is(err, model.ErrNotStarted):
		return text.Clean("There " + n.verb() + " no " + n.what + " yet: the experiment has not started.")
	case errors.Is(err, model.ErrNotRecorded) && a.liveness.Unattended():
		return text.Clean(n.subject() + " " + n.past() + " not recorded.")
	case errors.Is(err, model.ErrNotRecorded):
		return text.Clean(n.subject() + " " + n.verb() + " not recorded yet.")
	case errors.Is(err, model.ErrNoData) && n.none != "" && (n.sure || detailOf(err) == ""):
		return text.Clean(n.none)
	case errors.Is(err, context.DeadlineExceeded):
		return text.Clean(n.subject() + " took too long to read.")
	}
	return text.Clean(n.subject() + " can't be read: " + why(err) + ".")
}

// why is a reason for people who look at one pane: more than the header has room for.
func why(err error) string {
	detail := detailOf(err)
	switch {
	case detail == "":
	case errors.Is(err, model.ErrNoData):
		return detail
	case errors.Is(err, model.ErrAnswer):
		return "the server's answer can't be used, " + detail
	}
	return model.Reason(err).String()
}

// detailOf is what a source says beside the kind of an error.
func detailOf(err error) string {
	var e *model.Error
	if errors.As(err, &e) {
		return e.Detail
	}
	return ""
}

// subject is the need as the subject of a sentence.
func (n need) subject() string { return "The " + n.what }

// verb is "is", or "are" of several things.
func (n need) verb() string {
	if n.many {
		return "are"
	}
	return "is"
}

// past is "was", or "were" of several things.
func (n need) past() string {
	if n.many {
		return "were"
	}
	return "was"
}
