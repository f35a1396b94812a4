package model

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model/text"

	"societop/model/plan"
)

// Secret is a text that must never be printed. Whatever writes it, in whatever format,
// writes a mask; only Reveal gives it away.
type Secret struct{ s string }

// NewSecret makes a secret of a text.
func NewSecret(s string) Secret { return Secret{s} }

// Reveal is the text itself. It is for the header of a request, and for taking it out
// of what an answer repeats.
func (s Secret) Reveal() string { return s.s }

// Empty tells whether there is no secret.
func (s Secret) Empty() bool { return s.s == "" }

// String is a mask.
func (s Secret) String() string {
	if s.Empty() {
		return ""
	}
	return plan.Mask
}

// Format writes the mask whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, s.String()) }

// MarshalText is the mask.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Access is what opening a source may need beside its address.
type Access struct {
	Token   Secret           // for an endpoint that wants one; sent to that endpoint alone
	User    string           // for an endpoint that wants a password instead; empty: as ~/.netrc says
	CAFile  string           // PEM certificates to trust beside the system's; empty: none
	Environ []string         // "KEY=value"; HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, NETRC, HOME and SOCIETOP_PASSWORD count
	Now     func() time.Time // the clock by which an endpoint is polled; nil is time.Now
}

// LookupEnv returns the value of a variable in an environment of "KEY=value", the last one that
// is set, and reports whether there is one.
func LookupEnv(environ []string, key string) (value string, set bool) {
	for _, entry := range environ {
		if v, ok := strings.CutPrefix(entry, key+"="); ok {
			value, set = v, true
		}
	}
	return value, set
}

// Getenv returns the value of a variable in an environment, or "" where it is not set.
func Getenv(environ []string, key string) string {
	value, _ := LookupEnv(environ, key)
	return value
}

// OnlyTenant is what AgentSociety's own server calls its only tenant.
const OnlyTenant = "default"

// Finder is a source that can read an experiment by its id alone, without its tenant.
type Finder interface {
	// Find reads one experiment whole: of several that of OnlyTenant, else of the first tenant.
	// It fails with ErrNoExperiment where there is none.
	Find(ctx context.Context, id uuid.UUID) (Experiment, error)
}

// BatchReader is a source that reads several experiments whole in less time than one by one.
type BatchReader interface {
	// Experiments reads those of the keys that exist, in their order, with config and error. It
	// fails as Source.Experiment does, but for ErrNoExperiment.
	Experiments(ctx context.Context, keys []Key) ([]Experiment, error)
}

// Prober is a source that is a server, which can be asked what it is.
type Prober interface {
	// Probe asks the server what it is, and whether it may be read. It fails with the errors of
	// every reading; what it is may be known all the same.
	Probe(ctx context.Context) (EndpointReport, error)
}

// EndpointReport is what is known of an endpoint as a server.
type EndpointReport struct {
	Title    text.Text     // of its API
	Release  text.Text     // of AgentSociety, as far as its routes tell: "1.5 or later"
	Lacks    []text.Text   // the data that it does not offer
	Liveness Liveness      // of what it serves
	Skew     time.Duration // how far its clock is ahead of this machine's
	Took     time.Duration // to answer
	Insecure bool          // a token would travel unencrypted
}
