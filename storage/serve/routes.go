package remotetest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/storagetest"
)

// route is one route of the API.
type route struct {
	pattern          string
	serve            func(*Server, *request) recorded
	since15, until14 bool
}

// request is one request with the parts of its path that its route has names for.
type request struct {
	r    *http.Request
	args map[string]string
}

// served is every route of a release, the particular before the general.
func served(older bool) []route {
	all := []route{
		{pattern: "GET /api/openapi.json", serve: (*Server).openapi},
		{pattern: "GET /api/experiments", serve: (*Server).list},
		{pattern: "GET /api/experiments/{exp_id}", serve: (*Server).one},
		{pattern: "GET /api/experiments/{exp_id}/timeline", serve: per("Experiment has not started yet", timeline)},
		{pattern: "GET /api/experiments/{exp_id}/metrics", serve: per(notRunning, metrics), since15: true},
		{pattern: "GET /api/experiments/{exp_id}/prompt", serve: per(notRunning, prompt)},
		{pattern: "GET /api/experiments/{exp_id}/agents/-/profile", serve: per(notRunning, profiles)},
		{pattern: "GET /api/experiments/{exp_id}/agents/-/status", serve: per(notRunning, frame)},
		{pattern: "GET /api/experiments/{exp_id}/agents/{agent_id}/profile", serve: per(notRunning, profile)},
		{pattern: "GET /api/experiments/{exp_id}/agents/{agent_id}/status", serve: per(notRunning, history)},
		{pattern: "GET /api/experiments/{exp_id}/agents/{agent_id}/dialog", serve: per(notRunning, dialog)},
		{pattern: "GET /api/experiments/{exp_id}/agents/{agent_id}/survey", serve: per(notRunning, answers)},
		{pattern: "GET /api/run-experiments/{exp_id}/log", serve: (*Server).log, since15: true},
		{pattern: "GET /api/run-experiments/{exp_id}/status", serve: (*Server).process, since15: true},
		{pattern: "GET /api/surveys", serve: (*Server).allSurveys},
		{pattern: "GET /api/surveys/{id}", serve: (*Server).oneSurvey},
		{pattern: "GET /api/llm-configs", serve: (*Server).secrets},
		{pattern: "GET /api/mlflow/url", serve: func(*Server, *request) recorded { return data("http://localhost:5000") }, until14: true},
	}
	return slices.DeleteFunc(all, func(w route) bool { return (older && w.since15) || (!older && w.until14) })
}

const notRunning = "Experiment not running"

// match tells whether the parts of a request are those of a route.
func (w *route) match(got []string) (args map[string]string, ok bool) {
	want := strings.Split(w.pattern, "/")
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

// isPattern tells whether the name of a request is that of a whole route with parts in its
// path.
func isPattern(name string) bool { return strings.Contains(name, "{") }

// query is what a request for an experiment's data says, once it is understood.
type query struct {
	id     uuid.UUID
	agent  int64
	day    int
	t      float64
	at     model.SimTime // of the query, or where it is silent, of the experiment
	tenant *string
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
	return dict{{"type", kind}, {"loc", list{where, name}}, {"msg", "Input should be a valid " + what}, {"input", input}}
}

func badUUID(name, input string) dict {
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

// lookup is the experiment of a query; among several tenants' the first, unless the query
// names one.
func (s *Server) lookup(q query) (e model.Experiment, ok bool) {
	for k, other := range s.experiments {
		switch {
		case k.ID != q.id, q.tenant != nil && k.Tenant.Raw() != *q.tenant:
		case !ok || k.Compare(e.Key) < 0:
			e, ok = other, true
		}
	}
	return e, ok
}

// per makes a route of the data of one experiment.
func per(notStarted string, serve func(storagetest.Society, query) recorded) func(*Server, *request) recorded {
	return func(s *Server, q *request) recorded {
		asked, wrong := q.read()
		if len(wrong) > 0 {
			return detail(http.StatusBadRequest, wrong)
		}
		e, ok := s.lookup(asked)
		if !ok {
			return detail(http.StatusNotFound, "Experiment not found")
		}
		if e.Status == model.NotStarted {
			return detail(http.StatusBadRequest, notStarted)
		}
		society, ok := s.societies[e.Key]
		if !ok {
			return crash()
		}
		asked.fill(q, e.Now)
		return serve(society, asked)
	}
}
