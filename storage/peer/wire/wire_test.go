package wire

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// decoded is what a text of JSON is.
func decoded[T any](t *testing.T, s string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestTextsAndNumbersComeAsTheyWent, whatever they are.
func TestTextsAndNumbersComeAsTheyWent(t *testing.T) {
	for _, s := range []Raw{"", "北京 🚇", "\x00\x1b[2J\u2028\"\\", "\xff\xfe not UTF-8", "a\xed\xa0\x80b"} {
		b, err := json.Marshal(s)
		if err != nil || decoded[Raw](t, string(b)) != s {
			t.Errorf("%q: %s, %v", s, b, err)
		}
	}
	for _, f := range []float64{0, math.Copysign(0, -1), 1.5, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64} {
		b, err := json.Marshal(Float(f))
		if got := float64(decoded[Float](t, string(b))); err != nil || math.Float64bits(got) != math.Float64bits(f) && !math.IsNaN(f) {
			t.Errorf("%v: %s, %v", f, b, err)
		}
	}
	for _, at := range []time.Time{time.UnixMicro(0).UTC(), time.Date(2026, 11, 26, 1, 2, 3, 4000, time.UTC), time.Date(1883, 1, 1, 0, 0, 0, 0, time.UTC)} {
		b, err := json.Marshal(Stamp{at})
		if got := decoded[Stamp](t, string(b)); err != nil || !got.Equal(at) {
			t.Errorf("%v: %s, %v", at, b, err)
		}
	}
}

// TestWhatNoServerSends can't be decoded, and is not believed.
func TestWhatNoServerSends(t *testing.T) {
	id := uuid.NewString()
	for _, body := range []string{
		"", "null", "[]", "7", `{"next":7}`, `{"put":{}}`, `{"put":[1]}`, `{"put":[{"i":"x"}]}`,
		`{"put":[{"i":"` + id + `"}]}`, // of no source
		`{"sources":[{}],"put":[{"i":"` + id + `","s":1}]}`,
		`{"sources":[{}],"put":[{"i":"` + id + `","s":-1}]}`,
		`{"sources":[{}],"put":[{"i":"` + id + `","p":1}]}`,
		`{"sources":[{}],"put":[{"i":"` + id + `","m":-1}]}`,
		`{"sources":[{}],"gone":[{"i":"` + id + `","s":9}]}`,
		`{"sources":[{}],"put":[{"i":"` + id + `","st":1000}]}`,
		`{"sources":[{}],"put":[{"i":"` + id + `","c":9223372036854775807}]}`,
		`{"sources":[{}],"put":[{"i":"` + id + `","n":["%%%"]}]}`,
		`{"sources":[{}],"put":[{"i":"` + id + `","n":["YQ==","YQ=="]}]}`,
		`{"sources":[{}],"put":[{"i":"` + id + `","t":"many"}]}`,
		`{"plans":[[]]}`, `{"plans":[[0,1]]}`, `{"plans":[[0,0,1,0,1]]}`, `{"plans":[[-1]]}`, `{"plans":[[0,0,1,9223372036854775807,9223372036854775807]]}`,
		`{"plans":[[0,0,1,1,4611686018427387904,0,1,1,4611686018427387904]]}`, `{"plans":[[0,-1,1,1,1]]}`,
		`{"put":[` + strings.Repeat(`{"i":"`+id+`"},`, 2*MaxRows) + `{"i":"` + id + `"}]}`,
		`{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`,
		`{"next":"a","next":"b"}`, `{"next":"a"}{"next":"b"}`,
	} {
		var p Page
		err := json.Unmarshal([]byte(body), &p)
		if err == nil && body != "null" {
			_, err = p.Model(new(Shared), "http://x")
		}
		if err == nil && body != "null" {
			t.Errorf("%.100s: %+v", body, p)
		}
	}
}

// TestAnErrorIsTheSameOnTheOtherSide, and says nothing of where the source is.
func TestAnErrorIsTheSameOnTheOtherSide(t *testing.T) {
	const address = "/data/lab.db"
	for _, c := range codes {
		for _, err := range []error{c.err, fmt.Errorf("more: %w", c.err), &model.Error{Op: "read", Address: address, Err: c.err, Detail: "page 7", RetryAfter: 3 * time.Second}} {
			b, bad := json.Marshal(NewError(err, address))
			got := decoded[*Error](t, string(b)).Model("http://lab-7")
			var known *model.Error
			if bad != nil || !errors.Is(got, c.err) || strings.Contains(got.Error(), address) || !errors.As(got, &known) || known.Address != "http://lab-7" {
				t.Errorf("%v: %s, %v", err, b, got)
			}
			if model.RetryAfter(got) != model.RetryAfter(err) {
				t.Errorf("%v: retry after %v", err, model.RetryAfter(got))
			}
		}
	}
	hostile := (&Error{Code: "of a later version", Detail: "\x1b[2J" + strings.Repeat("x\n", 1000), Op: "\u202e", Retry: math.Inf(1)}).Model("http://x")
	if !errors.Is(hostile, model.ErrServer) || strings.ContainsAny(hostile.Error(), "\x1b\n\u202e") || len(hostile.Error()) > 500 || model.RetryAfter(hostile) > time.Hour {
		t.Errorf("%q", hostile)
	}
	if NewError(nil, "") != nil || (*Error)(nil).Model("") != nil {
		t.Error("no error is one")
	}
}

// TestTheStatesOfSourcesComeAsTheyWent through a page.
func TestTheStatesOfSourcesComeAsTheyWent(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	ch := model.Changes{Total: -1, Sources: []model.SourceState{
		{Name: model.NewSourceName("lab7"), Info: model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7"), Warning: text.Clean("w")}, Skew: time.Second, Slow: true, Answered: now, First: true, More: true},
		{
			Name: model.NewSourceName("/data/lab.db"), Info: model.Info{Kind: "lab file", Address: text.Clean("/data/lab.db")}, Loaded: true, RetryAt: now,
			Liveness: model.Liveness{AsOf: now, Why: text.Clean(model.NoRecorder)}, Failure: &model.Error{Op: "read", Address: "/data/lab.db", Err: model.ErrLocked},
		},
	}}
	b, err := json.Marshal(NewPage(&ch, "", now, nil))
	if err != nil {
		t.Fatal(err)
	}
	p := decoded[Page](t, string(b))
	got, err := p.Model(new(Shared), "http://x")
	if err != nil || len(got.Sources) != 2 || got.Total != -1 || p.Now.Time != now {
		t.Fatalf("%s, %v", b, err)
	}
	for i := range got.Sources {
		g, w := &got.Sources[i], &ch.Sources[i]
		if !errors.Is(g.Failure, w.Failure) && (g.Failure == nil || g.Failure.Error() != w.Failure.Error()) {
			t.Errorf("%v, want %v", g.Failure, w.Failure)
		}
		if g.Failure, w.Failure = nil, nil; *g != *w {
			t.Errorf("%+v, want %+v", g, w)
		}
	}
}

// FuzzPage decodes a page, an experiment and the rows of runs: nothing panics, and what is decoded is
// clean and comes again as it is.
func FuzzPage(f *testing.F) {
	id := uuid.NewString()
	for _, s := range []string{
		`{"next":"x","total":2,"now":1,"sources":[{"bulk":true},{"name":"b"}],"plans":[[28800,0,1,300,12]],"models":[["m","p"]],"put":[{"i":"` + id +
			`","o":"t","s":1,"n":"北京\u001b[2J","st":1,"d":1,"t":5.5,"p":1,"m":1,"ti":7,"c":1,"u":2,"e":"x\ny"}],"gone":[{"i":"` + id + `"}]}`,
		`{"live":{"as_of":7,"why":"no"},"trouble":{"code":"no_lab","detail":"x"},"of":[{"name":"a","failure":{"detail":""},"skew":-7}]}`,
		`{"data":[{"i":1,"d":1,"t":"NaN","x":[1,"+"],"s":"{\"a\":1}","a":["` + base64.StdEncoding.EncodeToString([]byte{0xff}) + `"]}]}`,
		`{"data":[{"day":1,"t":2,"created_at":"2026-11-24T06:45:47.625840Z","v":"` + id + `","k":2,"w":true}]}`,
		`{"data":{"agents":[{}],"s":"log\n\u001b[31mred","dropped":7}}`, `{"data":[{"k":"a","t":[1,2],"v":[1,"NaN",3]}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var p Page
		if json.Unmarshal(b, &p) == nil {
			checkPage(t, &p)
		}
		var e Experiment
		if json.Unmarshal(b, &e) == nil {
			_, _ = e.Model(new(Shared))
		}
		each(b, Step.Model)
		each(b, Moment.Model)
		each(b, Profile.Model)
		each(b, Status.Model)
		each(b, Prompt.Model)
		each(b, Message.Model)
		each(b, Answer.Model)
		each(b, Survey.Model)
		each(b, Metric.Model)
		var frame Data[Frame]
		if json.Unmarshal(b, &frame) == nil {
			frame.Data.Model()
		}
		var log Data[Log]
		if json.Unmarshal(b, &log) == nil {
			log.Data.Model()
		}
		var err Error
		if json.Unmarshal(b, &err) == nil {
			_ = err.Model("x").Error()
		}
	})
}

// each decodes rows.
func each[A, B any](b []byte, row func(A) B) {
	var all Data[List[A]]
	if json.Unmarshal(b, &all) == nil {
		Map[[]B](all.Data, row)
	}
}

// checkPage holds a page that was decoded against itself, encoded and decoded again.
func checkPage(t *testing.T, p *Page) {
	t.Helper()
	ch, err := p.Model(new(Shared), "x")
	if err != nil {
		return
	}
	b, err := json.Marshal(NewPage(&ch, "x", p.Now.Time, func(model.Key) bool { return true }))
	if err != nil {
		t.Fatal(err)
	}
	var again Page
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	got, err := again.Model(new(Shared), "x")
	if err != nil || len(got.Put) != len(ch.Put) || got.Next != ch.Next || got.Liveness != ch.Liveness {
		t.Fatalf("%s: %v", b, err)
	}
	for i := range ch.Put {
		s := &ch.Put[i]
		if p := s.Progress(); p.Step > p.Steps && s.Plan != nil {
			t.Errorf("step %d of %d", p.Step, p.Steps)
		}
		if !s.Equal(&got.Put[i]) {
			t.Errorf("%+v, want %+v", got.Put[i], *s)
		}
	}
}
