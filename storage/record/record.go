package record

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
)

// Record copies a source into the lab file at a path, which is made where there is none
// once the source has answered, until ctx is done; with RecordOptions.Once, until all that there is has been copied. A
// source that goes away is told of once and asked again until it is back, unless it never
// answered.
//
// It fails with ErrRecorder where another records into the lab, with ErrFull where the disk
// is full or the file as large as it may be, with the errors of the first reading, and with
// those of writing a lab.
func Record(ctx context.Context, src model.Source, lab string, o model.RecordOptions, tell model.RecordObserver) (err error) {
	store := bolt.Open(lab, bolt.Options{Write: true})
	defer func() { err = errors.Join(err, store.Close()) }()
	d := newDesk(src, labFile{store: store, path: lab}, o, tell)
	for _, r := range d.all {
		if itself(r.src.Info(), lab) {
			return &model.Error{Op: "record", Address: lab, Err: model.ErrUsage, Detail: "a lab file can't be recorded into itself"}
		}
	}
	if err := answers(ctx, d); err != nil {
		return err
	}
	d.resume(ctx, store)
	if d.claim, err = store.Claim("record "+src.Info().Address.String(), d.state()); err != nil {
		return err
	}
	d.listen()
	defer func() { err = errors.Join(err, d.end(ctx)) }()
	for _, r := range d.all {
		if err := r.begin(ctx); err != nil {
			return err
		}
	}
	return d.run(ctx)
}

// answers fails where a source is a lab file that can't be read: then none is made for what
// would be recorded of it. A server may begin later.
func answers(ctx context.Context, d *desk) error {
	src := d.all[0].src
	if d.several() || !src.Info().Local {
		return nil
	}
	_, err := src.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1})
	if errors.Is(err, model.ErrLocked) {
		return nil
	}
	return err
}

// itself reports whether a source is the lab file at a path.
func itself(src model.Info, lab string) bool {
	if !src.Local {
		return false
	}
	a, errA := os.Stat(src.Address.Raw())
	b, errB := os.Stat(lab)
	return src.Address.Raw() == lab || (errA == nil && errB == nil && os.SameFile(a, b))
}

// recorder is one recording.
type recorder struct {
	src     model.Source
	desk    *desk
	lab     labFile
	options model.RecordOptions
	tell    model.RecordObserver

	cursor   model.Cursor
	listed   bool                        // all experiments have been looked at once
	known    map[model.Key]model.Summary // what the lab has, as the source tells it
	deferred deferred
	runs     schedule
	surveys  time.Time // when the questionnaires are read next
	progress model.RecordProgress

	outage outage
	source model.Liveness // by its last answer
	heard  time.Time      // up to when the lab knows the source; zero: never
}

// labFile is the lab file that is recorded into.
type labFile struct {
	store   *bolt.Store
	path    string
	started time.Time
	length  int64         // of the file at the start
	writing time.Duration // spent on it
	at      int           // of its recorder in the desk
}

// deferred is the experiments that the source could not give out.
type deferred struct {
	all   map[model.Key]model.Summary
	tried time.Time // when they were asked for last
}

// outage is what is wrong with the source, or with the lab file.
type outage struct {
	failures int    // in a row
	locked   bool   // they are of the lab file, not of the source
	err      error  // the last of them; nil while the source answers
	trouble  string // what was last said of a source that answers
	partly   bool   // it answers in part
}

// lasts reports whether the source is away.
func (o *outage) lasts() bool { return o.failures > 0 }

func newRecorder(src model.Source, lab labFile, o model.RecordOptions, tell model.RecordObserver) *recorder {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &recorder{
		src: src, lab: lab, options: o, tell: tell, known: map[model.Key]model.Summary{},
		deferred: deferred{all: map[model.Key]model.Summary{}}, runs: schedule{tracks: map[model.Key]*track{}},
	}
}

// make makes the lab file where there is none, and migrates one of an older version.
func (r *recorder) make(ctx context.Context) error {
	return r.lab.store.Update(ctx, func(*bolt.Batch) error { return nil })
}

// begin reads what the lab file has. Where there is none, it is made once the source has answered.
func (r *recorder) begin(ctx context.Context) error {
	r.lab.started = r.options.Now()
	if _, err := os.Lstat(r.lab.path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := r.make(ctx); err != nil {
		return err
	}
	err := r.lab.store.Upgrade(ctx, func() { r.tell.Say(text.Clean(r.lab.path+" is brought up to the schema of this version"), false) })
	if err != nil {
		return err
	}
	for since := (model.Cursor{}); ; {
		ch, err := r.lab.store.Changes(ctx, since, model.Budget{Rows: pageRows, Errors: true})
		if err != nil {
			return err
		}
		for _, s := range ch.Put {
			if r.records(s.Key) {
				r.known[s.Key] = s
			}
		}
		if since = ch.Next; !ch.More {
			break
		}
	}
	r.lab.length = r.size()
	return nil
}

// name is the name of one of several sources.
func (r *recorder) name() model.SourceName { return r.desk.names[r.lab.at] }

// records reports whether an experiment in the lab is of the source.
func (r *recorder) records(k model.Key) bool {
	return !r.desk.several() || k.Source == r.name() || strings.HasPrefix(k.Source.Raw(), r.name().Raw()+"/")
}

// ofSource reports whether an error is one of the source, and not of the lab file or of the recording.
func (r *recorder) ofSource(err error) bool {
	var e *model.Error
	return errors.As(err, &e) && e.Address != r.lab.path
}

// run looks at the source at every tick, and reads the runs meanwhile.
func (r *recorder) run(ctx context.Context) error {
	for {
		begun := r.options.Now()
		wait := r.options.Interval
		err := r.tick(ctx)
		if err != nil && r.final(err) {
			return err
		}
		if err != nil {
			wait = r.failed(err)
		} else {
			r.recovered()
		}
		if err = r.readRuns(ctx, begun.Add(wait)); err != nil {
			return err
		}
		if r.options.Once && !r.outage.lasts() {
			return r.incomplete()
		}
		if err := model.Sleep(ctx, begun.Add(wait).Sub(r.options.Now())); err != nil {
			return err
		}
	}
}

// final reports whether an error of the source ends the recording. One of several sources may begin to
// answer later than the others, but not all.
func (r *recorder) final(err error) bool {
	never := r.cursor == (model.Cursor{})
	if never && r.desk.several() && !r.options.Once && r.transient(err) {
		return r.desk.refuses(r.lab.at, err)
	}
	return never || !r.transient(err)
}

// incomplete is ErrIncomplete where the source could not give out all that it has.
func (r *recorder) incomplete() error {
	now, missing := r.options.Now(), len(r.deferred.all)
	for _, t := range r.runs.tracks {
		if t.incomplete(now) {
			missing++
		}
	}
	if missing == 0 && !r.outage.partly {
		return nil
	}
	why := fmt.Sprintf("%s could not give out all of %d experiments", r.src.Info().Address, missing)
	if missing == 0 {
		why = r.outage.trouble
	}
	return &model.Error{Op: "record", Address: r.lab.path, Err: model.ErrIncomplete, Detail: why}
}

// transient reports whether an error is one that passes: the source may come back, and a lab file be
// unlocked.
func (r *recorder) transient(err error) bool {
	for _, kind := range []error{model.ErrUnreachable, model.ErrServer, model.ErrAnswer, model.ErrNotEndpoint, model.ErrUnauthorized, model.ErrForbidden} {
		if errors.Is(err, kind) {
			return true
		}
	}
	if errors.Is(err, model.ErrLocked) || (r.desk.several() && r.ofSource(err)) {
		return true // either lab file: what was not written is read again
	}
	var e *model.Error // a lab file as the source may be away for a moment
	return errors.As(err, &e) && e.Address != r.lab.path && errors.Is(err, model.ErrNoLab)
}

// longestRest is the longest time after which a source that is away is asked again.
const longestRest = 20 * time.Second

// failed says once that the source is away, or the lab file locked, and returns how long to wait.
func (r *recorder) failed(err error) time.Duration {
	if r.outage.failures++; r.outage.failures == 1 {
		var e *model.Error
		again := "; it is asked again"
		if r.outage.locked = errors.As(err, &e) && e.Address == r.lab.path; r.outage.locked {
			again = "; it is tried again"
		}
		r.tell.Say(text.Clean(model.Explain(err).String()+again), true)
	}
	r.outage.err = err
	r.signal()
	return model.Backoff(err, r.outage.failures, min(r.options.Interval, time.Second), longestRest)
}

// recovered says that the source is back.
func (r *recorder) recovered() {
	if r.outage.failures > 0 {
		back := r.src.Info().Address.String() + " answers again"
		if r.outage.locked {
			back = r.lab.path + " can be written again"
		}
		r.tell.Say(text.Clean(back), false)
		r.outage.failures, r.outage.err = 0, nil
		for _, t := range r.runs.tracks {
			t.doubt = true // who knows what became of them
		}
		r.signal()
	}
}

// size is the length of the lab file; 0 where it can't be known.
func (r *recorder) size() int64 {
	info, err := os.Stat(r.lab.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// update writes a batch, and holds the file to its bound.
func (r *recorder) update(ctx context.Context, fn func(*bolt.Batch) error) error {
	begun := r.options.Now()
	err := r.lab.store.Update(ctx, func(b *bolt.Batch) error {
		if !r.heard.IsZero() {
			b.SetAsOf(r.asOf())
		}
		for i, name := range r.desk.names { // of the others it is only said that they are there
			l := model.Liveness{Why: text.Clean(model.NoRecorder)}
			if i == r.lab.at {
				l = r.asOf()
			}
			bolt.SetSource(b, name, l)
		}
		return fn(b)
	})
	if err != nil {
		return err
	}
	r.lab.writing += r.options.Now().Sub(begun)
	r.signal()
	p := &r.progress
	p.Bytes = r.size()
	p.BytesPerDay = r.growth(p.Bytes)
	r.tell.Progress(*p)
	if most := r.options.MaxBytes; most > 0 && p.Bytes > most {
		return &model.Error{Op: "record", Address: r.lab.path, Err: model.ErrFull, Detail: fmt.Sprintf("the lab file has %d bytes of at most %d", p.Bytes, most)}
	}
	return nil
}
