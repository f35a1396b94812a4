package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"societop/model/text"
	"societop/ui/alert"
	"societop/ui/event"

	"github.com/spf13/pflag"
)

// alerts are the ways in which watch tells events to people who don't read its output.
type alerts struct {
	command, webhook, webhookFile string
	calls
	state   string
	noState bool
	events  eventSet // that alerts are of, in addition to what the watcher is asked for

	screen  io.Writer // for the bell and the desktop; nil for neither
	tmux    bool
	book    *alert.State // nil: nothing is remembered or told
	desk    *alert.Desk
	pending []alert.Alert
	away    event.Absences // as it was written last
	seen    time.Time      // when the source was read last
	written time.Time
}

// wanted reports whether anything but lines is to come of events.
func (a *alerts) wanted() bool { return a.command != "" || a.webhook != "" || a.screen != nil }

// calls are the ways in which a terminal calls its user.
type calls struct {
	bell    bool
	desktop string // a protocol; empty for none
}

func (c *calls) addFlags(flags *pflag.FlagSet, when string) {
	flags.BoolVar(&c.bell, "bell", false, "ring the terminal's bell "+when)
	flags.StringVar(&c.desktop, "desktop", "", "notify the desktop "+when+", through the terminal, by OSC 9, 777 or 99; without a value by the one it probably knows")
	flags.Lookup("desktop").NoOptDefVal = "auto"
}

// check completes the flags. It fails for a protocol that does not exist.
func (c *calls) check(e *Env) error {
	if c.desktop == "auto" {
		c.desktop = alert.ProtocolOf(e.getenv)
	}
	if c.desktop != "" && !slices.Contains(alert.Protocols, c.desktop) {
		return usagef("--desktop is one of %s, or nothing for what the terminal probably knows", strings.Join(alert.Protocols, ", "))
	}
	return nil
}

func (a *alerts) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&a.command, "exec", "", "run this `command` of the shell for each event, with its data in the environment and as JSON on standard input")
	flags.StringVar(&a.webhook, "webhook", "", "post each event as JSON to this `URL`")
	flags.StringVar(&a.webhookFile, "webhook-file", "", "read the URL of the webhook from this file, so that no list of processes shows it")
	a.calls.addFlags(flags, "at each event")
	flags.StringVar(&a.state, "state", "", "remember in this file what was told, instead of one in $XDG_STATE_HOME/societop")
	flags.BoolVar(&a.noState, "no-state", false, "do not remember what was told")
}

// choose takes the events that alerts are of from the configuration, unless the watcher is asked for
// some.
func (a *alerts) choose(e *Env, asked *eventSet) error {
	v := e.conf.layers.Get("alerts.events")
	if len(asked.names) > 0 || !v.Given() {
		return nil
	}
	return a.events.Set(v.Text)
}

// check completes the flags. It fails where they can't be obeyed.
func (a *alerts) check(e *Env) error {
	if a.webhookFile != "" {
		raw, err := readAtMost(a.webhookFile, maxToken)
		switch {
		case a.webhook != "":
			return usagef("give either --webhook or --webhook-file")
		case err != nil:
			return usagef("the file of --webhook-file can't be read: %v", err)
		}
		if a.webhook = strings.TrimSpace(raw); a.webhook == "" {
			return usagef("the file of --webhook-file is empty")
		}
	}
	if a.webhook != "" {
		if _, err := alert.NewWebhook(a.webhook, e.getenv); err != nil {
			return usagef("the URL of --webhook %v", err)
		}
	}
	if a.state != "" && a.noState {
		return usagef("give either --state or --no-state")
	}
	return a.checkScreen(e)
}

// checkScreen finds the terminal for the bell and the desktop. It fails where there is none.
func (a *alerts) checkScreen(e *Env) error {
	if err := a.calls.check(e); err != nil {
		return err
	}
	if a.bell || a.desktop != "" {
		switch {
		case e.screen(e.Err):
			a.screen = e.Err
		case e.screen(e.Out):
			a.screen = e.Out
		case e.conf.given["bell"] || e.conf.given["desktop"]:
			return usagef("--bell and --desktop need a terminal")
		default: // the configuration is for terminals, too
			a.bell, a.desktop = false, ""
		}
		a.tmux = e.getenv("TMUX") != ""
	}
	return nil
}

// open opens the state and the channels. memory is what a former watch knew of the source; nil for
// none.
func (a *alerts) open(e *Env, source string, w *watcher) (memory *event.Memory, err error) {
	if a.command == "" && a.webhook == "" && a.state == "" {
		return nil, nil
	}
	a.book = alert.NoState()
	if path, of, ok := a.file(e, source, w); ok {
		a.book, memory, err = alert.OpenState(path, of, e.tell)
		if aside := path + ".bad"; errors.Is(err, alert.ErrNotState) && a.state == "" && os.Rename(path, aside) == nil {
			e.tell("the state file " + path + " was none of watch; it is now " + aside + ", and what happened until now is not told")
			a.book, memory, err = alert.OpenState(path, of, e.tell)
		}
		if err != nil {
			return nil, err
		}
	} else if !a.noState {
		e.tell("neither XDG_STATE_HOME nor HOME is set, so nothing is remembered; give --state a file")
	}
	var channels []alert.Channel
	if a.command != "" {
		channels = append(channels, &alert.Exec{Command: a.command, Environ: e.Environ, Tell: e.tell})
	}
	if a.webhook != "" {
		hook, err := alert.NewWebhook(a.webhook, e.getenv)
		if err != nil {
			return nil, err
		}
		channels = append(channels, hook)
	}
	a.desk = alert.Open(a.book, channels, e.Now, e.tell)
	if memory != nil {
		a.seen, a.away = memory.Seen, memory.Away
	}
	return memory, nil
}

// file is the state file, and what it is the state of. ok is false if there is none.
func (a *alerts) file(e *Env, source string, w *watcher) (path, of string, ok bool) {
	about := []string{source}
	about = append(about, slices.Sorted(slices.Values(w.tenants))...)
	if a.state != "" { // all else may be changed
		return a.state, digest(about), true
	}
	dir, ok := e.dataDir("XDG_STATE_HOME", ".local", "state")
	names := slices.Compact(slices.Sorted(slices.Values(append(w.events.names, a.events.names...))))
	of = digest(append(about, "filter", w.filter, "events", strings.Join(names, ","), "exec", a.command, "webhook", a.webhook))
	return filepath.Join(dir, "watch-"+of[:16]+".json"), of, ok && !a.noState
}

// digest is a name made of texts of which some are secret.
func digest(parts []string) string {
	sum := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(sum, "%d:%s,", len(p), p) // a hash never fails
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// add prepares the alert of an event, and shows it on the screen.
func (a *alerts) add(e *event.Event, source text.Text, sentence string, at time.Time, object []byte) {
	if !a.events.has(e.Name) {
		return
	}
	if a.bell && a.screen != nil {
		_, _ = io.WriteString(a.screen, "\a") // a terminal that is gone ends the program elsewhere
	}
	if a.desktop != "" && a.screen != nil {
		_, _ = io.WriteString(a.screen, alert.Notification(a.desktop, "societop: "+e.Name, sentence, a.tmux))
	}
	if a.desk == nil || len(a.desk.Names()) == 0 {
		return
	}
	one := alert.Alert{
		ID: e.ID, At: at, Event: e.Name, Source: source.String(), Text: sentence, JSON: slices.Clone(object), Left: a.desk.Names(), From: e.From,
	}
	if !e.OfSource() {
		one.Run, one.Name, one.Status = e.Run.ID.String(), e.Run.Name.String(), e.Run.Status.String()
	}
	a.pending = append(a.pending, one)
}

// settle writes down what is known of the source, and lets the channels tell what is new. moves
// says that how far runs are has to be known, too.
func (a *alerts) settle(g *event.Engine, moves bool, now time.Time) {
	if a.book == nil {
		return
	}
	runs, gone := g.Notes(moves)
	e := alert.NewEntry(a.seen, g.Away(), runs, gone, a.pending)
	if !e.Quiet() || !maps.Equal(g.Away(), a.away) || now.Sub(a.written) >= time.Minute {
		a.book.Commit(e, g.All)
		a.away, a.written = g.Away(), now
	}
	for _, one := range a.pending {
		a.desk.Put(one)
	}
	a.pending = nil
}

// close ends the channels.
func (a *alerts) close() {
	if a.book != nil {
		a.desk.Close()
		a.book.Close()
	}
}
