package serve

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
	"societop/storage/remote"
	"societop/storage/storagetest"
)

// TestALabWithoutARecorderIsNotLiveThroughAServer either: every answer says so, and who reads the
// lab through the server sees what one sees who reads the file.
func TestALabWithoutARecorderIsNotLiveThroughAServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	all := storagetest.Experiments(3)
	writeLab(t, path, all)
	dead := model.Liveness{AsOf: time.Date(2026, 11, 23, 11, 31, 0, 0, time.UTC), Why: text.Clean(model.NoRecorder)}
	writer := bolt.Open(path, bolt.Options{Write: true})
	if err := writer.Settle(t.Context(), dead); err != nil {
		t.Fatal(err)
	}
	h := New(bolt.Open(path, bolt.Options{}), Options{})
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	asked := time.Now()
	client, err := remote.Open(s.URL, model.Access{Now: func() time.Time { return asked }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	check := func(when string, want model.Liveness) {
		t.Helper()
		str, _ := want.MarshalText()
		for _, route := range []string{"/api/experiments", "/api/experiments/" + all[0].ID.String(), "/api/openapi.json"} {
			answer := ask(h, http.MethodGet, route)
			if got := answer.Header().Get(model.AsOfHeader); answer.Code != http.StatusOK || got != string(str) {
				t.Errorf("%s, %s: %d, %q, want %q", when, route, answer.Code, got, str)
			}
		}
		asked = asked.Add(time.Hour) // a list is due
		for since := (model.Cursor{}); ; {
			ch, err := client.Changes(t.Context(), since, model.Budget{})
			if err != nil {
				t.Fatal(err)
			}
			if since = ch.Next; ch.More {
				continue
			}
			if ch.Liveness != want {
				t.Errorf("%s a client reads %+v, want %+v", when, ch.Liveness, want)
			}
			break
		}
		report, err := client.Probe(t.Context())
		alive, _ := client.Liveness(t.Context())
		if err != nil || report.Liveness != want || alive != want {
			t.Errorf("%s: %+v (%v), %+v, want %+v", when, report.Liveness, err, alive, want)
		}
	}
	check("without a recorder", dead)
	held, err := writer.Claim("record", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	check("while it is recorded", model.Liveness{})
	refused := model.Liveness{AsOf: dead.AsOf.Add(time.Minute), Why: text.Clean("recorder: 连接被拒绝")}
	if err := held.Tell(claim.State{Liveness: refused}); err != nil {
		t.Fatal(err)
	}
	check("while its recorder's source is away", refused)
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	check("at the end", dead)
	if answer := ask(h, http.MethodGet, "/api/nothing"); answer.Header().Get(model.AsOfHeader) != "" {
		t.Error("what is no route has a time")
	}
	memory, _ := lab(1)
	if answer := ask(New(memory, Options{}), http.MethodGet, "/api/experiments"); answer.Header().Get(model.AsOfHeader) != "" {
		t.Error("a source that can't say is not called dead")
	}
}
