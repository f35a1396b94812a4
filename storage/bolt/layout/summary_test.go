package layout

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/storagetest"
)

// roundTrip goes there and back through the file's encoding.
func roundTrip(s model.Summary, bits byte) (model.Summary, byte, error) {
	key := IndexKey(s.Created.UnixMicro(), BareKey(s.Key))
	payload := AppendSummary(nil, &s, bits, NewWork(s.Plan, s.Models))
	var got model.Summary
	err := NewInterner().Summary(&got, key, payload)
	r, _ := ParseSummary(payload)
	return got, r.Bits & (HasConfig | HasError), err
}

// sameBits compares two summaries, their time of day bit by bit: NaN is NaN, −0 is not 0.
func sameBits(t *testing.T, got, want model.Summary) {
	t.Helper()
	if g, w := math.Float64bits(got.Now.T), math.Float64bits(want.Now.T); g != w {
		t.Errorf("time of day %#x, want %#x", g, w)
	}
	if !got.Plan.Equal(want.Plan) {
		t.Errorf("plan %+v, want %+v", got.Plan, want.Plan)
	}
	if !got.Models.Equal(want.Models) {
		t.Errorf("models %q, want %q", got.Models.All(), want.Models.All())
	}
	if !got.Dir.Equal(want.Dir) {
		t.Errorf("of the run directory %+v, want %+v", got.Dir, want.Dir)
	}
	got.Now.T, want.Now.T, got.Plan, want.Plan, got.Models, want.Models = 0, 0, nil, nil, nil, nil
	got.Dir, want.Dir = nil, nil
	if got != want {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestSummariesComeBackAsTheyWere(t *testing.T) {
	zero := model.Summary{}
	wild := model.Summary{
		Key:    model.Key{Tenant: text.Clean("\xff\x00\x1b[2J"), ID: uuid.Max},
		Name:   text.Clean("\xf0\x28\x8c\xbc \u202e" + string(make([]byte, 5000))),
		NumDay: math.MinInt, Status: -128, Now: model.SimTime{Day: math.MinInt, T: math.NaN()},
		InputTokens: math.MinInt64, OutputTokens: math.MaxInt64,
		Created: time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
		Updated: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
		Plan:    &plan.Plan{Start: math.MinInt64, Segments: []plan.Segment{{Entry: -1, First: math.MaxInt64, Ticks: 1, Steps: math.MinInt64}}},
		Models:  plan.NewModels([]plan.Model{{Name: text.Clean("qwen\xff"), Provider: text.Clean("")}, {Name: text.Clean("模型"), Provider: text.Clean("vllm")}}),
	}
	empty := model.Summary{Status: model.Lost, Dir: &model.RunDir{}}
	dir := wild
	dir.Status = model.Lost
	dir.Dir = &model.RunDir{
		Done: math.MinInt64, Epoch: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Label: text.Clean("1_1\xff"), Path: text.Clean("/runs/实验\x1b"),
		Phase: model.Phase{Kind: text.Clean("questionnaire"), Index: -1, Count: math.MaxInt}, Warnings: []text.Text{text.Clean("4 of 10 steps"), text.Clean("")},
		Alive: text.Clean("process 4711"), Agents: -1, Uncounted: true,
	}
	for _, tc := range []float64{0, math.Copysign(0, -1), 1, 0.1, -1, 86400, 1 << 32, 1<<32 - 1, math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN()} {
		for _, s := range []model.Summary{zero, wild, empty, dir} {
			for _, bits := range []byte{0, HasConfig, HasError, HasConfig | HasError} {
				s.Now.T = tc
				got, b, err := roundTrip(s, bits)
				if err != nil || b != bits {
					t.Fatalf("%+v: bits %b (%v), want %b", s, b, err, bits)
				}
				sameBits(t, got, s)
			}
		}
	}
}

// FuzzSummary encodes and decodes summaries of all kinds.
func FuzzSummary(f *testing.F) {
	f.Add("default", []byte("0123456789abcdef"), "name", 3, int8(1), 2, 300.0, int64(1e6), int64(5), int64(1767225600000000), int64(7), int64(300))
	f.Add("\xff", []byte{}, "\x1b[2J", math.MinInt, int8(-128), math.MaxInt, math.NaN(), int64(math.MinInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64), int64(math.MinInt64))
	f.Add("", []byte("x"), "", 0, int8(0), -1, math.Copysign(0, -1), int64(-1), int64(0), int64(0), int64(math.MaxInt64), int64(0))
	f.Add("a"+sourceMark+"b", []byte("y"), "", 0, int8(0), 0, 0.0, int64(0), int64(0), int64(0), int64(0), int64(0))
	f.Fuzz(func(t *testing.T, tenant string, id []byte, name string, numDay int, status int8, day int, at float64, input, output, created, updated, p int64) {
		const year10000 = 253402300800000000 // the limits of what JSON and databases hold
		s := model.Summary{
			Key: model.Key{Tenant: text.Clean(tenant)}, Name: text.Clean(name), NumDay: numDay,
			Status: model.Status(status), Now: model.SimTime{Day: day, T: at}, InputTokens: input, OutputTokens: output,
			Created: Micro(created % year10000), Updated: Micro(updated % year10000),
		}
		copy(s.ID[:], id)
		if input < 0 {
			s.Dir = &model.RunDir{Done: output, Label: s.Name, Path: s.Tenant, Agents: day, Uncounted: p > 0, Warnings: []text.Text{s.Name}, Epoch: s.Created}
		}
		if s.Status == 5 {
			s.Status = model.Lost
		}
		if p != 0 {
			s.Plan = &plan.Plan{Start: p, Segments: []plan.Segment{{Entry: numDay, First: input, Ticks: p, Steps: output}, {}}}
		}
		got, _, err := roundTrip(s, 0)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, got, s)
	})
}

func TestIndexKeysAreOrderedNewestFirst(t *testing.T) {
	times := []int64{math.MinInt64, math.MinInt64 + 1, -1e15, -1, 0, 1, 1 << 31, 1e15, math.MaxInt64 - 1, math.MaxInt64}
	var last []byte
	for _, n := range slices.Backward(times) {
		key := IndexKey(n, make([]byte, IDSize))
		if back, _, ok := SplitIndexKey(key); !ok || back != n {
			t.Errorf("%d comes back as %d", n, back)
		}
		if bytes.Compare(last, key) >= 0 {
			t.Errorf("%d does not come after what is newer", n)
		}
		last = key
	}
}

func FuzzDecodeSummary(f *testing.F) {
	for _, e := range storagetest.Experiments(6) {
		f.Add(IndexKey(e.Created.UnixMicro(), BareKey(e.Key)), AppendSummary(nil, &e.Summary, HasConfig, NewWork(e.Plan, e.Models)))
	}
	of := model.Summary{Status: model.Lost, Dir: &model.RunDir{Label: text.Clean("1_1"), Warnings: make([]text.Text, 2)}}
	f.Add(IndexKey(0, BareKey(of.Key)), AppendSummary(nil, &of, 0, Work{}))
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, key, payload []byte) {
		var s model.Summary
		if err := NewInterner().Summary(&s, key, payload); err != nil {
			if !errors.Is(err, model.ErrDamaged) {
				t.Fatalf("%v, want %v", err, model.ErrDamaged)
			}
			return
		}
		again, _, err := roundTrip(s, 0)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, again, s)
	})
}

func FuzzDecodeRest(f *testing.F) {
	f.Add([]byte("\x00\x01\x02"), []byte("societop"))
	f.Add(Counters{1, 2, 3}.Append(nil), AppendPlan(nil, plan.New(1, []plan.Entry{{Type: "run", Days: 3, Ticks: 300}})))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if c, ok := ParseCounters(a); ok && !bytes.Equal(c.Append(nil), a) {
			if again, ok := ParseCounters(c.Append(nil)); !ok || again != c {
				t.Errorf("counters %+v come back as %+v", c, again)
			}
		}
		if m, ok := parseModels(a); ok {
			if again, ok := parseModels(appendModels(nil, m)); !ok || !again.Equal(m) {
				t.Errorf("models %q come back as %q", m.All(), again.All())
			}
		}
		if p, ok := parsePlan(b); ok {
			if again, ok := parsePlan(AppendPlan(nil, p)); !ok || !again.Equal(p) {
				t.Errorf("plan %+v comes back as %+v", p, again)
			}
		}
		_, err := ParseFormat(func(_ *Bucket, key []byte) ([]byte, error) {
			if bytes.Equal(key, FormatKey) {
				return []byte(FormatName), nil
			}
			return a, nil
		})
		if err != nil && !errors.Is(err, model.ErrDamaged) && !errors.Is(err, model.ErrNewer) {
			t.Error(err)
		}
		_ = Index.Describe(a) + Log.Describe(b) + Meta.Describe(a)
		if payload, err := Index.Open(a, Index.Seal(a, bytes.Clone(b))); err != nil || !bytes.Equal(payload, b) {
			t.Errorf("sealed %q comes back as %q", b, payload)
		}
	})
}
