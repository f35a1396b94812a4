package remote

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/link"
)

// client is a Client that asks nobody.
func client(t testing.TB) *Client {
	t.Helper()
	c, err := Open("http://lab", model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// listedOf is what a Client makes of the body of a list.
func listedOf(t testing.TB, body io.Reader) ([]model.Summary, error) {
	t.Helper()
	c := client(t)
	c.list.asked = detailed
	err := c.takeList(body, time.Now())
	at := c.mirror.Place(model.Cursor{})
	ch := c.mirror.Page(&at, model.Budget{Errors: true})
	return ch.Put, err
}

const oneID = "1c2a67e2-8cf0-5168-b697-66e0f003a377"

const oneRow = `{"tenant_id":"default","id":"` + oneID + `","name":"\u98d3\u98ce \ud83c\udf00 \"q\" \\ \/ \b\f\n\r\t \ud83c x","num_day":-1,"status":3,` +
	`"cur_day":1,"cur_t":50701.25,"config":"exp:\n  workflow:\n  - days: 2.0\n    type: run\n","error":"Traceback\n  \"x\"","input_tokens":9007199254740993,` +
	`"output_tokens":1e3,"created_at":"2026-11-23T14:40:59.61584+08:00","updated_at":"2026-11-23T15:40:59Z","new":[{"a":"}]"},null,1.5e-3,true],"odd":{}}`

func TestARowIsReadWhateverTheReadsAre(t *testing.T) {
	for name, body := range map[string]io.Reader{
		"whole":        strings.NewReader(` {"other":{"data":[1]},"data": [` + oneRow + ` ]  } `),
		"byte by byte": iotest.OneByteReader(strings.NewReader(`{"data":[` + oneRow + `]}`)),
		"with the end": iotest.DataErrReader(strings.NewReader(`{"data":[` + oneRow + `]}`)),
	} {
		t.Run(name, func(t *testing.T) {
			all, err := listedOf(t, body)
			if err != nil || len(all) != 1 {
				t.Fatalf("%d rows, %v", len(all), err)
			}
			s := all[0]
			if s.Tenant.Raw() != "default" || s.ID.String() != oneID || s.Name.Raw() != "飓风 🌀 \"q\" \\ / \b\f\n\r\t \ufffd x" {
				t.Errorf("key %v, name %q", s.Key, s.Name.Raw())
			}
			if s.NumDay != -1 || s.Status != model.Failed || s.Now != (model.SimTime{Day: 1, T: 50701.25}) || s.InputTokens != 9007199254740993 || s.OutputTokens != 1000 {
				t.Errorf("%+v", s)
			}
			if s.Error.Raw() != "Traceback\n  \"x\"" || s.Plan.Steps() != 192+288 {
				t.Errorf("error %q, plan %+v", s.Error.Raw(), s.Plan)
			}
			if !s.Created.Equal(time.Date(2026, 11, 23, 14, 40, 59, 615840000, time.UTC)) || !s.Updated.Equal(time.Date(2026, 11, 23, 15, 40, 59, 0, time.UTC)) {
				t.Errorf("created %v, updated %v", s.Created, s.Updated)
			}
		})
	}
}

func TestPythonsNumbersAndNulls(t *testing.T) {
	row := func(t64 string) string {
		return `{"data":[{"id":"` + oneID + `","cur_t":` + t64 + `,"name":null,"status":null,"config":null,"error":null,"created_at":null,"tenant_id":null,"cur_day":null}]}`
	}
	for in, want := range map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1), "-0.0": math.Copysign(0, -1), "5e-324": 5e-324, "1e999": math.Inf(1), "null": 0} {
		all, err := listedOf(t, strings.NewReader(row(in)))
		if err != nil || len(all) != 1 || math.Float64bits(all[0].Now.T) != math.Float64bits(want) {
			t.Errorf("%s: %v, %v", in, all, err)
		}
	}
}

func TestWhatIsNoListIsSaidToBeNone(t *testing.T) {
	id := `"id":"` + oneID + `"`
	for _, body := range []string{
		``, ` `, `null`, `1`, `"x"`, `[]`, `{}`, `{"detail":"x"}`, `{"data":{}}`, `{"data":null}`, `{"data":[1]}`, `{"data":[null]}`, `{"data":[{}]}`,
		`{"data":[{"id":5}]}`, `{"data":[{"id":"x"}]}`, `{"data":[{` + id + `,"name":5}]}`, `{"data":[{` + id + `,"status":"x"}]}`, `{"data":[{` + id + `,"cur_t":"x"}]}`,
		`{"data":[{` + id + `,"status":1.5e300}]}`, `{"data":[{` + id + `,"name":"\x"}]}`, `{"data":[{` + id + `,"name":"\u12"}]}`, `{"data":[{` + id + `,"x":]}]}`,
		`{"data":[{` + id + `,"x":[}]}]}`, `{"data":[{` + id + `,"x":}]}`, `{"data":[{` + id + ` "x":1}]}`, `{"data":[{` + id + `},]}`, `{"data":[{` + id + `}]} x`, `{"data":[{` + id + `}],}`,
		`{"data":[{` + id + `}`, `{"data":[{` + id + `,"config":"abc`, `{"data":[{` + id + `,"config":"abc\"`, `{"data":[{` + id + `,"x":[[[[`, `{"data":[{` + id + `,"cur_t":12`,
		`{"data":[{` + id + `,"x":` + strings.Repeat("[", 100_000), `<html></html>`, "\x00\xff", `{"data":[{` + id + `,"x":` + strings.Repeat(`{"a":`, 2000) + `1` + strings.Repeat(`}`, 2000) + `}]}`,
	} {
		_, err := listedOf(t, strings.NewReader(body))
		var f *link.Fault
		if err == nil || (!errors.As(err, &f) && !errors.Is(err, io.ErrUnexpectedEOF)) {
			t.Errorf("%.80q: %v", body, err)
		}
	}
}

func TestALongTextIsNotHeld(t *testing.T) {
	c := client(t)
	c.link.Limits.Value = 1 << 20
	long := io.MultiReader(strings.NewReader(`{"data":[{"id":"`+oneID+`","config":"`), endless('x'))
	if err := c.takeList(long, time.Now()); !errors.Is(err, link.ErrTooLong) {
		t.Errorf("%v", err)
	}
	c.link.Limits.Rows = 1000
	rows := io.MultiReader(strings.NewReader(`{"data":[`), strings.NewReader(strings.Repeat(`{"id":"`+oneID+`"},`, 2000)))
	var f *link.Fault
	if err := c.takeList(rows, time.Now()); !errors.As(err, &f) || !strings.Contains(f.Detail, "more than 1000") {
		t.Errorf("%v", err)
	}
}

// endless is a byte for ever.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// FuzzList holds the scanner to the library: what both take, they understand alike, and what
// is JSON of the right shape the scanner takes.
func FuzzList(f *testing.F) {
	f.Add(`{"data":[` + oneRow + `]}`)
	f.Add(`{"data":[],"x":{"y":["\\\"",-1.5e3,null,{}]}}`)
	f.Add(`{"data":[{"id":"` + oneID + `","name":"\ud83d\ude87","status":127}, {"id":"51b2d179-9a86-538b-9d16-8bbf4fd74e83","cur_t":1e2}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		all, err := listedOf(t, iotest.HalfReader(strings.NewReader(body)))
		var want struct {
			Data []struct {
				ID     string  `json:"id"`
				Tenant string  `json:"tenant_id"`
				Name   string  `json:"name"`
				T      float64 `json:"cur_t"`
			} `json:"data"`
		}
		if json.Unmarshal([]byte(body), &want) != nil || err != nil {
			return
		}
		known := map[model.Key]model.Summary{}
		for _, s := range all {
			known[s.Key] = s
		}
		rows := map[model.Key]int{} // the last of each
		for i, e := range want.Data {
			rows[model.Key{Tenant: text.Clean(e.Tenant), ID: uuid.MustParse(e.ID)}] = i
		}
		if len(known) != len(rows) {
			t.Fatalf("%d experiments, the library has %d, of %q", len(known), len(rows), body)
		}
		for k, i := range rows {
			if e, s := want.Data[i], known[k]; e.Name != s.Name.Raw() || e.T != s.Now.T {
				t.Fatalf("%+v, the library has %+v, of %q", s, e, body)
			}
		}
	})
}
