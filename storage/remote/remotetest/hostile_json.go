package remotetest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// quiet is a log that nobody reads.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// changed is a good list of one experiment with a part of it replaced.
func changed(old, with string) string {
	e := storagetest.Experiments(2)[1]
	return strings.Replace(`{"data":[`+rowOf(e)+`]}`, old, with, 1)
}

// wrong is foes whose JSON is not what it should be.
func wrong() []Foe {
	const no, odd = "say that the answer can't be used", "leave the row out or refuse the answer, and say so"
	id := storagetest.Experiments(2)[1].ID.String()
	var all []Foe
	for _, f := range []struct {
		name, want string
		err        error
		body       string
	}{
		{"no JSON", no, model.ErrAnswer, "pong"},
		{"half a word", no, model.ErrAnswer, "nul"},
		{"a list", no, model.ErrAnswer, `[{"id":"` + id + `"}]`},
		{"a number", no, model.ErrAnswer, "42"},
		{"a text", no, model.ErrAnswer, `"data"`},
		{"null", no, model.ErrAnswer, "null"},
		{"an object without data", no, model.ErrAnswer, `{"status":"ok"}`},
		{"data that is null", no, model.ErrAnswer, `{"data":null}`},
		{"data that is an object", no, model.ErrAnswer, `{"data":{"` + id + `":{}}}`},
		{"data that is a text", no, model.ErrAnswer, `{"data":` + text.ValueOf(evil).Raw() + `}`},
		{"rows that are no objects", no, model.ErrAnswer, `{"data":[1,"two",[3],null]}`},
		{"more after the end", "read it or refuse it", nil, goodList() + `{"data":[]}`},
		{"data twice", "count one of them, or refuse the answer", nil, `{"data":[],` + goodList()[1:]},
		{"members twice", "count one of them, or refuse the answer", nil, changed(`"status":1`, `"status":1,"status":2,"id":"`+id+`"`)},
		{"the same row twice", "count it once", nil, strings.Replace(goodList(), `{"data":[`, changed(`]}`, `,`), 1)},
		{"an empty row", odd, nil, `{"data":[{}]}`},
		{"a number for an id", odd, nil, changed(`"`+id+`"`, "7")},
		{"no UUID for an id", odd, nil, changed(id, "not-a-uuid")},
		{"a text for a status", odd, nil, changed(`"status":1`, `"status":"RUNNING"`)},
		{"a fraction for a status", odd, nil, changed(`"status":1`, `"status":1.5`)},
		{"an object for a name", odd, nil, changed(`"name":"第1个实验 baseline"`, `"name":{"a":1}`)},
		{"null for all that can be", odd, nil, changed(`"name":"第1个实验 baseline"`, `"name":null,"config":null,"error":null,"cur_t":null`)},
		{"a text for a time of day", odd, nil, changed(`"cur_t":301.0`, `"cur_t":"noon"`)},
		{"a number out of range", odd, nil, changed(`"cur_t":301.0`, `"cur_t":1e999`)},
		{"a count out of range", odd, nil, changed(`"input_tokens":1000`, `"input_tokens":99999999999999999999999999`)},
		{"NaN", "read it as what is not known", nil, changed(`"cur_t":301.0`, `"cur_t":NaN`)},
		{"a time that is none", odd, nil, changed(`"created_at":"2026-03-01T08:01:00Z"`, `"created_at":"yesterday"`)},
		{"a lone surrogate", "read it, clean", nil, changed("baseline", `\ud800 \udfff`)},
		{"bytes that are no UTF-8", "read it, clean", nil, changed("baseline", "\xff\xfe\xed\xa0\x80")},
		{"hostile text", "read it, clean", nil, changed("baseline", strings.Trim(text.ValueOf(evil).Raw(), `"`))},
		{"a byte order mark", "read it or refuse it", nil, "\ufeff" + goodList()},
		{"members that nobody knows", "read past them", nil, changed(`"status":1`, `"status":1,"x":{"y":[1,{"z":"`+strings.Repeat("z", 1<<16)+`"}]}`)},
	} {
		all = append(all, foe("JSON: "+f.name, f.want, f.err, plain(http.StatusOK, f.body)))
	}
	return all
}

// limits of what the bombs send.
const (
	depth = 100_000
	huge  = 100 << 20
	vast  = 10 << 30
)

// bombs is foes whose answers are larger than they should be. Nothing of them is ever in
// memory as a whole.
func bombs() []Foe {
	const limit = "stop at the limit of an answer"
	return []Foe{
		foe("a bomb of brackets", "refuse it, with little memory", model.ErrAnswer, streaming("", part{`{"data":[`, 1}, part{"[", depth}, part{"]", depth}, part{"]}", 1})),
		foe("a bomb of objects", "refuse it, with little memory", model.ErrAnswer, streaming("", part{`{"data":`, 1}, part{`{"data":`, depth}, part{"1", 1}, part{"}", depth + 1})),
		foe("a bomb of brackets in a row", "read past it, or refuse it, with little memory", nil, streaming("", part{`{"data":[{"x":`, 1}, part{"[", depth}, part{"]", depth}, part{"}]}", 1})),
		foe("a bomb of brackets without an end", "refuse it, with little memory", ErrAny, streaming("", part{`{"data":[`, 1}, part{"[", vast})),
		foe("a name of 100 MB", "refuse it, with little memory", model.ErrAnswer, streaming("", part{`{"data":[{"name":"`, 1}, part{"长", huge / 3}, part{`"}]}`, 1})),
		foe("a config of 100 MB", "refuse it, with little memory", model.ErrAnswer, streaming("", part{`{"data":[{"config":"`, 1}, part{`x\n`, huge / 3}, part{`"}]}`, 1})),
		foe("a number of 100 MB", "refuse it, with little memory", model.ErrAnswer, streaming("", part{`{"data":[{"cur_t":`, 1}, part{"1", huge}, part{`}]}`, 1})),
		foe("a member's name of 100 MB", "refuse it, with little memory", model.ErrAnswer, streaming("", part{`{"data":[{"`, 1}, part{"k", huge}, part{`":1}]}`, 1})),
		foe("ten million empty rows", "refuse it, with little memory", ErrAny, streaming("", part{`{"data":[{}`, 1}, part{",{}", 10_000_000}, part{"]}", 1})),
		foe("a row of ten million members", "read past it, or refuse it, with little memory", nil, streaming("", part{`{"data":[{"a":1`, 1}, part{`,"a":1`, 10_000_000}, part{"}]}", 1})),
		foe("ten gigabytes of rows", limit, ErrAny, serving(manyRows)),
		foe("a gzip bomb", limit, ErrAny, func(t testing.TB) string {
			return streaming("gzip", part{pressed(`{"data":[{}`), 1}, part{spaces(), vast / spacesLen}, part{pressed("]}"), 1})(t)
		}),
		foe("gzip that is none", "say that the answer can't be used", ErrAny, plain(http.StatusOK, goodList(), "Content-Encoding", "gzip")),
		foe("an encoding that nobody knows", "say that the answer can't be used", ErrAny, plain(http.StatusOK, goodList(), "Content-Encoding", "br")),
	}
}

// part is a text and how often it comes.
type part struct {
	text  string
	times int64
}

// streaming sends parts one after the other until the client has gone.
func streaming(encoding string, parts ...part) func(testing.TB) string {
	return serving(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		for _, p := range parts {
			if p.send(w) != nil {
				return
			}
		}
	})
}

// send writes the part in blocks.
func (p part) send(w io.Writer) error {
	per := min(p.times, int64(1+64<<10/len(p.text)))
	block := []byte(strings.Repeat(p.text, int(per)))
	for left := p.times; left > 0; left -= per {
		if _, err := w.Write(block[:min(left, per)*int64(len(p.text))]); err != nil {
			return err
		}
	}
	return nil
}

// manyRows sends experiments, no two of the same id.
func manyRows(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	e := storagetest.Experiments(2)[1]
	row := rowOf(e)
	before, after, _ := strings.Cut(row, e.ID.String())
	_, err := io.WriteString(w, `{"data":[`)
	sent := int64(0)
	for i := 0; sent < vast && err == nil; i++ {
		var n int
		n, err = fmt.Fprintf(w, "%s%08x-0000-4000-8000-%012x%s,", before, i, i, after)
		sent += int64(n)
	}
	_, _ = io.WriteString(w, row+"]}")
}

// spacesLen is how long the white space of a gzip bomb is before each repetition.
const spacesLen = 8 << 20

// spaces is pressed white space.
var spaces = sync.OnceValue(func() string { return pressed(strings.Repeat(" ", spacesLen)) })

// pressed is a text as gzip: whole, so that several make one.
func pressed(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, s) // into memory
	_ = z.Close()
	return b.String()
}
