package remotetest

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/storagetest"
)

// experimentRow is an experiment as the API shows it.
func experimentRow(e model.Experiment) dict {
	return dict{
		{"tenant_id", e.Tenant.Raw()},
		{"id", e.ID},
		{"name", e.Name.Raw()},
		{"num_day", e.NumDay},
		{"status", int(e.Status)},
		{"cur_day", e.Now.Day},
		{"cur_t", e.Now.T},
		{"config", e.Config.Raw()},
		{"error", e.Error.Raw()},
		{"input_tokens", e.InputTokens},
		{"output_tokens", e.OutputTokens},
		{"created_at", e.Created},
		{"updated_at", e.Updated},
	}
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// bad tells whether the real server would fail on a row.
func (s *Server) bad(e model.Experiment) bool {
	return s.strict && (!e.Status.Known() || !finite(e.Now.T))
}

func (s *Server) list(*request) recorded {
	all := s.sorted()
	if slices.ContainsFunc(all, s.bad) {
		return crash()
	}
	rows := make(list, len(all))
	for i, e := range all {
		rows[i] = experimentRow(e)
	}
	return data(rows)
}

func (s *Server) one(q *request) recorded {
	asked, wrong := q.read()
	if len(wrong) > 0 {
		return detail(http.StatusBadRequest, wrong)
	}
	e, ok := s.lookup(asked)
	switch {
	case !ok:
		return detail(http.StatusNotFound, "Experiment not found")
	case s.bad(e):
		return crash()
	}
	return data(experimentRow(e))
}

func timeline(s storagetest.Society, _ query) recorded {
	var all []model.SimTime
	for _, f := range s.Frames {
		all = append(all, f.At)
	}
	slices.SortFunc(all, model.SimTime.Compare)
	rows := list{}
	for _, at := range slices.Compact(all) {
		rows = append(rows, dict{{"day", at.Day}, {"t", at.T}})
	}
	return data(rows)
}

func metrics(s storagetest.Society, _ query) recorded {
	series := dict{}
	for _, m := range s.Metrics {
		key, points := m.Key.Raw(), list{}
		for _, p := range m.Points {
			if !finite(p.Value) {
				return crash()
			}
			points = append(points, dict{{"key", key}, {"value", p.Value}, {"step", p.Tick}})
		}
		series = append(series, member{key, points})
	}
	return data(series)
}

func prompt(s storagetest.Society, q query) recorded {
	for _, p := range s.Prompts {
		if p.At == q.at {
			return data(dict{{"day", p.At.Day}, {"t", p.At.T}, {"prompt", p.Text.Raw()}, {"created_at", p.Created}})
		}
	}
	return data(nil)
}

func profileRow(p model.Profile) dict {
	return dict{{"id", p.ID}, {"name", p.Name.Raw()}, {"profile", raw(p.Profile.Raw())}}
}

func profiles(s storagetest.Society, _ query) recorded {
	rows := list{}
	for _, p := range s.Profiles {
		rows = append(rows, profileRow(p))
	}
	return data(rows)
}

func profile(s storagetest.Society, q query) recorded {
	for _, p := range s.Profiles {
		if p.ID == q.agent {
			return data(profileRow(p))
		}
	}
	return detail(http.StatusNotFound, "Agent profile not found")
}

// statusRow is one agent at one moment; an agent without a place has nulls for it.
func statusRow(a model.AgentStatus, at model.SimTime) dict {
	lng, lat, parent := any(a.Lng), any(a.Lat), any(a.Parent)
	if math.IsNaN(a.Lng) {
		lng = nil
	}
	if math.IsNaN(a.Lat) {
		lat = nil
	}
	if a.Parent == 0 {
		parent = nil
	}
	return dict{
		{"id", a.ID},
		{"day", at.Day},
		{"t", at.T},
		{"lng", lng},
		{"lat", lat},
		{"parent_id", parent},
		{"action", a.Action.Raw()},
		{"status", raw(a.Status.Raw())},
		{"created_at", a.Created},
	}
}

// statusRows is the rows that fit; infinite places crash the server.
func statusRows(s storagetest.Society, fits func(model.AgentStatus, model.SimTime) bool) recorded {
	rows := list{}
	for _, f := range s.Frames {
		for _, a := range f.Agents {
			if !fits(a, f.At) {
				continue
			}
			if math.IsInf(a.Lng, 0) || math.IsInf(a.Lat, 0) {
				return crash()
			}
			rows = append(rows, statusRow(a, f.At))
		}
	}
	return data(rows)
}

// frame is the status of all agents. Right after a step there is none: the experiment's row
// is written before its agents', and without a query its moment counts.
func frame(s storagetest.Society, q query) recorded {
	return statusRows(s, func(_ model.AgentStatus, at model.SimTime) bool { return at == q.at })
}

func history(s storagetest.Society, q query) recorded {
	return statusRows(s, func(a model.AgentStatus, _ model.SimTime) bool { return a.ID == q.agent })
}

func dialog(s storagetest.Society, q query) recorded {
	rows := list{}
	for _, m := range s.Messages {
		if m.ID == q.agent {
			rows = append(rows, dict{
				{"id", m.ID},
				{"day", m.At.Day},
				{"t", m.At.T},
				{"type", int(m.Kind)},
				{"speaker", m.Speaker.Raw()},
				{"content", m.Content.Raw()},
				{"created_at", m.Created},
			})
		}
	}
	return data(rows)
}

func answers(s storagetest.Society, q query) recorded {
	rows := list{}
	for _, a := range s.Answers {
		if a.ID != q.agent {
			continue
		}
		result := any(a.Result.Raw())
		if a.Pending {
			result = nil
		}
		rows = append(rows, dict{
			{"id", a.ID},
			{"day", a.At.Day},
			{"t", a.At.T},
			{"survey_id", a.Survey},
			{"result", result},
			{"created_at", a.Created},
		})
	}
	return data(rows)
}

// logLines is how many lines of a log the server sends.
const logLines = 1000

// log is bare text, each line with its end and another behind it. A run that was not
// launched from the web has none, nor has what is no experiment at all.
func (s *Server) log(q *request) recorded {
	text := s.logOf(q)
	if text == "" {
		return crash()
	}
	lines := slices.Collect(strings.Lines(text))
	lines = lines[max(len(lines)-logLines, 0):]
	return jsonAnswer(http.StatusOK, compact(strings.Join(lines, "\n")))
}

// process is whether the process of a run that was launched from the web is there.
func (s *Server) process(q *request) recorded {
	if s.logOf(q) == "" {
		return crash()
	}
	asked, _ := q.read()
	if e, _ := s.lookup(asked); e.Status == model.Running {
		return data("Running")
	}
	return data("Terminated")
}

func (s *Server) logOf(q *request) string {
	asked, wrong := q.read()
	e, ok := s.lookup(asked)
	if len(wrong) > 0 || !ok {
		return ""
	}
	return s.societies[e.Key].Log
}

func surveyRow(v model.Survey) dict {
	return dict{{"id", v.ID}, {"name", v.Name.Raw()}, {"data", raw(v.Data.Raw())}, {"created_at", v.Created}, {"updated_at", v.Updated}}
}

func (s *Server) allSurveys(*request) recorded {
	rows := list{}
	for _, v := range slices.SortedFunc(slices.Values(s.surveys), func(a, b model.Survey) int {
		return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.ID.String(), b.ID.String()))
	}) {
		rows = append(rows, surveyRow(v))
	}
	return data(rows)
}

func (s *Server) oneSurvey(q *request) recorded {
	id, err := uuid.Parse(q.args["{id}"])
	if err != nil {
		return detail(http.StatusBadRequest, list{badUUID("id", q.args["{id}"])})
	}
	for _, v := range s.surveys {
		if v.ID == id {
			return data(surveyRow(v))
		}
	}
	return detail(http.StatusNotFound, "Survey not found")
}

// secrets is what no client may ever ask for: it holds keys in clear. Count tells.
func (s *Server) secrets(*request) recorded {
	return data(list{dict{{"name", "model"}, {"config", dict{{"api_key", "sk-never-fetch-this"}}}}})
}

// openapi is the description of the API.
func (s *Server) openapi(*request) recorded {
	var paths []string
	for _, w := range s.routes {
		path := strings.TrimPrefix(w.pattern, "GET ")
		if path != "/api/openapi.json" { // which it does not describe
			paths = append(paths, compact(path)+`: {"get": {}}`)
		}
	}
	return jsonAnswer(http.StatusOK, `{"openapi": "3.1.0", "info": {"title": "AgentSociety WebUI API", "version": "0.1.0"}, "paths": {`+
		strings.Join(paths, ", ")+`}}`)
}
