package alert

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"societop/model/text"
)

// Alert is an event that is to be told.
type Alert struct {
	ID     string          `json:"id"` // the event's
	At     time.Time       `json:"at"`
	Event  string          `json:"event"`
	Source string          `json:"source"`
	Run    string          `json:"run,omitempty"` // the experiment's id; empty for an event of a source
	Name   string          `json:"name,omitempty"`
	Status string          `json:"status,omitempty"`
	From   string          `json:"from,omitempty"`
	Text   string          `json:"text"` // the event in one line
	JSON   json.RawMessage `json:"json"`

	// Left are the channels that have not told it, and Starts how often its command was started.
	Left   []string `json:"left"`
	Starts int      `json:"starts,omitempty"`
}

// about names an alert in a message.
func (a *Alert) about() string {
	return "the event " + a.Event + " of " + line(cmp.Or(a.Name, a.Run, a.Source))
}

// environ is the alert as variables. They hold one clean line each.
func (a *Alert) environ() []string {
	return []string{
		"SOCIETOP_EVENT=" + line(a.Event),
		"SOCIETOP_EVENT_ID=" + line(a.ID),
		"SOCIETOP_SOURCE=" + line(a.Source),
		"SOCIETOP_ID=" + line(a.Run),
		"SOCIETOP_NAME=" + line(a.Name),
		"SOCIETOP_STATUS=" + line(a.Status),
		"SOCIETOP_FROM=" + line(a.From),
		"SOCIETOP_AT=" + a.At.UTC().Format(time.RFC3339),
		"SOCIETOP_TEXT=" + line(a.Text),
	}
}

// line is a text as one clean line of at most 4 KB.
func line(s string) string { return text.Clean(s).String() }

// Channel is a way to tell alerts.
type Channel interface {
	// Name is what the channel is called in the state file and in messages.
	Name() string
	// AtOnce is how many alerts it tells at the same time; with 1 their order is kept.
	AtOnce() int
	// Send tells one. It calls started when it can't be taken back. again says that it was not told,
	// and is worth another try.
	Send(ctx context.Context, a *Alert, started func()) (again bool, err error)
}

// without is an environment without the variables that are societop's own, of which some are
// secrets, and without the password of a database.
func without(environ []string) (rest []string) {
	for _, v := range environ {
		key, _, _ := strings.Cut(v, "=")
		if key = strings.ToUpper(key); !strings.HasPrefix(key, "SOCIETOP_") && key != "PGPASSWORD" {
			rest = append(rest, v)
		}
	}
	return rest
}

// output keeps the beginning of what a command prints.
type output struct {
	kept bytes.Buffer
	more int64
}

// How much of it is kept, and of that shown.
const (
	maxOutput = 8 << 10
	maxLines  = 20
	maxLine   = 512
)

// Write keeps what there is room for.
func (o *output) Write(p []byte) (int, error) {
	n := min(len(p), maxOutput-o.kept.Len())
	_, _ = o.kept.Write(p[:n]) // never fails
	o.more += int64(len(p) - n)
	return len(p), nil
}

// lines are the clean lines of the output, and a last one if there was more.
func (o *output) lines() []string {
	var all []string
	for l := range strings.Lines(o.kept.String()) {
		if l = line(strings.TrimRight(l, "\r\n")); l == "" {
			continue
		}
		if len(all) == maxLines {
			return append(all, "… and more lines")
		}
		all = append(all, text.Clip(l, maxLine))
	}
	if o.more > 0 {
		all = append(all, fmt.Sprintf("… and %d bytes more", o.more))
	}
	return all
}
