package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// request is one request with the parts of its path that its route has names for.
type request struct {
	r    *http.Request
	args map[string]string
}

// query is what a request for an experiment's data says, once it is understood.
type query struct {
	id     uuid.UUID
	agent  int64
	day    int
	t      float64
	at     model.SimTime // of the query, or where it is silent, of the experiment
	tenant *string
	source model.SourceName
	dir    bool // it is a run of AgentSociety 2
}

// read understands a request; wrong is what it does not understand.
func (q *request) read() (out query, wrong list) {
	var err error
	if out.id, err = uuid.Parse(q.args["{exp_id}"]); err != nil {
		wrong = append(wrong, badUUID("exp_id", q.args["{exp_id}"]))
	}
	if agent, ok := q.args["{agent_id}"]; ok {
		if out.agent, err = strconv.ParseInt(agent, 10, 64); err != nil {
			wrong = append(wrong, badNumber("int_parsing", "integer, unable to parse string as an integer", agent, "path", "agent_id"))
		}
	}
	v := q.r.URL.Query()
	if v.Has("day") {
		if out.day, err = strconv.Atoi(v.Get("day")); err != nil {
			wrong = append(wrong, badNumber("int_parsing", "integer, unable to parse string as an integer", v.Get("day"), "query", "day"))
		}
	}
	if v.Has("t") {
		if out.t, err = strconv.ParseFloat(v.Get("t"), 64); err != nil {
			wrong = append(wrong, badNumber("float_parsing", "number, unable to parse string as a number", v.Get("t"), "query", "t"))
		}
	}
	if v.Has("tenant_id") {
		tenant := v.Get("tenant_id")
		out.tenant = &tenant
	}
	out.source = model.NewSourceName(v.Get("source"))
	return out, wrong
}

// fill takes the moment of the experiment for what the query does not say.
func (out *query) fill(q *request, now model.SimTime) {
	out.at = now
	if q.r.URL.Query().Has("day") {
		out.at.Day = out.day
	}
	if q.r.URL.Query().Has("t") {
		out.at.T = out.t
	}
}

func badNumber(kind, what, input, where, name string) dict {
	return dict{{"type", kind}, {"loc", list{where, name}}, {"msg", "Input should be a valid " + what}, {"input", echo(input)}}
}

func badUUID(name, input string) dict {
	input = echo(input)
	why := fmt.Sprintf("invalid length: expected length 32 for simple format, found %d", len(input))
	for i, r := range input {
		if !strings.ContainsRune("0123456789abcdefABCDEF-", r) {
			why = fmt.Sprintf("invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `%c` at %d", r, i+1)
			break
		}
	}
	return dict{
		{"type", "uuid_parsing"},
		{"loc", list{"path", name}},
		{"msg", "Input should be a valid UUID, " + why},
		{"input", input},
		{"ctx", dict{{"error", why}}},
	}
}

// echo is what a request said, fit for JSON.
func echo(input string) string { return strings.ToValidUTF8(input, "\ufffd") }

// lookup is the experiment of a query; where that names no tenant, it is chosen as by
// model.Finder. Where it names no source, there must be only one that has the experiment.
func (h *Handler) lookup(ctx context.Context, q query) (model.Experiment, error) {
	k := model.Key{ID: q.id, Source: q.source}
	ofSource := func(other model.Key) bool { return k.Source.Empty() || other.Source == k.Source }
	if q.tenant == nil {
		if k.Source.Empty() {
			return model.Find(ctx, h.src, k.ID, nil)
		}
		return model.Find(ctx, h.src, k.ID, ofSource)
	}
	k.Tenant = text.Clean(*q.tenant)
	e, err := h.src.Experiment(ctx, k)
	if !errors.Is(err, model.ErrNoExperiment) || !k.Source.Empty() {
		return e, err
	}
	found, unsure := model.Find(ctx, h.src, k.ID, nil)
	switch {
	case errors.Is(unsure, model.ErrAmbiguous), unsure == nil && !found.Source.Empty() && found.Tenant == k.Tenant:
		return found, unsure
	case unsure != nil || found.Source.Empty():
		return e, err
	}
	return model.Find(ctx, h.src, k.ID, func(other model.Key) bool { return other.Tenant == k.Tenant })
}

// experiment is what a request is for; where there is none, refusal is the answer.
func (h *Handler) experiment(ctx context.Context, q *request) (asked query, e model.Experiment, refusal *answer) {
	asked, wrong := q.read()
	if len(wrong) > 0 {
		a := refused(http.StatusBadRequest, wrong)
		return asked, e, &a
	}
	e, err := h.lookup(ctx, asked)
	if err != nil {
		a := failed(err)
		return asked, e, &a
	}
	return asked, e, nil
}

// of makes a route of the data of one experiment.
func of(early string, serve func(context.Context, model.RunData, query) (any, error)) func(*Handler, context.Context, *request) answer {
	return func(h *Handler, ctx context.Context, q *request) answer {
		asked, e, refusal := h.experiment(ctx, q)
		if refusal != nil {
			return *refusal
		}
		if e.Status == model.NotStarted {
			return refused(http.StatusBadRequest, early)
		}
		asked.fill(q, e.Now)
		asked.dir = e.Dir != nil
		rows, err := serve(ctx, h.src.RunData(e.Key), asked)
		if errors.Is(err, errNoProfile) {
			return refused(http.StatusNotFound, "Agent profile not found")
		}
		if err != nil {
			return failed(err)
		}
		return data(rows)
	}
}
