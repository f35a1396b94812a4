package serve

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http/httptest"
	"strings"
	"testing"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/storagetest"
)

// ask is the answer of a handler to one request.
func ask(h *Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// without is a source that finds no experiment by its id only, and whose readings may fail.
type without struct {
	model.Source
	err error
}

func (w without) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	if w.err != nil {
		return model.Experiment{}, w.err
	}
	return w.Source.Experiment(ctx, k)
}

// lab is a source in memory with some experiments.
func lab(n int) (*storagetest.Memory, []model.Experiment) {
	m, all := storagetest.NewMemory(), storagetest.Experiments(n)
	m.Put(all...)
	return m, all
}

const notFoundBody = `{"detail":"Not Found"}`

func TestWhatIsNoRouteIsNotFound(t *testing.T) {
	m, all := lab(3)
	h := New(m, Options{})
	one := "/api/experiments/" + all[1].ID.String()
	for _, target := range []string{
		"/", "/api", "/api/", "/lab", "/api/experiments/", "//api/experiments", one + "/", one + "/agents", one + "/agents/-/dialog/", one + "//timeline",
		"/api/llm-configs", "/api/mlflow/url", "/api/experiments/../surveys", "/api/../etc/passwd", "/api/%2e%2e/%2e%2e/etc/passwd", "/api/experiments%00",
		"/API/experiments", one + "/agents/1/profile/x", one + "/export", one + "/artifacts",
	} {
		if got := ask(h, "GET", target); got.Code != 404 || got.Body.String() != notFoundBody {
			t.Errorf("%s: %d %s", target, got.Code, got.Body)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"} {
		for _, target := range []string{"/api/experiments", one, "/nowhere"} {
			if got := ask(h, method, target); got.Code != 405 || got.Body.String() != `{"detail":"Method Not Allowed"}` {
				t.Errorf("%s %s: %d %s", method, target, got.Code, got.Body)
			}
		}
	}
	if got := ask(h, "HEAD", "/api/experiments"); got.Code != 404 || got.Body.Len() > 0 {
		t.Errorf("HEAD: %d %s", got.Code, got.Body)
	}
}

func TestTheDescriptionAndASourceThatFindsNothing(t *testing.T) {
	m, all := lab(2)
	h := New(without{Source: m}, Options{})
	one := "/api/experiments/" + all[1].ID.String()
	var d struct {
		Info  struct{ Title string }
		Paths map[string]any
	}
	if err := json.Unmarshal(ask(h, "GET", "/api/openapi.json").Body.Bytes(), &d); err != nil || d.Info.Title != "AgentSociety WebUI API" || len(d.Paths) != len(routes())-1 { // without its own
		t.Errorf("%+v, %v", d, err)
	}
	if got := ask(h, "GET", one); got.Code != 200 { // without a Finder
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if got := ask(h, "GET", strings.Replace(one, "experiments", "run-experiments", 1)+"/status"); got.Body.String() != `{"data":"Running"}` {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

func TestDataThatOneExperimentLacksIsACrash(t *testing.T) {
	m, all := lab(2)
	var told []model.FailedRequest
	h := New(m, Options{Failed: func(f model.FailedRequest) { told = append(told, f) }})
	one := "/api/experiments/" + all[1].ID.String()
	for _, target := range []string{one + "/timeline", one + "/metrics", one + "/agents/7/survey", strings.Replace(one, "experiments", "run-experiments", 1) + "/log"} {
		if got := ask(h, "GET", target); got.Code != 500 || got.Body.String() != "Internal Server Error" || got.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %d %s", target, got.Code, got.Body)
		}
	}
	if len(told) > 0 {
		t.Errorf("it was told: %+v", told)
	}
}

func TestASourceThatFailsIsAStatus(t *testing.T) {
	m, all := lab(3)
	for err, want := range map[error]int{model.ErrDamaged: 500, model.ErrLocked: 503, model.ErrUnreachable: 503, model.ErrNoExperiment: 404} {
		var told []model.FailedRequest
		h := New(without{m, &model.Error{Op: "read", Address: "lab.db", Err: err}}, Options{Failed: func(f model.FailedRequest) { told = append(told, f) }})
		got := ask(h, "GET", "/api/experiments/"+all[1].ID.String())
		if got.Code != want || (want == 503) != (got.Header().Get("Retry-After") == "1") || strings.Contains(got.Body.String(), "lab.db") {
			t.Errorf("%v: %d %v %s", err, got.Code, got.Header(), got.Body)
		}
		if known := want == 404; (len(told) == 0) != known || (!known && (!errors.Is(told[0].Err, err) || told[0].Status != want)) {
			t.Errorf("%v: %+v was told", err, told)
		}
	}
}

func TestAMomentThatStandsForTheLatestIsNone(t *testing.T) {
	m, all := lab(2)
	e := all[1]
	m.SetRunData(e.Key, storagetest.RunData{
		Frames:  []model.Frame{{At: e.Now, Agents: []model.AgentStatus{{ID: 1}}}},
		Prompts: []model.Prompt{{At: e.Now, Text: text.CleanLines("rain"), Created: e.Created}},
	})
	h := New(m, Options{})
	for target, want := range map[string]string{"agents/-/status?day=-1&t=0": `{"data":[]}`, "prompt?day=-1&t=0": `{"data":null}`, "prompt?day=nan": ""} {
		got := ask(h, "GET", "/api/experiments/"+e.ID.String()+"/"+target)
		if want != "" && (got.Code != 200 || got.Body.String() != want) || want == "" && got.Code != 400 {
			t.Errorf("%s: %d %s", target, got.Code, got.Body)
		}
	}
}

func TestNumbersThatJSONHasNotAreLeftOut(t *testing.T) {
	m, all := lab(2)
	e := all[1]
	m.SetRunData(e.Key, storagetest.RunData{
		Frames:  []model.Frame{{At: e.Now, Agents: []model.AgentStatus{{ID: 1, At: e.Now, Lng: math.Inf(1), Lat: 39.9}}}},
		Metrics: []model.Metric{{Key: text.Clean("gdp"), Points: []model.Point{{Tick: 1, Value: math.NaN()}, {Tick: 2, Value: 7}, {Tick: 3, Value: math.Inf(-1)}}}},
	})
	h := New(m, Options{})
	for target, want := range map[string]string{"agents/-/status": `"lng":null,"lat":39.9`, "agents/1/status": `"lng":null,"lat":39.9`, "metrics": `{"data":{"gdp":[{"key":"gdp","value":7.0,"step":2}]}}`} {
		if got := ask(h, "GET", "/api/experiments/"+e.ID.String()+"/"+target); got.Code != 200 || !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s: %d %s", target, got.Code, got.Body)
		}
	}
}

// secretive is a config with a secret in it, of which the plan and the lines must stay.
const secretive = `llm:
- api_key: sk-1234567890abcdef
  base_url: https://user:hunter2@host/v1
exp:
  environment: {start_tick: 3600, token: hunter2}
  workflow:
  - days: 2.0
    type: run
  - steps: 24
    ticks_per_step: 600
    type: step
env:
  private_key: |
    hunter2
`

func TestSecretsNeverLeave(t *testing.T) {
	m, all := lab(4)
	odd := "# \x1b[2J\u202e\n" + strings.ReplaceAll(secretive, "\n", "\r\n")
	for i, config := range []string{secretive, odd, "# \x1b[2J nothing secret\n", "a: 1\rapi_key: hunter2\rb: 2"} {
		all[i].Config = text.CleanLines(config)
		all[i].Plan, all[i].Models = plan.Read(config)
	}
	m.Put(all...)
	h := New(m, Options{})
	for i, e := range all {
		for _, target := range []string{"/api/experiments/" + e.ID.String(), "/api/experiments"} {
			body := ask(h, "GET", target).Body.String()
			if strings.Contains(body, "hunter2") || strings.Contains(body, "sk-1234") {
				t.Errorf("%s: %s", target, body)
			}
		}
		var one struct{ Data struct{ Config string } }
		if err := json.Unmarshal(ask(h, "GET", "/api/experiments/"+e.ID.String()).Body.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		got := one.Data.Config
		if i == 2 && got != e.Config.Raw() {
			t.Errorf("a config without secrets became %q", got)
		}
		if work, models := plan.Read(got); !work.Equal(e.Plan) || !models.Equal(e.Models) || len(text.CleanLines(got).Split()) != len(e.Config.Split()) {
			t.Errorf("config %d has another plan, or other lines:\n%s", i, got)
		}
	}
}
