package serve

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"societop/model"
)

// errNoProfile is returned for an agent without a profile.
var errNoProfile = errors.New("no such agent")

func timeline(ctx context.Context, s model.RunData, _ query) (any, error) {
	all, err := s.Timeline(ctx)
	return rows(all, momentRow), err
}

// metrics is the series by their keys. JSON has no form for NaN and infinities, of which one
// makes AgentSociety answer 500 for all; here such a point is left out.
func metrics(ctx context.Context, s model.RunData, _ query) (any, error) {
	all, err := s.Metrics(ctx)
	series := dict{}
	for _, m := range all {
		key := m.Key.Raw()
		points := slices.DeleteFunc(slices.Clone(m.Points), func(p model.Point) bool { return !finite(p.Value) })
		series = append(series, member{key, rows(points, func(p model.Point) dict {
			return dict{{"key", key}, {"value", p.Value}, {"step", p.Tick}}
		})})
	}
	return series, err
}

// prompt is that of a moment, null where there is none.
func prompt(ctx context.Context, s model.RunData, q query) (any, error) {
	if q.at == model.Latest || q.dir { // a moment that is none, not the newest; AgentSociety 2 has no prompts
		return nil, nil
	}
	p, err := s.Prompt(ctx, q.at)
	if err != nil || (p.Created.IsZero() && p.Text.Empty()) {
		return nil, err
	}
	return promptRow(p), nil
}

func profiles(ctx context.Context, s model.RunData, _ query) (any, error) {
	all, err := s.Profiles(ctx)
	return rows(all, profileRow), err
}

func profile(ctx context.Context, s model.RunData, q query) (any, error) {
	all, err := s.Profiles(ctx)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(p model.Profile) bool { return p.ID == q.agent }); i >= 0 {
		return profileRow(all[i]), nil
	}
	return nil, errNoProfile
}

// frame is the status of all agents. Right after a step there is none: the experiment's row
// is written before its agents', and without a query its moment counts.
func frame(ctx context.Context, s model.RunData, q query) (any, error) {
	if q.at == model.Latest { // a moment that is none, not the newest
		return list{}, nil
	}
	f, err := s.Frame(ctx, q.at)
	return rows(f.Agents, statusRow), err
}

func history(ctx context.Context, s model.RunData, q query) (any, error) {
	all, err := s.Agent(q.agent).History(ctx)
	return rows(all, statusRow), err
}

func dialog(ctx context.Context, s model.RunData, q query) (any, error) {
	all, err := s.Agent(q.agent).Talk(ctx)
	return rows(all, messageRow), err
}

func answers(ctx context.Context, s model.RunData, q query) (any, error) {
	all, err := s.Agent(q.agent).Answers(ctx)
	return rows(all, answerRow), err
}

// The end of a log that is sent: as many lines as AgentSociety sends, if they are not longer
// than any log should have.
const (
	logLines = 1000
	logBytes = 16 << 20
)

// log is bare text, each line with its end and another after it. Without a log, or an
// experiment, it is a crash.
func (h *Handler) log(ctx context.Context, q *request) answer {
	_, e, refusal := h.experiment(ctx, q)
	if refusal != nil {
		return crash(refusal.why)
	}
	log, err := h.src.RunData(e.Key).Log(ctx, model.LogBudget{Lines: logLines, Bytes: logBytes})
	switch {
	case errors.Is(err, model.ErrNoExperiment), errors.Is(err, model.ErrNotStarted):
		return crash(nil)
	case err != nil:
		return failed(err)
	case log.Lines.Empty():
		return crash(nil)
	}
	text := strings.ReplaceAll(log.Lines.Raw(), "\n", "\n\n") + "\n"
	return answer{status: http.StatusOK, kind: jsonType, body: appendJSON(nil, text)}
}

// process is whether the process of a run is there, as far as its status tells.
func (h *Handler) process(ctx context.Context, q *request) answer {
	_, e, refusal := h.experiment(ctx, q)
	switch {
	case refusal != nil:
		return crash(refusal.why)
	case e.Status == model.Running:
		return data("Running")
	}
	return data("Terminated")
}

// questionnaires is those of the source, the newest first.
func (h *Handler) questionnaires(ctx context.Context) ([]model.Survey, error) {
	s, ok := h.src.(model.Surveyor)
	if !ok {
		return nil, model.ErrNotOffered
	}
	all, err := s.Surveys(ctx)
	return slices.SortedFunc(slices.Values(all), func(a, b model.Survey) int {
		return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.ID.String(), b.ID.String()))
	}), err
}

func (h *Handler) surveys(ctx context.Context, _ *request) answer {
	all, err := h.questionnaires(ctx)
	if err != nil {
		return failed(err)
	}
	return data(rows(all, surveyRow))
}

func (h *Handler) survey(ctx context.Context, q *request) answer {
	id, err := uuid.Parse(q.args["{id}"])
	if err != nil {
		return refused(http.StatusBadRequest, list{badUUID("id", q.args["{id}"])})
	}
	all, err := h.questionnaires(ctx)
	if err != nil {
		return failed(err)
	}
	if i := slices.IndexFunc(all, func(v model.Survey) bool { return v.ID == id }); i >= 0 {
		return data(surveyRow(all[i]))
	}
	return refused(http.StatusNotFound, "Survey not found")
}
