package model

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model/text"
)

// Source is where experiments come from: a lab file or an endpoint. Its answers are domain
// data, cleaned; its errors wrap the sentinels of this package. All methods may be called
// from any goroutine, and return soon after ctx is done.
type Source interface {
	// Info tells what the source is. It reads nothing and can't fail.
	Info() Info
	// Changes reads what has changed since a cursor, at most a budget of it. With the zero
	// Cursor it reads everything, page by page.
	Changes(ctx context.Context, since Cursor, b Budget) (Changes, error)
	// Experiment reads one experiment whole, with its config and its error. It fails with
	// ErrNoExperiment where there is none.
	Experiment(ctx context.Context, k Key) (Experiment, error)
	// RunData is what the source has of one experiment in addition to its summary. It reads nothing.
	RunData(k Key) RunData
	// Close frees what the source holds. No other method may be called after it.
	Close() error
}

// Info is what a source is.
type Info struct {
	Kind    string    // "lab file", "run directory", "endpoint" or "ssh"
	Address text.Text // the path or the URL, without secrets
	Local   bool      // a file on this machine
	Attends bool      // of what is looked at, by Budget.Watched, it knows more than of the rest
	Warning text.Text // what its user should know before relying on it, in one sentence; mostly empty
	Guarded bool      // it was opened with a token or a password: who may not have that may not be served what it has
}

// RunDirectory is the kind of a source that is a directory of AgentSociety 2.
const RunDirectory = "run directory"

// Cursor is a place in a source's history of changes. It is opaque, comes from Changes.Next
// and means something only to the source that gave it. The zero Cursor means "from the
// start". Cursors are comparable with ==.
type Cursor struct {
	token string
}

// NewCursor makes a cursor of a source's own token.
func NewCursor(token string) Cursor { return Cursor{token} }

// Token is what the cursor was made of.
func (c Cursor) Token() string { return c.token }

// Budget bounds one reading. The source stops at whichever comes first and says More; a
// zero field bounds nothing.
type Budget struct {
	Rows   int           // summaries
	Time   time.Duration // of work; waiting for a lock does not count
	Errors bool          // fill Summary.Error, which costs more to read
	Fresh  bool          // the user asks: look now at what would be looked at later

	// What the reading is for, as far as a source that must be spared may want to know it.
	Interval time.Duration // from one reading to the next; 0: it is not known
	Watched  []Key         // what is looked at now, the most important first
	Record   bool          // nobody looks: all that runs is of the same importance
}

// Changes is one answer of a source: what to put into the lab, in order.
type Changes struct {
	// First marks the first page of a full listing. It ends with the page that has no More;
	// an experiment that was in none of its pages does not exist any more.
	First bool
	// Put holds new and changed experiments.
	Put []Summary
	// Gone holds experiments that were deleted.
	Gone []Key
	// Next is where to go on: at once if More, else at the next tick.
	Next Cursor
	More bool
	// Total is how many experiments the source has, −1 if it does not know.
	Total int
	// Clock is the source's wall time; zero where it is this machine's.
	Clock time.Time
	// Liveness says whether new data can arrive. It may change while no data does, so every
	// answer has it, and an Empty one may bring a new one.
	Liveness Liveness
	// Trouble is what could not be read though the rest could; nil when all is well.
	Trouble error
	// Sources is the state of each source of one that is made of several, in their order; else nil.
	Sources []SourceState
}

// SourceState is the state of one of several sources. Times are this machine's.
type SourceState struct {
	Name     SourceName // as in Key.Source
	Info     Info
	Liveness Liveness      // by its last answer
	Skew     time.Duration // how far its clock is ahead of this machine's
	Trouble  error         // what of it can't be read though the rest can; nil when all is well
	Failure  error         // why it can't be read at all; nil while it answers
	Slow     bool          // the read under way takes too long
	Loaded   bool          // its list has been read to its end
	Answered time.Time     // when it answered last; zero: never
	RetryAt  time.Time     // when it is read again after a failure

	// First marks the first page of a full listing of this source, More that pages of its listing are
	// still to come, as in Changes, whose own First and More are those of all sources together: the
	// experiments of this source that were in none of the pages don't exist any more. A source whose
	// deletions are told in Gone sets neither.
	First, More bool
}

// Joined is a Source that is made of several. The keys of its experiments name their source.
type Joined interface {
	Source
	// Names returns the names of the sources, in their order.
	Names() []SourceName
	// Only returns one of the sources, or of those that it is made of, by its name: a Source of the
	// same keys, which reads nothing of the others, and need not be closed. It is nil where there is
	// no such source.
	Only(name SourceName) Source
}

// Part returns the source of the experiments of one of several, by its name: a lab file that recorded
// several has them all. A source that is not made of several is its only part.
func Part(src Source, name SourceName) Source {
	if joined, ok := src.(Joined); ok {
		if part := joined.Only(name); part != nil {
			return part
		}
	}
	return src
}

// Empty reports whether the answer holds no change.
func (c *Changes) Empty() bool { return len(c.Put) == 0 && len(c.Gone) == 0 && !c.First && !c.More }

// SourceSpec is a source to open.
type SourceSpec struct {
	Name    string // in the configuration; empty: it is derived from the address where one is needed
	Address string
	Access  Access
	// Interval is the least time between two readings, whatever the user wants of the others; 0: none.
	// It counts only where there are several sources.
	Interval time.Duration
}

// Access is what opening a source may need in addition to its address.
type Access struct {
	Token         Secret           // for an endpoint that wants one; sent only to that endpoint
	User          string           // for an endpoint that wants a password instead; empty: as ~/.netrc says
	CAFile        string           // PEM certificates to trust in addition to the system's; empty: none
	Environ       []string         // "KEY=value"; HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, NETRC, HOME, SOCIETOP_PASSWORD and those of PostgreSQL count
	RemoteCommand string           // the command that is run on another machine; empty: "societop stdio"
	Write         bool             // allow what changes the source (see Controller)
	Now           func() time.Time // the clock by which an endpoint is polled; nil is time.Now
	LostAfter     time.Duration    // how long a run directory may be silent before its run is lost; 0: as usual
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

// Finder is a source that can read an experiment by its id, without its tenant.
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
	Believed *int          // how many runs the server believes to be running; nil: it is not known
}

// Find reads an experiment of a source by its id: of several that pass keep, which may be nil, as a
// Finder does. It reads the list where there is no other way. It fails with ErrNoExperiment where
// there is none.
func Find(ctx context.Context, src Source, id uuid.UUID, keep func(Key) bool) (Experiment, error) {
	if finder, ok := src.(Finder); ok && keep == nil {
		return finder.Find(ctx, id)
	}
	var all []Key
	for since, more := (Cursor{}), true; more; {
		ch, err := src.Changes(ctx, since, Budget{Rows: 10_000})
		if err != nil {
			return Experiment{}, err
		}
		for i := range ch.Put {
			if k := ch.Put[i].Key; k.ID == id && (keep == nil || keep(k)) {
				all = append(all, k)
			}
		}
		since, more = ch.Next, ch.More
	}
	if err := Ambiguous(id, all); err != nil {
		return Experiment{}, err
	}
	return src.Experiment(ctx, FirstTenant(all))
}

// Ambiguous is an ErrNoExperiment where there is none of an id, and an ErrAmbiguous that names the
// sources where several sources have one.
func Ambiguous(id uuid.UUID, all []Key) error {
	if len(all) == 0 {
		return &Error{Op: "find", Address: id.String(), Err: ErrNoExperiment}
	}
	var sources []string
	for _, k := range all {
		if name := k.Source.String(); !slices.Contains(sources, name) {
			sources = append(sources, name)
		}
	}
	if len(sources) < 2 {
		return nil
	}
	return &Error{Op: "find", Address: id.String(), Err: ErrAmbiguous, Detail: "it is in " + strings.Join(sources, ", ")}
}

// FirstTenant is the key of OnlyTenant, else that of the first tenant.
func FirstTenant(all []Key) Key {
	return slices.MinFunc(all, func(a, b Key) int {
		return cmp.Or(rank(a.Tenant.Raw())-rank(b.Tenant.Raw()), a.Compare(b))
	})
}

// ReadExperiments reads those of the keys that exist, in their order, in the way that the source has
// for it. It fails as a BatchReader does.
func ReadExperiments(ctx context.Context, src Source, keys []Key) (all []Experiment, err error) {
	if at, ok := src.(BatchReader); ok {
		return at.Experiments(ctx, keys)
	}
	for _, k := range keys {
		e, err := src.Experiment(ctx, k)
		if err != nil && !errors.Is(err, ErrNoExperiment) {
			return nil, err
		}
		if err == nil {
			all = append(all, e)
		}
	}
	return all, nil
}
