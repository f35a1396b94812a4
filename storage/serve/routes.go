package serve

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"societop/model"
	"societop/storage/peer/offer"
	"societop/storage/peer/wire"
)

// route is one route of the API.
type route struct {
	pattern string
	serve   func(*Handler, context.Context, *request) answer
	long    bool // it may take as long as the client likes
}

// What is said of an experiment that has not made its first step.
const (
	notStarted = "Experiment has not started yet"
	notRunning = "Experiment not running"
)

// own is all routes of societop's own protocol.
var own = route{pattern: "GET /" + wire.Greeting, serve: (*Handler).own}

// own answers by societop's own protocol.
func (h *Handler) own(ctx context.Context, q *request) answer {
	got := h.offer.Answer(ctx, strings.TrimPrefix(q.r.URL.Path, "/"), q.r.URL.Query())
	a := answer{status: got.Status, kind: jsonType}
	if got.Long {
		a.rest = got.Write
		return a
	}
	var body bytes.Buffer
	if err := got.Write(&body); err != nil {
		return crash(err)
	}
	if a.body = body.Bytes(); got.Err != nil && !model.Lacking(got.Err) && !errors.Is(got.Err, model.ErrAmbiguous) {
		a.why = got.Err
	}
	return a
}

// describe is the route of the description, which the description does not have.
const describe = "GET /api/openapi.json"

// routes is every route, the particular before the general.
func routes() []route {
	const one, run = "GET /api/experiments/{exp_id}", "GET /api/run-experiments/{exp_id}"
	return []route{
		{pattern: describe, serve: (*Handler).describe},
		{pattern: "GET /api/experiments", serve: (*Handler).list, long: true},
		{pattern: one, serve: (*Handler).one},
		{pattern: one + "/timeline", serve: of(notStarted, timeline)},
		{pattern: one + "/metrics", serve: of(notRunning, metrics)},
		{pattern: one + "/prompt", serve: of(notRunning, prompt)},
		{pattern: one + "/agents/-/profile", serve: of(notRunning, profiles)},
		{pattern: one + "/agents/-/status", serve: of(notRunning, frame)},
		{pattern: one + "/agents/{agent_id}/profile", serve: of(notRunning, profile)},
		{pattern: one + "/agents/{agent_id}/status", serve: of(notRunning, history)},
		{pattern: one + "/agents/{agent_id}/dialog", serve: of(notRunning, dialog)},
		{pattern: one + "/agents/{agent_id}/survey", serve: of(notRunning, answers)},
		{pattern: run + "/log", serve: (*Handler).log},
		{pattern: run + "/status", serve: (*Handler).process},
		{pattern: "GET /api/surveys", serve: (*Handler).surveys},
		{pattern: "GET /api/surveys/{id}", serve: (*Handler).survey},
	}
}

// match reports whether the parts of a request are those of a route, and what stands where the
// route has names.
func (r *route) match(got []string) (args map[string]string, ok bool) {
	want := strings.Split(r.pattern, "/")
	if len(got) != len(want) {
		return nil, false
	}
	args = make(map[string]string)
	for i, part := range want {
		switch {
		case strings.HasPrefix(part, "{") && got[i] != "":
			args[part] = got[i]
		case part != got[i]:
			return nil, false
		}
	}
	return args, true
}

// find is the route of a request, nil where there is none, with what its path says.
func (h *Handler) find(r *http.Request) (*route, *request) {
	q := &request{r: r}
	if r.Method == http.MethodGet && offer.Wants(strings.TrimPrefix(r.URL.Path, "/")) {
		return &own, q
	}
	got := strings.Split(r.Method+" "+r.URL.Path, "/")
	for i := range h.routes {
		if args, ok := h.routes[i].match(got); ok {
			q.args = args
			return &h.routes[i], q
		}
	}
	return nil, q
}

// Route names the route of a request as the API does, "GET /api/experiments/{exp_id}"; it is
// empty where there is none.
func (h *Handler) Route(r *http.Request) string {
	if way, _ := h.find(r); way != nil {
		return way.pattern
	}
	return ""
}

// Paths is the paths of the routes that the description has: AgentSociety's.
func (h *Handler) Paths() []string {
	var all []string
	for _, r := range h.routes {
		path := strings.TrimPrefix(r.pattern, http.MethodGet+" ")
		if r.pattern != describe && strings.HasPrefix(path, "/api/") {
			all = append(all, path)
		}
	}
	return all
}

func (h *Handler) describe(context.Context, *request) answer { return description(h.Paths()) }
