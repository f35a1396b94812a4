package importer

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/sqldb/table"
)

// member is one member of a zip.
type member struct{ name, text string }

// zipOf makes a zip.
func zipOf(t *testing.T, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		f, err := w.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(m.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// stored is a zip of members that are not compressed.
func stored(t *testing.T, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(m.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// yamlZip is an export with nothing but its experiment.
func yamlZip(t *testing.T, text string) []byte { return zipOf(t, member{experimentFile, text}) }

const goodYAML = "id: 00000000-0000-4000-8000-00000000000a\nname: n\nstatus: 2\nconfig: ''\ncreated_at: 2026-11-21 12:40:59.615840+08:00\n"

// patched is data with one string replaced everywhere by another of the same length.
func patched(t *testing.T, data []byte, from, to string) []byte {
	t.Helper()
	out := bytes.ReplaceAll(data, []byte(from), []byte(to))
	if len(from) != len(to) || bytes.Equal(out, data) {
		t.Fatalf("%q is not in the data", from)
	}
	return out
}

// flagged is a zip whose members say that they are encrypted.
func flagged(data []byte) []byte {
	out := bytes.Clone(data)
	for magic, at := range map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8} {
		i := bytes.Index(out, []byte(magic)) + at
		binary.LittleEndian.PutUint16(out[i:], binary.LittleEndian.Uint16(out[i:])|1)
	}
	return out
}

// aliasBomb is YAML that is a gigabyte long for who multiplies aliases.
func aliasBomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 8), i-1)
	}
	return b.String()
}

func badFiles(t *testing.T) map[string][]byte {
	db, export := read(t, fixture(t)), read(t, exportZip)
	return map[string][]byte{
		"empty":             {},
		"text":              []byte("hello"),
		"sqlite magic only": []byte("SQLite format 3\x00"),
		"sqlite cut":        db[:len(db)/2],
		"sqlite damaged":    append(bytes.Clone(db[:100]), bytes.Repeat([]byte{0xA5}, len(db)-100)...),
		"sqlite foreign":    read(t, newDatabase(t, "CREATE TABLE other (id)")),
		"sqlite view":       read(t, newDatabase(t, "CREATE VIEW as_experiment AS SELECT 1 AS id")),
		"sqlite no id":      read(t, newDatabase(t, "CREATE TABLE as_experiment (name TEXT)")),
		"zip magic only":    []byte("PK\x03\x04"),
		"zip empty":         zipOf(t),
		"zip cut":           export[:len(export)-100],
		"zip damaged":       patched(t, yamlZip(t, goodYAML), experimentFile, "experiment.yamm"),
		"zip of others":     zipOf(t, member{"readme.txt", goodYAML}),
		"zip path":          zipOf(t, member{"../experiment.yaml", goodYAML}, member{"/experiment.yaml", goodYAML}, member{`C:\a\experiment.yaml`, goodYAML}, member{`..\experiment.yaml`, goodYAML}),
		"zip twice":         zipOf(t, member{experimentFile, goodYAML}, member{"Experiment.yaml", goodYAML + "\n"}),
		"zip encrypted":     flagged(yamlZip(t, goodYAML)),
		"zip bomb":          yamlZip(t, goodYAML+"x: "+strings.Repeat("0", 100<<20)),
		"yaml broken":       yamlZip(t, "id: [1, 2"),
		"yaml binary":       yamlZip(t, "\x00\xff\xfe"),
		"yaml list":         yamlZip(t, "- id\n- name\n"),
		"yaml empty":        yamlZip(t, ""),
		"yaml no id":        yamlZip(t, "name: n\n"),
		"yaml bad id":       yamlZip(t, "id: 12\n"),
		"yaml id is list":   yamlZip(t, "id: {x: 00000000-0000-4000-8000-00000000000a}\n"),
		"yaml deep":         yamlZip(t, "id: "+strings.Repeat("[", 1<<20)),
	}
}

// Whatever a file to import is: one sentence, and the lab and the directory of temporary
// files are as they were, also when a good file was read before it.
func TestBadFiles(t *testing.T) {
	lab, good := newLab(t), fixture(t)
	mustImport(t, lab, exportZip)
	before := read(t, lab)
	for name, data := range badFiles(t) {
		t.Run(name, func(t *testing.T) {
			bad := file(t, "bad\x1b[31m", data)
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			_, err := Import(t.Context(), []string{good, bad}, lab, nil, nil)
			if !errors.Is(err, model.ErrImport) {
				t.Errorf("error %v", err)
			}
			if s := model.Explain(err).String(); strings.ContainsAny(s, "\n\x1b") || !strings.Contains(s, "import ") {
				t.Errorf("sentence %q", s)
			}
			if !bytes.Equal(before, read(t, lab)) {
				t.Error("the lab was changed")
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
				t.Errorf("temporary files: %v %v", left, err)
			}
			if !bytes.Equal(data, read(t, bad)) {
				t.Error("the file was changed")
			}
		})
	}
}

// A lab that is none stays as it is.
func TestNoLab(t *testing.T) {
	lab := file(t, "lab.db", []byte("a text file, longer than nothing"))
	_, err := Import(t.Context(), []string{exportZip}, lab, nil, nil)
	if !errors.Is(err, model.ErrNotLab) || string(read(t, lab)) != "a text file, longer than nothing" {
		t.Errorf("error %v", err)
	}
}

// What is odd in an export but does no harm is imported.
func TestOddExport(t *testing.T) {
	for name, want := range map[string]struct {
		text    string
		name    string
		leftOut string
	}{
		"alias bomb":     {goodYAML + aliasBomb(), "n", ""},
		"alias":          {"x: &x 名字\n" + strings.Replace(goodYAML, "name: n", "name: *x", 1), "名字", ""},
		"tags":           {strings.Replace(goodYAML, "status: 2", "status: !!python/object/apply:x.Status\n- 2", 1), "n", ""},
		"wrong numbers":  {goodYAML + "cur_t: .inf\n", "n", `cur_t is ".inf"`},
		"null":           {goodYAML + "error: null\ntenant_id: ~\n", "n", ""},
		"quoted numbers": {goodYAML + "input_tokens: '7'\n", "n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			lab := newLab(t)
			r := mustImport(t, lab, file(t, "x.zip", zipOf(t, member{experimentFile, want.text}, member{"../../etc/passwd", "x"})))
			all, _ := list(t, lab)
			s := pick(t, all, "00000000")
			if s.Name.Raw() != want.name || s.Tenant.Raw() != "default" || s.Status != model.Finished || s.Created.Format("15:04:05") != "04:40:59" {
				t.Errorf("%+v", s)
			}
			if len(r.LeftOut) == 0 || !strings.Contains(r.LeftOut[0].String(), `"../../etc/passwd" is ignored`) {
				t.Errorf("left out %v", r.LeftOut)
			}
			if want.leftOut != "" && (len(r.LeftOut) != 2 || !strings.Contains(r.LeftOut[1].String(), want.leftOut)) {
				t.Errorf("left out %v", r.LeftOut)
			}
		})
	}
}

func TestParseTime(t *testing.T) {
	for s, want := range map[string]string{
		"2026-11-21 12:40:59":              "2026-11-21T12:40:59Z",
		"2026-11-21 12:40:59.615840":       "2026-11-21T12:40:59.61584Z",
		"2026-11-21T12:40:59Z":             "2026-11-21T12:40:59Z",
		"2026-11-21T12:40:59.5+08:00":      "2026-11-21T04:40:59.5Z",
		"2026-11-21 12:40:59 +00:00":       "2026-11-21T12:40:59Z",
		"2026-11-21 12:40:59+08":           "2026-11-21T04:40:59Z",
		"2026-11-21 12:40:59-0330":         "2026-11-21T16:10:59Z",
		"":                                 "",
		"2026-13-21 12:40:59":              "",
		"12:40":                            "",
		"2026-11-21 12:40:59 and so on":    "",
		strings.Repeat("2026-11-21 ", 100): "",
	} {
		got, ok := table.ParseTime(s)
		if ok != (want != "") || (ok && got.Format("2006-01-02T15:04:05.999999999Z07:00") != want) {
			t.Errorf("%q is %v, %v", s, got, ok)
		}
	}
}

// TestManyBadRows: a table has few sentences in the report, and one that counts the others.
func TestManyBadRows(t *testing.T) {
	good, bad := "1,0,300.0,1.5,2.5,7,walk,fine,2026-11-21 12:40:59\r\n", "1,0,300.0,east,2.5,7,walk,fine,2026-11-21 12:40:59\r\n"
	data := zipOf(t, member{experimentFile, goodYAML}, member{"agent_status.csv", statusHead + good + strings.Repeat(bad, 100) + strings.Repeat("x"+good, 100)})
	r := mustImport(t, newLab(t), file(t, "x.zip", data))
	if n := len(r.LeftOut); n != maxNotes+1 || r.LeftOut[n-1].String() != fmt.Sprintf("x.zip: agent_status.csv: … and %d more", 200-maxNotes) {
		t.Errorf("%d sentences: %v", n, r.LeftOut)
	}
}

func TestManyProblems(t *testing.T) {
	db := newDatabase(t, `
		CREATE TABLE as_experiment (id TEXT);
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000) INSERT INTO as_experiment SELECT 'x' || i FROM c`)
	r := mustImport(t, newLab(t), db)
	if n := len(r.LeftOut); n != maxSentences+1 || r.LeftOut[n-1].String() != "and 800 more" {
		t.Errorf("%d sentences", n)
	}
}
