package model

import (
	"context"
	"net/url"
	"strings"
	"time"

	"societop/model/text"
)

// Liveness says whether new data can arrive from a source: an endpoint that answers is live, a
// lab file is while a recorder is at work whose own source is live. The zero Liveness is live.
type Liveness struct {
	AsOf time.Time // up to which wall time the source knows what happened; zero while live
	Why  text.Text // why nothing newer arrives, in a few words: "no recorder"; empty while live
}

// Live reports whether new data can arrive.
func (l Liveness) Live() bool { return l.AsOf.IsZero() && l.Why.Empty() }

// Why nothing newer arrives in a lab file that nobody records into.
const (
	NoRecorder = "no recorder"
	Imported   = "imported"
)

// Unattended reports whether the source is a lab file that nobody records into: what it does not
// have by now does not come by itself.
func (l Liveness) Unattended() bool { return l.Why.Raw() == NoRecorder || l.Why.Raw() == Imported }

// MarshalText writes a liveness on one line of ASCII, as it travels in a header and in files:
// the time in RFC 3339, then the reason, escaped as in URLs. Live is the empty text.
func (l Liveness) MarshalText() ([]byte, error) {
	if l.Live() {
		return nil, nil
	}
	return []byte(l.AsOf.UTC().Format(time.RFC3339) + " " + url.QueryEscape(l.Why.Raw())), nil
}

// UnmarshalText reads what MarshalText has written. It fails on anything else.
func (l *Liveness) UnmarshalText(s []byte) error {
	*l = Liveness{}
	if len(s) == 0 {
		return nil
	}
	at, why, _ := strings.Cut(string(s), " ")
	asOf, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return err
	}
	raw, err := url.QueryUnescape(why)
	if err != nil {
		return err
	}
	*l = Liveness{asOf.UTC(), text.Clean(raw)}
	return nil
}

// AsOfHeader is the header in which societop's own endpoint says with each answer that its source
// is not live: a Liveness as text. Without it, an endpoint is live.
const AsOfHeader = "Societop-As-Of"

// ServerName is the product that societop's own endpoint names in the header Server.
const ServerName = "societop"

// Lively is a Source that says whether it is live without being read.
type Lively interface {
	// Liveness says so as Changes does. It fails with the errors of every reading.
	Liveness(ctx context.Context) (Liveness, error)
}

// Listener is a Source that knows, without asking, whether it owes an answer for too long.
type Listener interface {
	// Silent reports whether nothing was heard of the source for longer than a caller that reads
	// it at an interval waits, though it was asked.
	Silent(interval time.Duration) bool
}
