package remotetest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

const recordings = "../testdata/agentsociety-api"

// recordedServer is the recorded answers, read once.
var recordedServer = sync.OnceValue(func() http.Handler { return Fixtures(recordings) })

// ask is the answer of a handler to one request.
func ask(t *testing.T, h http.Handler, method, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

const finished = "/api/experiments/1c2a67e2-8cf0-5168-b697-66e0f003a377"

func TestEveryRecordedAnswerIsServedAsRecorded(t *testing.T) {
	h := recordedServer()
	table, err := os.ReadFile(recordings + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, row := range tableRow.FindAllSubmatch(table, -1) {
		files[string(row[1])+" "+string(row[2])] = string(row[3])
	}
	if len(files) < 130 {
		t.Fatalf("only %d requests are in the table", len(files))
	}
	for request, file := range files {
		method, target, _ := strings.Cut(request, " ")
		raw, err := os.ReadFile(recordings + "/" + file)
		if err != nil {
			t.Fatal(err)
		}
		got := ask(t, h, method, target)
		head, body, _ := strings.Cut(string(raw), "\r\n\r\n")
		if got.Body.String() != body || !strings.Contains(head, http.StatusText(got.Code)) {
			t.Errorf("%s: %d with %d bytes, want those of %s", request, got.Code, got.Body.Len(), file)
		}
		for _, line := range strings.Split(head, "\r\n")[1:] {
			name, value, _ := strings.Cut(line, ": ")
			if name != "Transfer-Encoding" && got.Header().Get(name) != value {
				t.Errorf("%s: header %s is %q, want %q", request, name, got.Header().Get(name), value)
			}
		}
	}
}

func TestWhatHasNoFileOfItsOwnIsAnsweredFromTheOthers(t *testing.T) {
	h := recordedServer()
	for _, tc := range []struct {
		method, target string
		status         int
		body           string // how it begins
	}{
		{"GET", "/api/experiments/90e59e99-ffc2-540b-ae80-dae982891e2b", 200, `{"data":{"tenant_id":"default","id":"90e59e99`},
		{"GET", finished + "/agents/-/status?t=86101&day=2&x=y", 200, `{"data":[{"id":1,"day":2,"t":86101.0`},
		{"GET", finished + "/agents/-/status?t=86101.5&day=2", 200, `{"data":[]}`},
		{"GET", finished + "/agents/-/status?t=301.0&day=1", 200, `{"data":[{"id":1,"day":1,"t":301.0`},
		{"GET", finished + "/prompt?day=2&t=86101", 200, `{"data":{"day":2,`},
		{"GET", finished + "/prompt?day=2&t=1", 200, `{"data":null}`},
		{"GET", "/api/experiments/de091866-8093-520e-87b9-8f080e33b0a8/prompt?day=2&t=1", 400, `{"detail":"Experiment not running"}`},
		{"GET", "/api/experiments?tenant_id=x", 200, `{"data":[`},
		{"GET", finished + "/agents/3/dialog", 404, `{"detail":"Not Found"}`},
		{"PUT", "/api/nope", 405, `{"detail":"Method Not Allowed"}`},
		{"HEAD", finished, 404, ""},
		{"GET", "/lab", 200, "<!doctype html>"},
		{"GET", "//api/experiments", 200, "<!doctype html>"},
	} {
		got := ask(t, h, tc.method, tc.target)
		if got.Code != tc.status || !strings.HasPrefix(got.Body.String(), tc.body) {
			t.Errorf("%s %s: %d %.60q, want %d %q", tc.method, tc.target, got.Code, got.Body, tc.status, tc.body)
		}
	}
}

// times is the created_at of the first row of an answer.
func times(t *testing.T, h http.Handler, target string) string {
	t.Helper()
	rows, err := dataRows(ask(t, h, "GET", target).Body.Bytes())
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %d rows (%v)", target, len(rows), err)
	}
	var has struct {
		At string `json:"created_at"`
	}
	if err := json.Unmarshal(rows[0].raw, &has); err != nil {
		t.Fatal(err)
	}
	return has.At
}

func TestAServerInAnotherZoneLabelsDigitsOfUTC(t *testing.T) {
	plain, zoned := recordedServer(), Fixtures(recordings, Offset("+08:00"))
	for _, target := range []string{
		"/api/experiments", finished, "/api/experiments/90e59e99-ffc2-540b-ae80-dae982891e2b",
		finished + "/agents/-/status", finished + "/agents/2/dialog", finished + "/agents/2/survey", finished + "/prompt",
	} {
		want := strings.TrimSuffix(times(t, plain, target), "Z") + "+08:00"
		if got := times(t, zoned, target); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	got, wrong := time.Parse(time.RFC3339, times(t, zoned, "/api/surveys"))
	want, err := time.Parse(time.RFC3339, times(t, plain, "/api/surveys"))
	if wrong != nil || err != nil || !got.Equal(want) {
		t.Errorf("surveys: %v (%v), want %v (%v)", got, wrong, want, err)
	}
	if texts := ask(t, zoned, "GET", finished).Body.String(); strings.Count(texts, "+08:00") != 2 {
		t.Errorf("times inside of texts were changed: %d", strings.Count(texts, "+08:00"))
	}
}

func TestAnEndpointComesBackAtItsAddress(t *testing.T) {
	clock := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	e := Listen(t, Fixtures(recordings, Now(func() time.Time { return clock })))
	get := func() error {
		resp, err := http.Get(e.URL + "/api/experiments")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if got := resp.Header.Get("Date"); got != clock.Format(http.TimeFormat) {
			t.Errorf("date %q", got)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := get(); err != nil {
		t.Fatal(err)
	}
	e.Stop()
	if get() == nil {
		t.Error("a stopped endpoint answers")
	}
	e.Start(t)
	if err := get(); err != nil {
		t.Fatal(err)
	}
	e.CloseConnections()
	if err := get(); err != nil { // on a new connection
		t.Error(err)
	}
}

func TestADirectoryWithoutAnswersSaysSo(t *testing.T) {
	if got := ask(t, Fixtures(t.TempDir()), "GET", "/"); got.Code != 500 || !strings.Contains(got.Body.String(), "README.md") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}
