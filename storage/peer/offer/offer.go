// Package offer answers the requests of societop's own protocol out of any [model.Source].
//
// [Offer.Answer] makes the answers; package serve sends them. All that it does is reading.
//
//	GET api/societop                     what the server is, and the versions of the protocol
//	GET api/societop/v1/changes          since= rows= errors= fresh=, …
//	GET api/societop/v1/experiment       id= tenant_id= source=; without tenant_id as model.Finder
//	GET api/societop/v1/experiments      key=, repeated
//	GET api/societop/v1/surveys
//	GET api/societop/v1/liveness
//	GET api/societop/v1/experiments/{id}/WHAT    tenant_id= source=
//
// WHAT is one of timeline, steps, profiles, frame, prompt, prompts, metrics, log, logs, talk, answers,
// history, notes, kept, surveys, datasets, rows, activity and health; agent= says of whom talk, answers,
// history and notes are, until= and limit= bound those of all, and file= names a log. Rows of a dataset=
// are chosen by from=, to=, entity=, limit= and newest=; with have= only those of that step and later
// ones are sent, where the former ones stay as they are. Any answer that is not long says only that it
// is the same where same= is the sum of the one that its client has.
//
// An error is an answer with its code, a sentence and a status that is not 200. Changes go on from any
// cursor that the source knows, also after a restart of the server; from another one, everything is
// listed.
package offer

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/peer/wire"
)

// Offer is a source as the protocol gives it out. It is made by New.
type Offer struct {
	src     model.Source
	version string
}

// New makes an offer of a source, which it neither reads now nor closes ever. The version is that of
// societop.
func New(src model.Source, version string) *Offer { return &Offer{src, version} }

// Answer is what a request is answered with.
type Answer struct {
	Status int
	Value  any   // of JSON
	Err    error // what failed; nil where nothing did
	Long   bool  // it is better written as it is encoded than kept whole

	body []byte // Value, where it is encoded already
}

// Write writes the body of the answer.
func (a *Answer) Write(w io.Writer) error {
	if a.body != nil {
		_, err := w.Write(a.body)
		return err
	}
	return json.MarshalWrite(w, a.Value)
}

// unlessSame makes the answer say only that it is the same where its client has one of that sum.
func (a *Answer) unlessSame(sum string) (err error) {
	if a.body, err = json.Marshal(a.Value); err == nil && wire.Sum(a.body) == sum {
		a.Value, a.body = wire.Same{Same: sum}, nil
	}
	return err
}

// failed is the answer of an error of a source at an address.
func failed(err error, address string) Answer {
	e := wire.NewError(err, address)
	return Answer{Status: e.Status(), Value: e, Err: err}
}

// good is an answer that is none of the errors.
func good(v any) Answer { return Answer{Status: http.StatusOK, Value: v} }

// list is the answer of rows.
func list[A, B any](all []A, err error, row func(A) B) (any, error) {
	if err != nil {
		return nil, err
	}
	rows := wire.Map[wire.List[B]](all, row)
	if rows == nil {
		rows = wire.List[B]{}
	}
	return listed[B]{rows}, nil
}

// listed is the answer of rows.
type listed[T any] wire.Data[wire.List[T]]

// longList is the entries from which on an answer is long.
const longList = 10_000

func (l listed[T]) long() bool { return len(l.Data) >= longList }

// Wants reports whether a path, without the slash that it begins with, is one of the protocol.
func Wants(path string) bool {
	return path == wire.Greeting || strings.HasPrefix(path, wire.Greeting+"/")
}

// Answer answers a request for a path, without the slash that it begins with.
func (o *Offer) Answer(ctx context.Context, path string, q url.Values) Answer {
	v, err := o.answer(ctx, path, q)
	switch {
	case errors.Is(err, errNoRoute):
		return Answer{Status: http.StatusNotFound, Value: &wire.Error{Detail: http.StatusText(http.StatusNotFound)}}
	case errors.Is(err, model.ErrUsage):
		return Answer{Status: http.StatusBadRequest, Value: &wire.Error{Detail: model.Explain(err).String()}}
	case err != nil:
		return failed(err, o.src.Info().Address.Raw())
	}
	a := good(v)
	if l, ok := v.(interface{ long() bool }); ok {
		a.Long = l.long()
	}
	if sum := q.Get("same"); sum != "" && !a.Long {
		if err := a.unlessSame(sum); err != nil {
			return failed(err, o.src.Info().Address.Raw())
		}
	}
	return a
}

var errNoRoute = errors.New("there is no such route")

// answer is the value of a good answer.
func (o *Offer) answer(ctx context.Context, path string, q url.Values) (any, error) {
	if path == wire.Greeting {
		return o.hello(), nil
	}
	route, ok := strings.CutPrefix(path, wire.Routes)
	if !ok {
		return nil, errNoRoute
	}
	if parts := strings.Split(route, "/"); len(parts) == 3 && parts[0] == "experiments" {
		return o.run(ctx, parts[1], parts[2], q)
	}
	switch route {
	case "changes":
		return o.changes(ctx, q)
	case "experiment":
		return o.experiment(ctx, q)
	case "experiments":
		return o.experiments(ctx, q)
	case "surveys":
		return o.surveys(ctx)
	case "liveness":
		return o.liveness(ctx)
	}
	return nil, errNoRoute
}

// hello says what the server is.
func (o *Offer) hello() wire.Hello {
	info := o.src.Info()
	return wire.Hello{
		Societop: text.Clean(o.version).String(), Versions: wire.List[int]{wire.Version}, Kind: wire.Raw(info.Kind),
		Warning: wire.Raw(info.Warning.Raw()), Spare: !info.Local || info.Attends,
	}
}

// The bounds of a page.
const (
	maxTime   = 2 * time.Second
	maxErrors = 32 << 20 // bytes of errors of experiments
	maxKeys   = 256
)

// budget is that of a request.
func budget(q url.Values) (b model.Budget, err error) {
	number := func(name string) (n int) {
		if s := q.Get(name); s != "" && err == nil {
			if n, err = strconv.Atoi(s); err != nil || n < 0 {
				n, err = 0, model.Usagef("%s is a number", name)
			}
		}
		return n
	}
	b.Rows, b.Time = number("rows"), time.Duration(number("micros"))*time.Microsecond
	b.Interval = time.Duration(number("interval")) * time.Millisecond
	b.Errors, b.Fresh, b.Record = q.Has("errors"), q.Has("fresh"), q.Has("record")
	if b.Rows == 0 || b.Rows > wire.MaxRows {
		b.Rows = wire.MaxRows
	}
	if b.Time <= 0 || b.Time > maxTime {
		b.Time = maxTime
	}
	if err == nil {
		b.Watched, err = keys(q["key"])
	}
	return b, err
}

// keys are keys of experiments, each the id, the tenant and the source, with spaces between them.
func keys(all []string) (out []model.Key, err error) {
	if len(all) > maxKeys {
		return nil, model.Usagef("there are more than %d keys", maxKeys)
	}
	for _, s := range all {
		parts := strings.Split(s, "\x00")
		id, err := uuid.Parse(parts[0])
		if err != nil || len(parts) != 3 {
			return nil, model.Usagef("a key is an id, a tenant and a source")
		}
		out = append(out, model.Key{ID: id, Tenant: text.Clean(parts[1]), Source: model.NewSourceName(parts[2])})
	}
	return out, nil
}

// changes is a page of changes.
func (o *Offer) changes(ctx context.Context, q url.Values) (any, error) {
	b, err := budget(q)
	if err != nil {
		return nil, err
	}
	since := model.NewCursor(q.Get("since"))
	ch, err := o.src.Changes(ctx, since, b)
	for err == nil && b.Rows > 1 && errorBytes(&ch) > maxErrors {
		b.Rows = max(len(ch.Put)/8, 1)
		ch, err = o.src.Changes(ctx, since, b)
	}
	if err != nil {
		return nil, err
	}
	return wire.NewPage(&ch, o.src.Info().Address.Raw(), time.Now(), o.bulk), nil
}

// errorBytes is how long the errors of a page are.
func errorBytes(ch *model.Changes) (n int) {
	for i := range ch.Put {
		n += len(ch.Put[i].Error.Raw())
	}
	return n
}

// bulk reports whether the source gives out the data of all agents of an experiment at once.
func (o *Offer) bulk(k model.Key) bool {
	_, ok := o.src.RunData(k).(model.AllAgentsReader)
	return ok
}

// ofKey is the key of a request with an id, and whether it names a tenant.
func ofKey(id string, q url.Values) (k model.Key, tenant bool, err error) {
	if k.ID, err = uuid.Parse(id); err != nil {
		return k, false, model.Usagef("%q is no id", text.Clean(id))
	}
	k.Tenant, k.Source = text.Clean(q.Get("tenant_id")), model.NewSourceName(q.Get("source"))
	return k, q.Has("tenant_id"), nil
}

// find reads the experiment of a key, or of only an id.
func (o *Offer) find(ctx context.Context, k model.Key, tenant bool) (model.Experiment, error) {
	if tenant {
		return o.src.Experiment(ctx, k)
	}
	return model.Find(ctx, o.src, k.ID, nil)
}

func (o *Offer) experiment(ctx context.Context, q url.Values) (any, error) {
	k, tenant, err := ofKey(q.Get("id"), q)
	if err != nil {
		return nil, err
	}
	e, err := o.find(ctx, k, tenant)
	if err != nil {
		return nil, err
	}
	e.Config = plan.MaskSecrets(e.Config)
	return wire.NewExperiment(&e, o.bulk), nil
}

// experiments is those of several keys.
func (o *Offer) experiments(ctx context.Context, q url.Values) (any, error) {
	all, err := keys(q["key"])
	if err != nil {
		return nil, err
	}
	found, err := model.ReadExperiments(ctx, o.src, all)
	return list(found, err, func(e model.Experiment) *wire.Experiment {
		e.Config = plan.MaskSecrets(e.Config)
		return wire.NewExperiment(&e, o.bulk)
	})
}

func (o *Offer) surveys(ctx context.Context) (any, error) {
	s, ok := o.src.(model.Surveyor)
	if !ok {
		return nil, model.ErrNotOffered
	}
	all, err := s.Surveys(ctx)
	return list(all, err, wire.NewSurvey)
}

func (o *Offer) liveness(ctx context.Context) (any, error) {
	l, ok := o.src.(model.Lively)
	if !ok {
		return wire.Data[*wire.Liveness]{}, nil
	}
	live, err := l.Liveness(ctx)
	return wire.Data[*wire.Liveness]{Data: wire.NewLiveness(live)}, err
}
