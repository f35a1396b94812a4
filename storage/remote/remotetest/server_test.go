package remotetest

import (
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// recordedRow is every member that any row of the API has.
type recordedRow struct {
	Tenant   string `json:"tenant_id"`
	ID       json.RawMessage
	Name     string
	NumDay   int `json:"num_day"`
	Status   json.RawMessage
	CurDay   int     `json:"cur_day"`
	CurT     float64 `json:"cur_t"`
	Config   string
	Error    string
	In       int64     `json:"input_tokens"`
	Out      int64     `json:"output_tokens"`
	Created  time.Time `json:"created_at"`
	Updated  time.Time `json:"updated_at"`
	Day      int
	T        float64
	Lng, Lat *float64
	Parent   *int64 `json:"parent_id"`
	Action   string
	Profile  json.RawMessage
	Type     int8
	Speaker  string
	Content  string
	Survey   uuid.UUID `json:"survey_id"`
	Result   *string
	Prompt   string
	Key      string
	Value    float64
	Step     int64
	Data     json.RawMessage
}

// rowsOf is the rows of a recorded answer.
func rowsOf(t *testing.T, target string) (out []recordedRow) {
	t.Helper()
	rows, err := dataRows(ask(t, recordedServer(), "GET", target).Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		var one recordedRow
		if err := json.Unmarshal(r.raw, &one); err != nil {
			t.Fatal(err)
		}
		out = append(out, one)
	}
	return out
}

func (r recordedRow) at() model.SimTime { return model.SimTime{Day: r.Day, T: r.T} }

func (r recordedRow) uuid() uuid.UUID { return uuid.MustParse(strings.Trim(string(r.ID), `"`)) }

func (r recordedRow) number(t *testing.T, raw json.RawMessage) (n int64) {
	t.Helper()
	if err := json.Unmarshal(raw, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (r recordedRow) experiment(t *testing.T) (e model.Experiment) {
	e.ID, e.Tenant, e.Name = r.uuid(), text.Clean(r.Tenant), text.Clean(r.Name)
	e.NumDay, e.Status = r.NumDay, model.Status(r.number(t, r.Status))
	e.Now = model.SimTime{Day: r.CurDay, T: r.CurT}
	e.Config, e.Error = text.CleanLines(r.Config), text.CleanLines(r.Error)
	e.InputTokens, e.OutputTokens, e.Created, e.Updated = r.In, r.Out, r.Created, r.Updated
	return e
}

func (r recordedRow) status(t *testing.T) model.AgentStatus {
	a := model.AgentStatus{
		ID: r.number(t, r.ID), At: r.at(), Lng: math.NaN(), Lat: math.NaN(),
		Action: text.Clean(r.Action), Status: text.ParseValue(string(r.Status)), Created: r.Created,
	}
	if r.Lng != nil {
		a.Lng, a.Lat = *r.Lng, *r.Lat
	}
	if r.Parent != nil {
		a.Parent = *r.Parent
	}
	return a
}

// rebuilt is a Server that was filled from the recorded answers.
func rebuilt(t *testing.T) *Server {
	s := New()
	for _, r := range rowsOf(t, "/api/experiments") {
		s.Put(r.experiment(t))
	}
	var have storagetest.RunData
	for _, r := range rowsOf(t, finished+"/agents/-/profile") {
		have.Profiles = append(have.Profiles, model.Profile{ID: r.number(t, r.ID), Name: text.Clean(r.Name), Profile: text.ParseValue(string(r.Profile))})
	}
	for _, q := range []string{"?day=1&t=301", ""} {
		var f model.Frame
		for _, r := range rowsOf(t, finished+"/agents/-/status"+q) {
			f.Agents = append(f.Agents, r.status(t))
			f.At = r.at()
		}
		have.Frames = append(have.Frames, f)
	}
	for _, agent := range []string{"1", "2", "7"} {
		for _, r := range rowsOf(t, finished+"/agents/"+agent+"/dialog") {
			have.Messages = append(have.Messages, model.Message{
				ID: r.number(t, r.ID), At: r.at(), Kind: model.MessageKind(r.Type), Speaker: text.Clean(r.Speaker), Content: text.CleanLines(r.Content), Created: r.Created,
			})
		}
		for _, r := range rowsOf(t, finished+"/agents/"+agent+"/survey") {
			a := model.Answer{ID: r.number(t, r.ID), At: r.at(), Survey: r.Survey, Pending: r.Result == nil, Created: r.Created}
			if r.Result != nil {
				a.Result = text.CleanLines(*r.Result)
			}
			have.Answers = append(have.Answers, a)
		}
	}
	for _, q := range []string{"?day=1&t=301", ""} {
		r := rowsOf(t, finished+"/prompt"+q)[0]
		have.Prompts = append(have.Prompts, model.Prompt{At: r.at(), Text: text.CleanLines(r.Prompt), Created: r.Created})
	}
	have.Metrics = recordedMetrics(t)
	var log string
	if err := json.Unmarshal(ask(t, recordedServer(), "GET", strings.Replace(finished, "experiments", "run-experiments", 1)+"/log").Body.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	have.Log = "dropped\n" + strings.ReplaceAll(log, "\n\n", "\n")
	s.SetRunData(rowsOf(t, finished)[0].experiment(t).Key, have)
	var surveys []model.Survey
	for _, r := range rowsOf(t, "/api/surveys") {
		surveys = append(surveys, model.Survey{ID: r.uuid(), Name: text.Clean(r.Name), Data: text.ParseValue(string(r.Data)), Created: r.Created, Updated: r.Updated})
	}
	s.SetSurveys(surveys...)
	return s
}

// recordedMetrics is the recorded series, in the order of the answer.
func recordedMetrics(t *testing.T) (all []model.Metric) {
	body := ask(t, recordedServer(), "GET", finished+"/metrics").Body.Bytes()
	var answer struct{ Data map[string][]recordedRow }
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	for _, m := range text.ParseValue(string(body)).Members()[0].Value.Members() {
		one := model.Metric{Key: m.Key}
		for _, r := range answer.Data[m.Key.Raw()] {
			one.Points = append(one.Points, model.Point{Tick: r.Step, Value: r.Value})
		}
		all = append(all, one)
	}
	return all
}

// sameBody reports whether two answers are equal byte by byte; the series of metrics may come
// in any order.
func sameBody(target, got, want string) bool {
	if !strings.HasPrefix(target, finished) || !strings.HasSuffix(target, "/metrics") {
		return got == want
	}
	var g, w struct{ Data map[string]json.RawMessage }
	if json.Unmarshal([]byte(got), &g) != nil || json.Unmarshal([]byte(want), &w) != nil {
		return false
	}
	return len(got) == len(want) && maps.EqualFunc(g.Data, w.Data, func(a, b json.RawMessage) bool { return string(a) == string(b) })
}

func TestTheServerAnswersAsTheRecordedOne(t *testing.T) {
	got, want := rebuilt(t), recordedServer()
	unknown := "/api/experiments/00000000-0000-4000-8000-000000000000"
	fresh := "/api/experiments/de091866-8093-520e-87b9-8f080e33b0a8"
	bare := "/api/experiments/3fc50607-0379-5898-b04e-52349bfbc263"
	run := strings.Replace(finished, "experiments", "run-experiments", 1)
	for _, target := range []string{
		"/api/experiments", finished, unknown, "/api/experiments/", "/api/experiments/not-a-uuid", "/api/experiments/not-a-uuid/timeline",
		finished + "/agents/-/profile", finished + "/agents/-/status", finished + "/agents/-/status?t=301&day=1",
		finished + "/agents/-/status?day=1&t=300", finished + "/agents/-/status?day=abc&t=x",
		finished + "/agents/1/dialog", finished + "/agents/2/dialog", finished + "/agents/9999/dialog", finished + "/agents/-/dialog",
		finished + "/agents/2/survey", finished + "/agents/7/survey", finished + "/agents/abc/survey", finished + "/agents/-5/status",
		finished + "/agents/7/profile", finished + "/agents/-5/profile", finished + "/agents/abc/profile",
		finished + "/metrics", finished + "/prompt", finished + "/prompt?day=1&t=301", finished + "/prompt?day=99&t=1",
		unknown + "/timeline", unknown + "/metrics", unknown + "/prompt", unknown + "/agents/-/status", unknown + "/agents/-/profile",
		fresh, fresh + "/timeline", fresh + "/metrics", fresh + "/prompt", fresh + "/agents/-/status", fresh + "/agents/-/profile",
		bare + "/timeline", bare + "/metrics", bare + "/prompt", bare + "/agents/-/status", bare + "/agents/-/profile",
		run + "/log", run + "/status", "/api/run-experiments/not-a-uuid/log", "/api/run-experiments/3fc50607-0379-5898-b04e-52349bfbc263/log",
		"/api/surveys", "/api/surveys/xyz", "/api/surveys/00000000-0000-4000-8000-000000000000", "/api/nope", "/api",
	} {
		g, w := ask(t, got, "GET", target), ask(t, want, "GET", target)
		if g.Code != w.Code || !sameBody(target, g.Body.String(), w.Body.String()) {
			t.Errorf("%s:\n got %d %.300s\nwant %d %.300s", target, g.Code, g.Body, w.Code, w.Body)
		}
		for _, name := range []string{"Content-Type", "Content-Length", "Server"} {
			if g.Header().Get(name) != w.Header().Get(name) {
				t.Errorf("%s: %s is %q, want %q", target, name, g.Header().Get(name), w.Header().Get(name))
			}
		}
	}
	if g := ask(t, got, "HEAD", "/api/experiments"); g.Code != http.StatusNotFound || g.Body.Len() > 0 {
		t.Errorf("HEAD: %d %s", g.Code, g.Body)
	}
	if g := ask(t, got, "POST", "/api/experiments"); g.Code != http.StatusMethodNotAllowed || g.Body.String() != `{"detail":"Method Not Allowed"}` {
		t.Errorf("POST: %d %s", g.Code, g.Body)
	}
	if g := ask(t, got, "GET", "/some/page"); g.Code != http.StatusOK || !strings.HasPrefix(g.Header().Get("Content-Type"), "text/html") {
		t.Errorf("a page: %d %v", g.Code, g.Header())
	}
}

func TestRightAfterAStepThereIsNoStatusWithoutAMoment(t *testing.T) {
	s := New()
	e := storagetest.Experiments(2)[1]
	s.Put(e)
	s.SetRunData(e.Key, storagetest.RunData{Frames: []model.Frame{{At: e.Now, Agents: []model.AgentStatus{{ID: 1}}}}})
	target := "/api/experiments/" + e.ID.String() + "/agents/-/status"
	if body := ask(t, s, "GET", target).Body.String(); !strings.Contains(body, `"id":1`) {
		t.Error(body)
	}
	e.Now.T += 300
	s.Put(e)
	if body := ask(t, s, "GET", target).Body.String(); body != `{"data":[]}` {
		t.Error(body)
	}
}

func TestTheKnobsOfTheServer(t *testing.T) {
	s := New()
	all := storagetest.Experiments(3)
	s.Put(all...)
	const route = "GET /api/experiments"
	code := func(target string) int { return ask(t, s, "GET", target).Code }
	one := "/api/experiments/" + all[0].ID.String()

	s.FailList()
	if got := code("/api/experiments"); got != 500 || code(one) != 200 {
		t.Errorf("a failing list is %d", got)
	}
	s.Fail(route, 429, `{"detail":"slow down"}`, http.Header{"Retry-After": {"7"}})
	if got := ask(t, s, "GET", "/api/experiments"); got.Code != 429 || got.Header().Get("Retry-After") != "7" {
		t.Errorf("%d %v", got.Code, got.Header())
	}
	s.Heal(route)
	if got := s.Count(route); got != 2 || s.Count("GET /api/experiments/{exp_id}") != 1 || s.Count("GET "+one) != 1 {
		t.Errorf("%d requests of the list; %v", got, s.Requests())
	}
	s.Token("secret")
	if got := code("/api/experiments"); got != 401 || code("/api/openapi.json") != 200 {
		t.Errorf("without the token the list is %d", got)
	}
	s.Token("")
	s.Delete(all[0].Key)
	if got := code(one); got != 404 {
		t.Errorf("a deleted experiment is %d", got)
	}
	clock := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	s.Clock(func() time.Time { return clock })
	if got := ask(t, s, "GET", "/").Header().Get("Date"); got != clock.Format(http.TimeFormat) {
		t.Errorf("date %q", got)
	}
	all[1].Now.T = math.Inf(1)
	s.Put(all[1])
	if body := ask(t, s, "GET", "/api/experiments").Body.String(); !strings.Contains(body, `"cur_t":Infinity,`) {
		t.Errorf("an infinite time is sent as %.200s", body)
	}
	s.Strict()
	if got := code("/api/experiments"); got != 500 || code("/api/experiments/"+all[2].ID.String()) != 200 {
		t.Errorf("a strict list with an infinite time is %d", got)
	}
	s.Older()
	if got := ask(t, s, "GET", "/api/openapi.json").Body.String(); code(one+"/metrics") != 404 || strings.Contains(got, "metrics") || !strings.Contains(got, "mlflow") {
		t.Errorf("an older server describes itself as %s", got)
	}
}

func TestOneIDUnderSeveralTenants(t *testing.T) {
	s := New()
	all := storagetest.Experiments(2)
	all[1].ID = all[0].ID
	s.Put(all...)
	for tenant, name := range map[string]string{all[0].Tenant.Raw(): all[0].Name.Raw(), all[1].Tenant.Raw(): all[1].Name.Raw()} {
		got := ask(t, s, "GET", "/api/experiments/"+all[0].ID.String()+"?tenant_id="+tenant).Body.String()
		if !strings.Contains(got, name) {
			t.Errorf("tenant %q: %s, want %s", tenant, got, name)
		}
	}
	if got := ask(t, s, "GET", "/api/experiments/"+all[0].ID.String()+"?tenant_id=nobody").Code; got != 404 {
		t.Errorf("an unknown tenant is %d", got)
	}
}

func TestRequestsWaitAndConnectionsDrop(t *testing.T) {
	s := New()
	url := s.Start(t)
	const route = "GET /api/surveys"
	release := s.Hold(route)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			resp, err := http.Get(url + "/api/surveys")
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
		})
	}
	for s.UnderWay(route) < 3 {
		runtime.Gosched()
	}
	release()
	wg.Wait()
	if got := s.MostAtOnce(route); got != 3 {
		t.Errorf("%d at once", got)
	}
	s.Drop(route, 1<<30) // Go's client tries again by itself
	if resp, err := http.Get(url + "/api/surveys"); err == nil {
		_ = resp.Body.Close()
		t.Error("a dropped connection brought an answer")
	}
	s.Heal(route)
	resp, err := http.Get(url + "/api/surveys")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}
