package rundirtest

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
)

// Writer writes the replay of a run directory as AgentSociety 2.6 and later do: a line a row, appended to
// one of 256 shards a table, by the line's checksum.
type Writer struct {
	t   testing.TB
	dir string // …/replay
}

// NewWriter makes the replay directory of a run directory.
func NewWriter(t testing.TB, run string) *Writer {
	t.Helper()
	w := &Writer{t, filepath.Join(run, "replay")}
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return w
}

// Dir is the replay directory.
func (w *Writer) Dir() string { return w.dir }

// Set is a dataset of a writer.
type Set struct {
	Table, Kind        string
	Entity, Step, Time string // names of columns; empty: none
	Key, Order, Can    []string
	Columns            [][2]string // name and type
	ID, Title          string
}

// Schema writes a whole _schema.json.
func (w *Writer) Schema(sets ...Set) { w.Write("_schema.json", w.SchemaOf(sets...)) }

// SchemaOf is a _schema.json of datasets.
func (w *Writer) SchemaOf(sets ...Set) []byte {
	w.t.Helper()
	tables, datasets := make(map[string]any), make(map[string]any)
	orNull := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	for _, s := range sets {
		var columns []map[string]any
		for _, c := range s.Columns {
			columns = append(columns, map[string]any{"name": c[0], "type": c[1], "nullable": true, "description": nil})
		}
		if s.ID == "" {
			s.ID = s.Table
		}
		tables[s.Table] = map[string]any{"columns": columns, "primary_key": s.Key, "indexes": []any{}}
		datasets[s.ID] = map[string]any{
			"dataset_id": s.ID, "table_name": s.Table, "module_name": "Test", "kind": s.Kind, "title": s.Title, "description": "",
			"entity_key": orNull(s.Entity), "step_key": orNull(s.Step), "time_key": orNull(s.Time), "default_order": s.Order,
			"capabilities": s.Can, "version": 1, "columns": columns,
		}
	}
	raw, err := json.Marshal(map[string]any{"tables": tables, "datasets": datasets})
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}

// Write replaces a file in place.
func (w *Writer) Write(name string, content []byte) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), content, 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// Shard is the name of the file into which a line goes, which ends in a line end.
func Shard(table, line string) string {
	return fmt.Sprintf("%s.%02x.jsonl", table, uint8(crc32.ChecksumIEEE([]byte(line))))
}

// Line appends a line, whose end is added, and returns the name of its file.
func (w *Writer) Line(table, line string) string {
	w.t.Helper()
	name := Shard(table, line+"\n")
	w.Append(name, line+"\n")
	return name
}

// Append appends bytes to a file.
func (w *Writer) Append(name, bytes string) {
	w.t.Helper()
	f, err := os.OpenFile(filepath.Join(w.dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = f.WriteString(bytes)
	if closed := f.Close(); err != nil || closed != nil {
		w.t.Fatal(err, closed)
	}
}
