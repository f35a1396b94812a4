package remote

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/budget"
)

// The list of budget 9.
const (
	listRows   = 10_000
	configSize = 20 << 10
)

// config is a config of about 20 KB of the shape that AgentSociety writes: most of it is the
// lists of agents that surveys and messages go to.
func config() string {
	var b strings.Builder
	b.WriteString("agents:\n  citizens:\n  - agent_class: citizen\n    memory_distributions:\n      age:\n        dist_type: uniform_int\n        max_value: 65\n        min_value: 18\n    number: |\nenv:\n  db: {}\n  home_dir: /srv/agentsociety\nexp:\n  environment: {}\n  id: |\n  name: 北京早高峰 |\n  workflow:\n  - days: 2.0\n    type: run\n")
	for i := 0; b.Len() < configSize; i++ {
		fmt.Fprintf(&b, "  - description: 第%d轮问卷 survey round\n    survey:\n      id: !!python/object:uuid.UUID\n        int: 163949409714925\n      pages:\n      - elements:\n        - name: happiness\n          title: How happy are you today? 您今天有多开心?\n          type: !!python/object/apply:agentsociety.survey.models.QuestionType\n          - rating\n    target_agent:\n", i)
		for agent := range 100 {
			fmt.Fprintf(&b, "    - %d\n", agent+1)
		}
		b.WriteString("    type: survey\n  - intervene_message: '台风预警 hurricane alert: please stay at home. 请大家待在家里，不要外出。台风预警\n      hurricane alert #1: please stay at home.'\n    type: message\n")
	}
	return b.String() + "  - steps: 24\n    ticks_per_step: 600\n    type: step\nllm:\n- api_key: x\n  model: qwen2.5-14b-instruct\n  provider: qwen\n"
}

// listBody is the body of a list as a stream, so that it takes no memory.
type listBody struct {
	parts    []string // of a row; between them stand its id, three times, and a number
	row      int
	rows     int
	alike    bool // all rows have one config, but for the id and the name in it
	buf, due []byte
}

func newListBody(rows int, alike bool) *listBody {
	row := `{"tenant_id":"default","id":"|","name":"北京早高峰通勤模拟","num_day":0,"status":2,"cur_day":1,"cur_t":50701.0,"config":` + strconv.QuoteToGraphic(config()) +
		`,"error":"","input_tokens":1600000,"output_tokens":500000,"created_at":"2026-11-23T14:40:59.615840Z","updated_at":"2026-11-23T15:40:59.615840Z"}`
	return &listBody{rows: rows, alike: alike, parts: strings.Split(row, "|"), due: []byte(`{"data":[`)}
}

func (l *listBody) Read(p []byte) (int, error) {
	for len(l.due) == 0 {
		if l.row > l.rows {
			return 0, io.EOF
		}
		l.next()
	}
	n := copy(p, l.due)
	l.due = l.due[n:]
	return n, nil
}

// next makes the next row due, or the end.
func (l *listBody) next() {
	if l.row == l.rows {
		l.row++
		l.due = []byte("]}")
		return
	}
	id, number := uuid.NewMD5(uuid.NameSpaceOID, binary(l.row)).String(), 200
	if !l.alike {
		number = l.row
	}
	l.buf = l.buf[:0]
	if l.row > 0 {
		l.buf = append(l.buf, ',')
	}
	for i, part := range l.parts {
		l.buf = append(l.buf, part...)
		switch i {
		case 1: // the config's number of agents
			l.buf = strconv.AppendInt(l.buf, int64(number), 10)
		case 0, 2, 3:
			l.buf = append(l.buf, id...)
		}
	}
	l.due = l.buf
	l.row++
}

func binary(n int) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16)} }

// tokenize is what the list is measured against: a streaming tokenizer that skips every value.
func tokenize(r io.Reader) error {
	dec := jsontext.NewDecoder(r)
	for {
		if dec.PeekKind() == 0 {
			_, err := dec.ReadToken()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if dec.StackDepth() < 3 { // {"data":[{
			if _, err := dec.ReadToken(); err != nil {
				return err
			}
			continue
		}
		if k := dec.PeekKind(); k == '}' {
			if _, err := dec.ReadToken(); err != nil {
				return err
			}
			continue
		}
		if err := dec.SkipValue(); err != nil {
			return err
		}
	}
}

// spent is the processor time of one call.
func spent(b *testing.B, f func() error) time.Duration {
	b.Helper()
	runtime.GC()
	before := cpu()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return cpu() - before
}

// BenchmarkBudget9List measures the decoding of a list of 10,000 experiments with configs of
// 20 KB: the processor time as a share of a streaming tokenizer's that skips every value, and
// what it adds to the live heap. "alike" is the first list of a lab whose configs
// differ only by id and name; "distinct", one in which no two are alike, so that each is read
// for its plan; "known", every list after the first.
func BenchmarkBudget9List(b *testing.B) {
	c, err := Open("http://lab", model.Access{})
	if err != nil {
		b.Fatal(err)
	}
	var bare, made, alike, distinct, known time.Duration
	var grown uint64
	decode := func(same bool) time.Duration {
		return spent(b, func() error { return c.takeList(newListBody(listRows, same), time.Now()) })
	}
	for b.Loop() {
		made += spent(b, func() error { _, err := io.Copy(io.Discard, newListBody(listRows, false)); return err })
		bare += spent(b, func() error { return tokenize(newListBody(listRows, false)) })
		c.mirror, c.plans = newMirror(), newPlans()
		alike += decode(true)
		c.mirror, c.plans = newMirror(), newPlans()
		before := heap()
		distinct += decode(false)
		grown = max(grown, heap()-before)
		c.plans.advance()
		known += decode(false)
		if n := c.mirror.Count(); n != listRows {
			b.Fatalf("%d experiments", n)
		}
	}
	base, worst := (bare - made).Seconds(), 0.0
	for name, spent := range map[string]time.Duration{"alike": alike, "distinct": distinct, "known": known} {
		times := (spent - made).Seconds() / base
		b.ReportMetric(times, name+":tokenizer")
		worst = max(worst, times)
	}
	budget.Report(b, "9", worst)
	budget.Report(b, "9h", float64(grown)/(1<<20))
	b.ReportMetric(base/float64(b.N), "s-tokenizer")
}

// heap is the live heap.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
