package remotetest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// The routes that change something.
const (
	StopRoute   = "DELETE /api/run-experiments/{exp_id}"
	DeleteRoute = "DELETE /api/experiments/{exp_id}"
	DialogRoute = "POST /api/experiments/{exp_id}/agents/{agent_id}/dialog"
	SurveyRoute = "POST /api/experiments/{exp_id}/agents/{agent_id}/survey"
)

// ArtifactsRoute gives out artifacts.json, and changes nothing.
const ArtifactsRoute = "POST /api/experiments/{exp_id}/artifacts"

// controls is how a Server changes experiments.
type controls struct {
	sqlite    bool
	readOnly  bool
	processes map[uuid.UUID]string // of the runs that were started from the web page
	artifacts map[uuid.UUID]string // of those that have some
}

// SQLite gives it the manners that AgentSociety has on SQLite: a stop kills the process, but
// answers 500 and leaves the row as it is. Without it, it has those of PostgreSQL.
func (s *Server) SQLite() { s.setControls(func(c *controls) { c.sqlite = true }) }

// ReadOnly makes it refuse to stop and to delete. It takes messages and surveys all the same.
func (s *Server) ReadOnly() { s.setControls(func(c *controls) { c.readOnly = true }) }

// Launch gives a run a process, as those have that are started from the web page.
func (s *Server) Launch(k model.Key) {
	s.setControls(func(c *controls) {
		if c.processes == nil {
			c.processes = map[uuid.UUID]string{}
		}
		c.processes[k.ID] = "Running"
	})
}

// SetArtifacts gives a run its artifacts.json. Without it the server fails on it with 500.
func (s *Server) SetArtifacts(k model.Key, content string) {
	s.setControls(func(c *controls) {
		if c.artifacts == nil {
			c.artifacts = map[uuid.UUID]string{}
		}
		c.artifacts[k.ID] = content
	})
}

func (s *Server) setControls(set func(*controls)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set(&s.controls)
}

// controlRoute names the route of a request that changes something, and finds what its path names.
func controlRoute(r *http.Request) (route, exp, agent string) {
	parts := strings.Split(r.Method+" "+r.URL.Path, "/")
	for _, route := range []string{StopRoute, DeleteRoute, DialogRoute, SurveyRoute, ArtifactsRoute} {
		named := map[string]string{}
		want := strings.Split(route, "/")
		fits := len(want) == len(parts)
		for i := 0; fits && i < len(want); i++ {
			if strings.HasPrefix(want[i], "{") {
				named[want[i]] = parts[i]
			}
			fits = named[want[i]] != "" || want[i] == parts[i]
		}
		if fits {
			return route, named["{exp_id}"], named["{agent_id}"]
		}
	}
	return "", "", ""
}

// control answers a request that changes something. The caller holds the lock.
func (s *Server) control(route, exp, agent string, body []byte) recorded {
	if s.controls.readOnly && (route == StopRoute || route == DeleteRoute) {
		return refusal(http.StatusForbidden, "Server is in read-only mode")
	}
	id, err := uuid.Parse(exp)
	if err != nil {
		return jsonAnswer(http.StatusBadRequest, `{"detail":[{"type":"uuid_parsing","loc":["path","exp_id"],"msg":"Input should be a valid UUID"}]}`)
	}
	all := s.src.Experiments()
	i := slices.IndexFunc(all, func(e model.Experiment) bool { return e.ID == id })
	switch {
	case route == StopRoute:
		return s.stop(id, all, i)
	case i < 0 && route == DeleteRoute:
		return refusal(http.StatusInternalServerError, "Failed to delete experiment: 404: Experiment not found")
	case i < 0:
		return refusal(http.StatusNotFound, "Experiment not found or you don't have permission to access it")
	case route == DeleteRoute:
		s.src.Delete(all[i].Key)
		return jsonAnswer(http.StatusOK, `{"data":{"message":"Experiment deleted successfully"}}`)
	case route == ArtifactsRoute:
		if content, has := s.controls.artifacts[id]; has {
			return jsonAnswer(http.StatusOK, content)
		}
		return crash()
	case all[i].Status != model.Running:
		return refusal(http.StatusBadRequest, "Experiment not running")
	}
	return s.pend(route, all[i].Key, agent, body)
}

// stop stops a run whatever its status, of which AgentSociety does not ask.
func (s *Server) stop(id uuid.UUID, all []model.Experiment, i int) recorded {
	_, launched := s.controls.processes[id]
	if launched {
		s.controls.processes[id] = "Terminated"
	}
	if s.controls.sqlite {
		return crash()
	}
	if i >= 0 {
		e := all[i]
		e.Status, e.Error = model.Stopped, text.CleanLines("Experiment stopped by user")
		s.src.Put(e)
	}
	if !launched {
		return refusal(http.StatusBadRequest, "Experiment is not running")
	}
	return jsonAnswer(http.StatusOK, "null")
}

// pend keeps a question for an agent. From then on it is in the list of its talk or answers.
func (s *Server) pend(route string, k model.Key, agent string, body []byte) recorded {
	var q struct {
		Content *string    `json:"content"`
		Survey  *uuid.UUID `json:"survey_id"`
		Day     *int       `json:"day"`
		T       *float64   `json:"t"`
	}
	id, err := strconv.ParseInt(agent, 10, 64)
	if json.Unmarshal(body, &q) != nil || err != nil || q.Day == nil || q.T == nil || (q.Content == nil) == (route == DialogRoute) || (q.Survey == nil) == (route == SurveyRoute) {
		return jsonAnswer(http.StatusBadRequest, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required"}]}`)
	}
	at, created := model.SimTime{Day: *q.Day, T: *q.T}, s.clock().UTC().Truncate(time.Microsecond)
	if route == DialogRoute {
		m := model.Message{ID: id, At: at, Kind: model.UserTalk, Speaker: text.Clean("user"), Content: text.CleanLines(*q.Content), Created: created}
		s.src.ChangeRunData(k, func(d *storagetest.RunData) { d.Messages = append(slices.Clip(d.Messages), m) })
		return jsonAnswer(http.StatusOK, `{"data":null}`)
	}
	surveys, _ := s.src.Surveys(context.Background())
	if !slices.ContainsFunc(surveys, func(known model.Survey) bool { return known.ID == *q.Survey }) {
		return refusal(http.StatusNotFound, "Survey not found")
	}
	a := model.Answer{ID: id, At: at, Survey: *q.Survey, Pending: true, Created: created}
	s.src.ChangeRunData(k, func(d *storagetest.RunData) { d.Answers = append(slices.Clip(d.Answers), a) })
	return jsonAnswer(http.StatusOK, `{"data":null}`)
}

// AnswerAll lets the agents of a run answer what was asked of them, as they do at a step.
func (s *Server) AnswerAll(k model.Key, at model.SimTime, created time.Time) {
	s.src.ChangeRunData(k, func(d *storagetest.RunData) { answerAll(d, at, created) })
}

// answerAll answers each question that has no answer yet.
func answerAll(d *storagetest.RunData, at model.SimTime, created time.Time) {
	open := map[int64]int{}
	for _, m := range d.Messages {
		switch {
		case m.Kind != model.UserTalk:
		case m.Speaker.Empty():
			open[m.ID]--
		default:
			open[m.ID]++
		}
	}
	for _, m := range slices.Clone(d.Messages) {
		if m.Kind == model.UserTalk && !m.Speaker.Empty() && open[m.ID] > 0 {
			open[m.ID]--
			words := text.CleanLines(fmt.Sprintf("You asked: %s", m.Content))
			d.Messages = append(slices.Clip(d.Messages), model.Message{ID: m.ID, At: at, Kind: model.UserTalk, Content: words, Created: created})
		}
	}
	answers := slices.Clone(d.Answers)
	for i := range answers {
		if answers[i].Pending {
			answers[i].Pending, answers[i].Result = false, text.CleanLines(`{"answer":"yes"}`)
		}
	}
	d.Answers = answers
}
