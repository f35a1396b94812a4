package replay

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"societop/model"
	"societop/model/text"
)

// FuzzSchema reads a broken _schema.json, and rows by what it says.
func FuzzSchema(f *testing.F) {
	f.Add([]byte(`{"tables": {"a": {"columns": [{"name": "id", "type": "JSON"}], "primary_key": ["id"]}}, "datasets": {"x.a": {"dataset_id": "x.a", "table_name": "a", "kind": "entity_snapshot", "entity_key": "id", "step_key": "step", "default_order": ["step", "id"], "capabilities": ["agent_snapshot"], "columns": []}}}`))
	f.Add([]byte(`{"tables": {"a": {}}, "datasets": {}}`))
	f.Add([]byte(`{"datasets": {"a": {"table_name": "a", "kind": "env_snapshot", "step_key": "id"}, "b": {"table_name": "a", "default_order": ["", null, 5]}}}`))
	f.Add([]byte(`{"datasets": {"a": {"table_name": "a", "capabilities": ["simulation_timeline"], "time_key": "v", "step_key": "step"}}}`))
	f.Add([]byte(`{"tables": {"a": {"columns": [{"name": "\u001b[2J"}, {"name": "id"}, {"name": "id"}]}}}`))
	rows := []byte("{\"id\": 1, \"step\": 2, \"v\": \"{\\\"a\\\": 1}\"}\n{\"id\": \"x\", \"step\": null}\n{\"v\": [1]}\n{\"id\": 1, \"step\": 2, \"v\": 7}\n")
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := parseCatalog(raw)
		if err != nil {
			if json.Valid(raw) && bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{}")) {
				t.Fatal(err)
			}
			return
		}
		s, known := c.shape("a")
		tab := newTable(s, nil)
		if !known {
			first := guessed("a", nil)
			tab.guess = &first
		}
		tab.lines(rows, &shard{}, sight{from: 0, after: 1})
		for _, d := range c.list(map[string]*table{"a": tab}, true) {
			clean(t, d.ID, d.Table, d.Title)
			names, targets := header(d.Columns, tab.columns)
			clean(t, names...)
			for _, q := range []model.RowQuery{{}, {From: 1}, {To: 3, Limit: 1}, {Entity: text.Clean("x"), Newest: true}} {
				got := tab.take(q)
				for _, row := range got.decode(len(names), targets) {
					if len(row) != len(names) {
						t.Fatalf("%d cells of %d", len(row), len(names))
					}
				}
			}
		}
	})
}

func clean(t *testing.T, all ...text.Text) {
	t.Helper()
	for _, s := range all {
		if strings.ContainsAny(s.String(), "\x1b\x00\n\u202e") || !utf8.ValidString(s.String()) {
			t.Fatalf("not clean: %q", s)
		}
	}
}

// FuzzLines reads a shard in two parts and at once, which gives the same rows, and compares them with what
// encoding/json makes of the lines.
func FuzzLines(f *testing.F) {
	f.Add([]byte("{\"id\": 1, \"v\": \"{\\\"a\\\": NaN}\"}\n{\"id\": 2, \"v\": -Infinity}\n"), 7)
	f.Add([]byte("{\"id\": 1, \"v{\"id\": 2}\n{\"id\": 3}{\"id\": 4}\n"), 20)
	f.Add([]byte("{\"id\": 9007199254740993}\r\n\n\n[]\n{\"id\": \"\xff\"}"), 3)
	f.Add([]byte("{\"id\": \"\\ud800\", \"\\u0000rowid\": 5}\n{\"\": {}}\n"), 0)
	f.Add([]byte("{}\n{\"id\": null}\n{ \"id\" : [ 1 , 2 ] }\n"), 2)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte, cut int) {
		path := filepath.Join(dir, "a.00.jsonl")
		cut = max(0, min(cut, len(raw)))
		if _, ok := object(raw[bytes.LastIndexByte(raw[:cut], '\n')+1 : cut]); ok {
			cut = 0 // a whole row counts before its line end is there, which nothing but that may follow
		}
		whole, parts := readParts(t, path, raw), readParts(t, path, raw[:cut], raw)
		a, b := whole.decoded(), parts.decoded()
		if !slices.Equal(a, b) || whole.damaged > parts.damaged+1 || parts.damaged > whole.damaged+1 {
			t.Fatalf("at once: %q, %d damaged\nin parts: %q, %d damaged", a, whole.damaged, b, parts.damaged)
		}
		want := make(map[string]bool)
		for line := range bytes.Lines(raw) {
			line = bytes.TrimSpace(line)
			if json.Valid(line) && bytes.HasPrefix(line, []byte("{")) {
				var compact bytes.Buffer
				if json.Compact(&compact, line) == nil {
					want[compact.String()] = true
				}
			}
		}
		if len(want) > 0 && len(a) == 0 {
			t.Fatalf("no rows of %q", raw)
		}
	})
}

// readParts reads a shard whenever it has one of some contents.
func readParts(t *testing.T, path string, contents ...[]byte) *table {
	t.Helper()
	tab, s := newTable(shape{}, nil), &shard{}
	for i, content := range contents {
		if i == 0 {
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
		} else { // the same file, longer
			out, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := out.Write(content[len(contents[i-1]):]); err != nil {
				t.Fatal(err)
			}
			out.Close()
		}
		in, err := system{}.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if s.info, err = in.Stat(); err == nil {
			_, err = tab.read(t.Context(), in, s, pass{number: uint32(i + 1)})
		}
		in.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	return tab
}

// decoded is the rows of a table as text, in its order.
func (t *table) decoded() (out []string) {
	names, targets := header(nil, t.columns)
	got := t.take(model.RowQuery{})
	for _, row := range got.decode(len(names), targets) {
		var b strings.Builder
		for i, v := range row {
			if v.Kind() != text.NullValue {
				b.WriteString(names[i].Raw() + "=" + string(v.JSON()) + ";")
			}
		}
		out = append(out, b.String())
	}
	slices.Sort(out)
	return out
}
