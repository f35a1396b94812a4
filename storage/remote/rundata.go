package remote

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/link"
)

// runData is the data of one experiment on an endpoint.
type runData struct {
	c      *Client
	key    model.Key
	path   string // of its routes
	id     string
	tenant *string // asked for by name; nil: AgentSociety's only one
}

var _ model.RunData = (*runData)(nil)

// RunData is the data of one experiment. Its errors are those of every reading, and those of
// model.RunData. A tenant other than AgentSociety's only one is asked for by name, which
// AgentSociety ignores; societop serves all tenants of a lab.
func (c *Client) RunData(k model.Key) model.RunData {
	s := &runData{c: c, key: k, path: "api/experiments/" + k.ID.String(), id: k.ID.String()}
	if tenant := k.Tenant.Raw(); tenant != model.OnlyTenant {
		s.tenant = &tenant
	}
	return s
}

// get reads one route, once for all who ask for it at the same time of the same run.
func get[T any](ctx context.Context, s *runData, path string, query url.Values, read func(io.Reader) (T, error)) (T, error) {
	query = s.query(query)
	return share(ctx, s.c, fmt.Sprintf("%s?%s#%d", path, query.Encode(), s.run()), func(ctx context.Context) (v T, err error) {
		err = s.c.fetch(ctx, s.c.link.Ask(path, query), func(body io.Reader) error {
			v, err = read(body)
			return err
		})
		return v, s.denied(ctx, missing(err))
	})
}

// query adds to a query what every route wants.
func (s *runData) query(q url.Values) url.Values {
	if s.tenant == nil {
		return q
	}
	q = maps.Clone(q)
	if q == nil {
		q = url.Values{}
	}
	q.Set("tenant_id", *s.tenant)
	return q
}

// run is the number of the run of the experiment: who knows that it has begun again does not get
// what was asked for before.
func (s *runData) run() uint64 {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if e := s.c.mirror.Recall(s.key); e != nil {
		return e.run
	}
	return 0
}

// denied is the error of a route of an experiment's data that knows no such experiment. Some
// routes of AgentSociety know only those of its own tenant, though it lists others, which is no
// proof that the experiment is gone.
func (s *runData) denied(ctx context.Context, err error) error {
	if s.id == "" || !errors.Is(err, model.ErrNoExperiment) {
		return err
	}
	if _, other := s.c.Experiment(ctx, s.key); other != nil {
		return err
	}
	detail := "the server has the experiment, but says here that it has not"
	if tenant := s.key.Tenant.Raw(); tenant != model.OnlyTenant {
		detail = fmt.Sprintf("the server gives this out of its own tenant only, and the experiment is of tenant %q", tenant)
	}
	return &link.Fault{Kind: model.ErrNoData, Status: http.StatusNotFound, Detail: detail}
}

// missing makes of a fault with the data of an experiment what it means: a server answers 400
// before the first step, 500 where a table or a file is missing, and 404 with other words
// where it has no such route.
func missing(err error) error {
	var f *link.Fault
	if !errors.As(err, &f) || f.Retry > 0 {
		return err
	}
	switch {
	case f.UnknownRoute():
		f.Kind, f.Detail = model.ErrNotOffered, "the server has no such route"
	case f.Status == 404 && f.Said == model.ErrNotRecorded.Error(): // by societop serve
		f.Kind, f.Detail = model.ErrNotRecorded, ""
	case f.Status == 404:
		f.Kind = model.ErrNoExperiment
	case f.Status == 400 && f.Said != "":
		f.Kind, f.Detail = model.ErrNotStarted, ""
	case f.Status == 500:
		f.Kind, f.Detail = model.ErrNoData, "the server fails on it (500): a table or a file is missing, or a value is no number"
	}
	return f
}

// moment is a moment as the API has it.
type moment struct {
	Day int     `json:"day"`
	T   float64 `json:"t"`
}

func (m moment) time() model.SimTime { return model.SimTime(m) }

// query asks for a moment. The server compares the seconds as floats, so all of their digits
// are sent.
func momentQuery(at model.SimTime) url.Values {
	return url.Values{"day": {strconv.Itoa(at.Day)}, "t": {strconv.FormatFloat(at.T, 'f', -1, 64)}}
}

// getAll reads a route of entries, which value turns into what the model has of them. tidy puts
// all of them into order before the callers who share them have them.
func getAll[E, T any](ctx context.Context, s *runData, path string, query url.Values, value func(E) T, tidy func([]T) []T) ([]T, error) {
	return get(ctx, s, path, query, func(body io.Reader) (all []T, err error) {
		err = each(body, s.c.link.Limits.Rows, func(entry E) error {
			all = append(all, value(entry))
			return nil
		})
		return tidy(all), err
	})
}

// sorted returns a tidy for getAll by an order.
func sorted[T any](order func(a, b T) int) func([]T) []T {
	return func(all []T) []T {
		slices.SortStableFunc(all, order)
		return all
	}
}

// Timeline is the moments that have frames.
func (s *runData) Timeline(ctx context.Context) ([]model.SimTime, error) {
	return getAll(ctx, s, s.path+"/timeline", nil, moment.time, func(all []model.SimTime) []model.SimTime {
		slices.SortFunc(all, model.SimTime.Compare)
		return slices.Compact(all)
	})
}

// Profiles is all agents.
func (s *runData) Profiles(ctx context.Context) ([]model.Profile, error) {
	type entry struct {
		ID      int64           `json:"id"`
		Name    string          `json:"name"`
		Profile json.RawMessage `json:"profile"`
	}
	return getAll(ctx, s, s.path+"/agents/-/profile", nil, func(e entry) model.Profile {
		return model.Profile{ID: e.ID, Name: text.Clean(e.Name), Profile: text.ParseValue(string(e.Profile))}
	}, sorted(func(a, b model.Profile) int { return cmp.Compare(a.ID, b.ID) }))
}

// status is an agent's status as the API has it.
type status struct {
	ID int64 `json:"id"`
	moment
	Lng     *float64        `json:"lng"`
	Lat     *float64        `json:"lat"`
	Parent  *int64          `json:"parent_id"`
	Action  string          `json:"action"`
	Status  json.RawMessage `json:"status"`
	Created string          `json:"created_at"`
}

func (e *status) clean(c *Client) model.AgentStatus {
	a := model.AgentStatus{
		ID: e.ID, At: e.time(), Lng: math.NaN(), Lat: math.NaN(),
		Action: text.Clean(e.Action), Status: text.ParseValue(string(e.Status)), Created: c.time(e.Created),
	}
	if e.Lng != nil && e.Lat != nil {
		a.Lng, a.Lat = *e.Lng, *e.Lat
	}
	if e.Parent != nil {
		a.Parent = *e.Parent
	}
	return a
}

// statuses reads a route of statuses.
func (s *runData) statuses(ctx context.Context, path string, query url.Values, order func(a, b model.AgentStatus) int) ([]model.AgentStatus, error) {
	return getAll(ctx, s, path, query, func(e status) model.AgentStatus { return e.clean(s.c) }, sorted(order))
}

// Frame is what all agents do at a moment. The newest moment is asked of the timeline: right
// after a step the server knows the new time, but has no statuses of it yet.
func (s *runData) Frame(ctx context.Context, at model.SimTime) (model.Frame, error) {
	at, ok, err := s.moment(ctx, at)
	if err != nil || !ok {
		return model.Frame{At: at}, err
	}
	run := s.run()
	all, err := s.statuses(ctx, s.path+"/agents/-/status", momentQuery(at), func(a, b model.AgentStatus) int { return cmp.Compare(a.ID, b.ID) })
	s.saw(run, all)
	return model.Frame{At: at, Agents: all}, err
}

// moment is a moment of the timeline; ok is false where there is none.
func (s *runData) moment(ctx context.Context, at model.SimTime) (_ model.SimTime, ok bool, err error) {
	if at != model.Latest {
		return at, true, nil
	}
	all, err := s.Timeline(ctx)
	if err != nil || len(all) == 0 {
		return at, false, err
	}
	return all[len(all)-1], true, nil
}

// Prompt is what all agents are told at a moment.
func (s *runData) Prompt(ctx context.Context, at model.SimTime) (model.Prompt, error) {
	type entry struct {
		moment
		Prompt  string `json:"prompt"`
		Created string `json:"created_at"`
	}
	at, ok, err := s.moment(ctx, at)
	if err != nil || !ok {
		return model.Prompt{}, err
	}
	return get(ctx, s, s.path+"/prompt", momentQuery(at), func(body io.Reader) (model.Prompt, error) {
		e, err := one[*entry](body)
		if e == nil {
			return model.Prompt{}, err
		}
		return model.Prompt{At: e.time(), Text: text.CleanLines(e.Prompt), Created: s.c.time(e.Created)}, err
	})
}

// Metrics is the measured series.
func (s *runData) Metrics(ctx context.Context) ([]model.Metric, error) {
	type entry struct {
		Value *float64    `json:"value"`
		Step  json.Number `json:"step"`
	}
	return get(ctx, s, s.path+"/metrics", nil, func(body io.Reader) (all []model.Metric, err error) {
		series := map[string][]model.Point{}
		err = eachOf(body, s.c.link.Limits.Rows, func(key string, p entry) {
			if p.Value == nil {
				p.Value = new(math.NaN())
			}
			series[key] = append(series[key], model.Point{Tick: tick(p.Step), Value: *p.Value})
		})
		for key, points := range series {
			all = append(all, model.Metric{Key: text.Clean(key), Points: points})
		}
		model.SortMetrics(all)
		return all, err
	})
}

// tick is a number of simulated seconds, exact to the last digit.
func tick(n json.Number) int64 {
	if whole, err := n.Int64(); err == nil {
		return whole
	}
	f, _ := n.Float64() // what is no number is 0
	return int64(min(max(f, -1<<62), 1<<62))
}

// Artifacts is what the run has left as artifacts.json. The server gives it out in answer to a POST, so
// it fails with model.ErrNoWrite where the Client was opened without Access.Write; it sends nothing then.
func (s *runData) Artifacts(ctx context.Context) (raw []byte, err error) {
	if s.c.link.Societop() {
		err = &link.Fault{Kind: model.ErrNotOffered, Detail: "societop serve is read-only"}
		return nil, s.c.link.Explain(err)
	}
	err = missing(s.c.link.Fetch(ctx, s.path+"/artifacts", func(body io.Reader) (err error) {
		raw, err = io.ReadAll(body)
		if err == nil && !json.Valid(raw) {
			err = &link.Fault{Kind: model.ErrAnswer, Detail: "it is not JSON"}
		}
		return err
	}))
	if err != nil {
		return nil, s.c.link.Explain(err)
	}
	return raw, nil
}

// Log is the end of the log. The server sends the last 1000 lines, every line end doubled.
// It has the log only of what was started from its web page.
func (s *runData) Log(ctx context.Context, b model.LogBudget) (model.Log, error) {
	raw, err := get(ctx, s, "api/run-experiments/"+s.id+"/log", nil, func(body io.Reader) (raw string, err error) {
		return raw, unusable(json.NewDecoder(body).Decode(&raw))
	})
	var e *model.Error
	if errors.As(err, &e) && errors.Is(err, model.ErrNoData) {
		e.Detail = "the run was not started from the web page, or its log is gone"
	}
	if err != nil {
		return model.Log{}, err
	}
	log := model.TailLog(strings.ReplaceAll(raw, "\n\n", "\n"), b)
	log.Tail = true
	return log, nil
}

// Surveys is the questionnaires of the server. Their times are the only ones whose offset is
// right.
func (c *Client) Surveys(ctx context.Context) ([]model.Survey, error) {
	type entry struct {
		ID      string          `json:"id"`
		Name    string          `json:"name"`
		Data    json.RawMessage `json:"data"`
		Created string          `json:"created_at"`
		Updated string          `json:"updated_at"`
	}
	return getAll(ctx, &runData{c: c}, "api/surveys", nil, func(e entry) model.Survey {
		id, _ := uuid.Parse(e.ID) // what is none is the zero id
		return model.Survey{
			ID: id, Name: text.Clean(e.Name), Data: text.ParseValue(string(e.Data)),
			Created: parseTrueTime(e.Created), Updated: parseTrueTime(e.Updated),
		}
	}, slices.Clip[[]model.Survey])
}
