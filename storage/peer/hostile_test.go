package peer

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/remote/link"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// answering is a server that greets as it should and answers all else with fn.
func answering(fn http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/api/societop" {
			_, _ = io.WriteString(w, `{"societop":"1","versions":[1],"kind":"lab file"}`)
			return
		}
		fn(w, r)
	})
}

// says is a server that answers with a text.
func says(s string) http.Handler {
	return answering(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) })
}

// TestAServerThatLies: whatever comes, it is an error of a sentence, in time, and nothing of it is taken.
func TestAServerThatLies(t *testing.T) {
	id := uuid.NewString()
	row := `{"i":"` + id + `"}`
	for name, tc := range map[string]struct {
		h    http.Handler
		want error
	}{
		"cut":                 {says(`{"next":"x","put":[` + row), model.ErrAnswer},
		"no JSON":             {says("<html>"), model.ErrAnswer},
		"another shape":       {says(`{"next":"x","put":7}`), model.ErrAnswer},
		"a row of nothing":    {says(`{"next":"x","put":[` + row + `]}`), model.ErrAnswer},
		"more than asked for": {says(`{"next":"x","sources":[{}],"put":[` + strings.Repeat(row+",", 5) + row + `]}`), model.ErrAnswer},
		"more than may be":    {says(`{"next":"x","sources":[{}],"put":[` + strings.Repeat(row+",", 30_000) + row + `]}`), model.ErrAnswer},
		"deep":                {says(strings.Repeat(`{"a":`, 50_000)), model.ErrAnswer},
		"a web page":          {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!doctype html>") }), model.ErrNotEndpoint},
		"a redirect":          {http.RedirectHandler("http://192.0.2.1/", http.StatusFound), model.ErrNotEndpoint},
		"an error of a stranger": {answering(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"code":7,"detail":[]}`)
		}), model.ErrServer},
		"a bomb": {answering(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
			_, _ = io.WriteString(z, `{"next":"`)
			for spaces := strings.Repeat(" ", 1<<20); ; {
				if _, err := io.WriteString(z, spaces); err != nil {
					return
				}
			}
		}), model.ErrAnswer},
	} {
		c := over(t, tc.h)
		c.link.Limits.Body = 4 << 20
		ch, err := c.Changes(t.Context(), model.Cursor{}, model.Budget{Rows: 5})
		if !errors.Is(err, tc.want) || len(ch.Put) > 0 || strings.Count(err.Error(), "\n") > 0 || len(err.Error()) > 600 {
			t.Errorf("%s: %d rows, %v; want %v", name, len(ch.Put), err, tc.want)
		}
	}
}

// TestAnotherExperimentThanWasAskedFor is none.
func TestAnotherExperimentThanWasAskedFor(t *testing.T) {
	c := over(t, says(`{"sources":[{}],"i":"`+uuid.NewString()+`","data":[{"sources":[{}],"i":"`+uuid.NewString()+`"},null]}`))
	k := model.Key{ID: uuid.New()}
	if e, err := c.Experiment(t.Context(), k); !errors.Is(err, model.ErrAnswer) || e.ID != uuid.Nil {
		t.Errorf("%v, %v", e.Key, err)
	}
	if e, err := c.Find(t.Context(), k.ID); !errors.Is(err, model.ErrAnswer) || e.ID != uuid.Nil {
		t.Errorf("%v, %v", e.Key, err)
	}
	if all, err := c.Experiments(t.Context(), []model.Key{k}); err != nil || len(all) > 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// TestATokenIsNotRepeated, whatever a server says, and goes only where it is meant to.
func TestATokenIsNotRepeated(t *testing.T) {
	s := httptest.NewServer(answering(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"code":"locked","op":"say","address":"`+r.Header.Get("Authorization")+`","detail":"you sent `+r.Header.Get("Authorization")+`"}`)
	}))
	defer s.Close()
	l, err := link.Open(s.URL, model.Access{Token: model.NewSecret("s3cret-token")})
	if err != nil {
		t.Fatal(err)
	}
	c := Over(l)
	defer c.Close()
	_, err = c.Changes(t.Context(), model.Cursor{}, model.Budget{})
	if !errors.Is(err, model.ErrLocked) || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "you sent Bearer") {
		t.Errorf("%v", err)
	}
	if !c.Info().Guarded {
		t.Error("it does not say that a token is sent")
	}
}

// TestAClientGoesOnAfterARestart of the server, from its cursor where the source is the same, and with a
// whole list where it is another one.
func TestAClientGoesOnAfterARestart(t *testing.T) {
	m, all := storagetest.NewMemory(), storagetest.Experiments(30)
	m.Put(all...)
	var h http.Handler = serve.New(m, serve.Options{})
	c := over(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	defer c.Close()
	var mirror storagetest.Mirror
	mirror.Read(t, c, model.Budget{Rows: 7})
	h = serve.New(m, serve.Options{})
	if ch, err := c.Changes(t.Context(), mirror.Cursor, model.Budget{}); err != nil || !ch.Empty() {
		t.Errorf("after a restart: %+v, %v", ch, err)
	}
	other := storagetest.NewMemory()
	other.Put(all[20:]...)
	other.Put(all[20:21]...)
	h = serve.New(other, serve.Options{})
	if pages := mirror.Read(t, c, model.Budget{Rows: 4}); !pages[0].First || len(mirror.Known) != 10 {
		t.Errorf("of another source: %d experiments", len(mirror.Known))
	}
}

// TestAServerWhoseClockIsWrong: its clock is known, and times of its sources are those of this machine.
func TestAServerWhoseClockIsWrong(t *testing.T) {
	ahead := 3 * time.Hour
	m := storagetest.NewMemory()
	c := over(t, serve.New(m, serve.Options{}))
	l, err := link.Open(c.link.Address(), model.Access{Now: func() time.Time { return time.Now().Add(-ahead) }})
	if err != nil {
		t.Fatal(err)
	}
	behind := Over(l)
	defer behind.Close()
	ch, err := behind.Changes(t.Context(), model.Cursor{}, model.Budget{})
	if off := time.Until(ch.Clock).Abs(); err != nil || off > time.Minute {
		t.Errorf("%v off, %v", off, err)
	}
	if ch, err := c.Changes(t.Context(), model.Cursor{}, model.Budget{}); err != nil || !ch.Clock.IsZero() {
		t.Errorf("the clock of this machine is another one: %v, %v", ch.Clock, err)
	}
}

// TestAServerThatHangs is known within two intervals and 5 s, with its connection open.
func TestAServerThatHangs(t *testing.T) {
	t.Parallel()
	end := make(chan struct{})
	c := over(t, answering(func(http.ResponseWriter, *http.Request) { <-end }))
	defer close(end)
	const interval = 100 * time.Millisecond
	begun := time.Now()
	_, err := c.Changes(t.Context(), model.Cursor{}, model.Budget{Interval: interval})
	if took := time.Since(begun); !errors.Is(err, model.ErrUnreachable) || took > 5*time.Second+2*interval {
		t.Errorf("%v after %v", err, took)
	}
}
