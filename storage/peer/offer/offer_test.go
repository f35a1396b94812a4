package offer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/peer/wire"
	"societop/storage/storagetest"
)

// asked is the answer to a request, as its status and its body.
func asked(t *testing.T, o *Offer, path, query string) (int, string) {
	t.Helper()
	q, _ := url.ParseQuery(query) // as much of it as can be read, like net/http
	a := o.Answer(t.Context(), path, q)
	var b bytes.Buffer
	if err := a.Write(&b); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Errorf("%s?%s: %s", path, query, b.Bytes())
	}
	return a.Status, b.String()
}

func TestWhatARequestSaysWrong(t *testing.T) {
	m, all := storagetest.NewMemory(), storagetest.Experiments(3)
	all[2].Config = text.CleanLines("llm:\n- api_key: sk-secret\n  model: m\n")
	m.Put(all...)
	m.SetRunData(all[2].Key, storagetest.RunData{})
	o := New(m, "1.2.3")
	id := all[2].ID.String()
	run := "api/societop/v1/experiments/" + id + "/"
	for _, tc := range []struct {
		path, query string
		status      int
		body        string
	}{
		{"api/societop", "", 200, `"societop":"1.2.3","versions":[1]`},
		{"api/societop/", "", 404, "Not Found"},
		{"api/societop/v2/changes", "", 404, "Not Found"},
		{"api/societop/v1/", "", 404, "Not Found"},
		{"api/societop/v1/changes", "rows=-1", 400, "rows is a number"},
		{"api/societop/v1/changes", "rows=x", 400, "rows is a number"},
		{"api/societop/v1/changes", "key=x", 400, "a key is"},
		{"api/societop/v1/changes", strings.Repeat("key=x&", 300), 400, "more than 256"},
		{"api/societop/v1/changes", "since=%00nonsense&rows=1", 200, `"first":true`},
		{"api/societop/v1/experiment", "id=7", 400, "is no id"},
		{"api/societop/v1/experiment", "id=" + uuid.Max.String(), 404, `"code":"no_experiment"`},
		{"api/societop/v1/experiment", "id=" + id + "&tenant_id=nobody", 404, `"code":"no_experiment"`},
		{"api/societop/v1/experiment", "id=" + id, 200, "api_key"},
		{"api/societop/v1/experiments", "", 200, `{"data":[]}`},
		{run + "everything", "", 404, "Not Found"},
		{run + "frame", "day=x", 400, "day is a number"},
		{run + "frame", "day=1&t=x", 400, "t is a number"},
		{run + "talk", "agent=x", 400, "the number of an agent"},
		{run + "talk", "", 500, `"code":"not_offered"`},
		{run + "answers", "limit=-7", 400, "limit is a number"},
		{run + "log", "lines=x", 400, "lines is a number"},
		{run + "timeline", "", 200, `{"data":[]}`},
	} {
		status, body := asked(t, o, tc.path, tc.query)
		if status != tc.status || !strings.Contains(body, tc.body) || strings.Contains(body, "sk-secret") {
			t.Errorf("%s?%.40s: %d %s", tc.path, tc.query, status, body)
		}
	}
}

// wordy is a source whose experiments have long errors.
type wordy struct {
	model.Source
	asked []int // rows
}

func (w *wordy) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	w.asked = append(w.asked, b.Rows)
	ch, err := w.Source.Changes(ctx, since, b)
	for i := range ch.Put {
		ch.Put[i].Error = text.CleanLines(strings.Repeat("x", 1<<20))
	}
	return ch, err
}

// TestLongErrorsMakeShortPages.
func TestLongErrorsMakeShortPages(t *testing.T) {
	m := storagetest.NewMemory()
	m.Put(storagetest.Experiments(100)...)
	src := &wordy{Source: m}
	v, err := New(src, "").changes(t.Context(), url.Values{"errors": {"1"}})
	p, _ := v.(*wire.Page)
	if err != nil || len(p.Put) != 12 || !p.More || !p.First || !slices.Equal(src.asked, []int{wire.MaxRows, 12}) {
		t.Errorf("%d rows, %v, asked for %v", len(p.Put), err, src.asked)
	}
}

// failing is a source that fails.
type failing struct {
	model.Source
	err error
}

func (f failing) Changes(context.Context, model.Cursor, model.Budget) (model.Changes, error) {
	return model.Changes{}, f.err
}

func TestAFailureIsTold(t *testing.T) {
	why := &model.Error{Op: "read", Address: "memory", Err: model.ErrLocked}
	a := New(failing{storagetest.NewMemory(), why}, "").Answer(t.Context(), "api/societop/v1/changes", nil)
	if a.Status != 503 || !errors.Is(a.Err, model.ErrLocked) {
		t.Errorf("%+v", a)
	}
}

// FuzzAnswer asks anything: it is answered with JSON.
func FuzzAnswer(f *testing.F) {
	m, all := storagetest.NewMemory(), storagetest.Experiments(3)
	m.Put(all...)
	m.SetRunData(all[1].Key, storagetest.RunData{Log: "a\nb"})
	o := New(m, "test")
	for _, route := range []string{"changes", "experiment", "experiments", "surveys", "liveness", "experiments/" + all[1].ID.String() + "/log"} {
		f.Add("api/societop/v1/"+route, "same=x&since=x&rows=2&id="+all[1].ID.String()+"&tenant_id=&key="+all[1].ID.String()+"%00%00")
	}
	f.Add("api/societop", "")
	f.Add("api/societop/v1/experiments/"+all[1].ID.String()+"/frame", "day=1&t=1e300&agent=7&limit=3&lines=1&bytes=2")
	f.Fuzz(func(t *testing.T, path, query string) {
		if status, body := asked(t, o, path, query); status < 200 || status > 599 {
			t.Errorf("%d %s", status, body)
		}
	})
}
