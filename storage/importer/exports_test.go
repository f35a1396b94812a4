package importer

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"societop/model"
	"societop/storage/sqldb/table"
)

// contents is all that a lab has, as text.
func contents(t *testing.T, lab string) string {
	t.Helper()
	var b strings.Builder
	all, _ := list(t, lab)
	for _, s := range all {
		e := whole(t, lab, s.Key)
		fmt.Fprintf(&b, "%+v\n%q %q\n", s.Key, e.Config.Raw(), e.Error.Raw())
		society := opened(t, lab).RunData(s.Key)
		dump := func(what string, v any, err error) { fmt.Fprintf(&b, "%s %+v %v\n", what, v, err) }
		times, err := society.Timeline(t.Context())
		dump("timeline", times, err)
		for _, at := range times {
			frame, err := society.Frame(t.Context(), at)
			dump("frame", frame, err)
			prompt, err := society.Prompt(t.Context(), at)
			dump("prompt", prompt, err)
		}
		profiles, err := society.Profiles(t.Context())
		dump("profiles", profiles, err)
		metrics, err := society.Metrics(t.Context())
		dump("metrics", metrics, err)
		talk, err := society.(model.AllAgentsReader).TalkUntil(t.Context(), model.Latest, 0)
		dump("talk", talk, err)
		answers, err := society.(model.AllAgentsReader).AnswersUntil(t.Context(), model.Latest, 0)
		dump("answers", answers, err)
	}
	return strings.ReplaceAll(b.String(), lab, "lab.db")
}

// membersOf are the members of a zip, in order.
func membersOf(t *testing.T, path string) (all []member) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, member{f.Name, string(text)})
	}
	return all
}

// changed is the original export with each member changed.
func changed(t *testing.T, change func(m member) member) []byte {
	t.Helper()
	var all []member
	for _, m := range membersOf(t, exportZip) {
		if m = change(m); m.name != "" {
			all = append(all, m)
		}
	}
	return zipOf(t, all...)
}

// rowsOf changes the rows of a table.
func rowsOf(t *testing.T, m member, change func(rows [][]string) [][]string) member {
	t.Helper()
	if !strings.HasSuffix(m.name, ".csv") {
		return m
	}
	rows, err := csv.NewReader(strings.NewReader(m.text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(change(rows)); err != nil {
		t.Fatal(err)
	}
	m.text = b.String()
	return m
}

// compressed is the original export with its members compressed by some method.
func compressed(t *testing.T, method uint16, with zip.Compressor) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(method, with)
	for _, m := range membersOf(t, exportZip) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, m.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// encoded is the original export with its texts in another encoding.
func encoded(t *testing.T, encode func(string) (string, error)) []byte {
	return changed(t, func(m member) member {
		if strings.HasSuffix(m.name, ".json") {
			return m
		}
		text, err := encode(m.text)
		if err != nil {
			t.Fatal(err)
		}
		return member{m.name, text}
	})
}

// lineEnds changes the line ends outside of quotes.
func lineEnds(text string, end func(n int) string) string {
	var b strings.Builder
	n := 0
	for i, part := range strings.Split(text, `"`) {
		if i > 0 {
			b.WriteByte('"')
		}
		for i%2 == 0 {
			before, after, ok := strings.Cut(part, "\r\n")
			b.WriteString(before)
			if part = after; !ok {
				break
			}
			b.WriteString(end(n))
			n++
		}
		if i%2 == 1 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// TestChangedExports: an export that went through other programs is imported as the original is.
func TestChangedExports(t *testing.T) {
	lab := newLab(t)
	mustImport(t, lab, exportZip)
	want := contents(t, lab)
	ends := func(all ...string) []byte {
		return changed(t, func(m member) member {
			if strings.HasSuffix(m.name, ".csv") {
				m.text = lineEnds(m.text, func(n int) string { return all[n%len(all)] })
			}
			return m
		})
	}
	named := func(name func(string) string, more ...member) []byte {
		var all []member
		for _, m := range append(membersOf(t, exportZip), more...) {
			all = append(all, member{name(m.name), m.text})
		}
		return zipOf(t, all...)
	}
	bzip := read(t, "testdata/exports/bzip2.zip")
	litter := []member{{"__MACOSX/._experiment.yaml", "\x00\x05"}, {".DS_Store", "x"}, {"._agent_status.csv", "\x00\x05"}, {"Thumbs.db", "x"}}
	for name, data := range map[string][]byte{
		"finder":      read(t, "testdata/exports/finder.zip"),
		"marks":       read(t, "testdata/exports/bomcsv.zip"),
		"cr":          read(t, "testdata/exports/cr.zip"),
		"bzip2":       bzip,
		"deep":        named(func(n string) string { return "a/b b/实验/" + n }, litter...),
		"dot":         named(func(n string) string { return "./" + n }),
		"backslashes": named(func(n string) string { return `export\` + n }, litter...),
		"letter case": named(strings.ToUpper),
		"same twice":  zipOf(t, append(membersOf(t, exportZip), membersOf(t, exportZip)...)...),
		"zstd":        compressed(t, 93, zstd.ZipCompressor()),
		"lf":          ends("\n"),
		"only cr":     ends("\r"),
		"mixed":       ends("\r", "\n", "\r\n"),
		"gbk":         encoded(t, simplifiedchinese.GB18030.NewEncoder().String),
		"utf-16":      encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String),
		"utf-16 be":   encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String),
		"gzip":        gzipped(t, read(t, exportZip)),
		"columns": changed(t, func(m member) member {
			return rowsOf(t, m, func(rows [][]string) [][]string {
				for i, r := range rows {
					last := len(r) - 1
					r[0], r[last] = r[last], r[0]
					rows[i] = append(r, "new")
				}
				rows[0][1] = strings.ToUpper(rows[0][1])
				return rows
			})
		}),
		"without metrics.csv": changed(t, func(m member) member {
			if m.name == "metric.csv" {
				return member{}
			}
			return m
		}),
	} {
		t.Run(name, func(t *testing.T) {
			lab := newLab(t)
			r := mustImport(t, lab, file(t, "x", data))
			for _, sentence := range r.LeftOut {
				t.Errorf("left out: %s", sentence)
			}
			differ(t, contents(t, lab), want)
		})
	}
}

// differ fails where contents differ, and shows where.
func differ(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	t.Errorf("it has\n%.300q, want\n%.300q", got[max(0, at-50):], want[max(0, at-50):])
}

// TestExportsThatCannotBeRead: one sentence, and no lab.
func TestExportsThatCannotBeRead(t *testing.T) {
	method := func(of uint16) []byte {
		data := compressed(t, 77, func(w io.Writer) (io.WriteCloser, error) { return nopCloser{w}, nil })
		return bytes.ReplaceAll(data, []byte{77, 0}, []byte{byte(of), 0})
	}
	encrypt := func(name string) []byte {
		data := bytes.Clone(read(t, exportZip))
		for magic, at := range map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8} {
			for i := 0; ; {
				n := bytes.Index(data[i:], []byte(magic))
				if n < 0 {
					break
				}
				i += n + 4
				if bytes.HasPrefix(data[i-4+map[int]int{6: 30, 8: 46}[at]:], []byte(name)) {
					data[i-4+at] |= 1
				}
			}
		}
		return data
	}
	bomb := gzipped(t, make([]byte, 200<<20))
	whole := read(t, exportZip)
	for name, tc := range map[string]struct {
		data []byte
		want string
	}{
		"lzma":          {method(14), "experiment.yaml is compressed by lzma"},
		"deflate64":     {method(9), "is compressed by deflate64"},
		"encrypted":     {encrypt("agent_dialog.csv"), "it is encrypted: agent_dialog.csv"},
		"zip of zips":   {zipOf(t, member{"a/export.zip", string(whole)}), `no experiment.yaml but a zip, "a/export.zip"`},
		"other twice":   {zipOf(t, append(membersOf(t, exportZip), member{"AGENT_STATUS.csv", "id"})...), "several members named"},
		"gzip bomb":     {bomb, "it is far longer than its gzip file"},
		"gzip cut":      {gzipped(t, whole)[:9000], "the gzip file is damaged"},
		"gzip twice":    {gzipped(t, gzipped(t, whole)), "compressed by gzip twice"},
		"gzip of text":  {gzipped(t, []byte("hello")), "neither a sqlite.db"},
		"gzip of none":  {gzipped(t, nil), "it is empty"},
		"gzip head":     {[]byte{0x1F, 0x8B, 8}, "the gzip file is damaged"},
		"no encoding":   {encoded(t, func(s string) (string, error) { return strings.ReplaceAll(s, "day", "d\xff\x00y\xff"), nil }), ""},
		"another table": {changed(t, func(m member) member { m.text = strings.Replace(m.text, "id,day", "ID of,day", 1); return m }), "it has no column id"},
	} {
		t.Run(name, func(t *testing.T) {
			lab := newLab(t)
			_, err := Import(t.Context(), []string{file(t, "x", tc.data)}, lab, nil, nil)
			if !errors.Is(err, model.ErrImport) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v", err)
			}
			if _, err := os.Stat(lab); !os.IsNotExist(err) {
				t.Errorf("lab: %v", err)
			}
		})
	}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// TestSeveralExportsInOneZip: each in a directory of its own.
func TestSeveralExportsInOneZip(t *testing.T) {
	other := strings.Replace(goodYAML, "00000000a", "00000000b", 1)
	lab := newLab(t)
	r := mustImport(t, lab, file(t, "x.zip", zipOf(t, member{"a/experiment.yaml", goodYAML}, member{"b/experiment.yaml", other},
		member{"b/agent_status.csv", statusHead + "1,0,300.0,1.5,2.5,7,walk,fine,2026-11-21 12:40:59\r\n"})))
	if r.Experiments != 2 || r.Frames != 1 || len(r.LeftOut) > 0 {
		t.Errorf("%+v", r)
	}
}

// TestGzippedDatabase: what it is, is told by its content.
func TestGzippedDatabase(t *testing.T) {
	lab := newLab(t)
	if r := mustImport(t, lab, "testdata/sqlite.db.gz"); r.Experiments != 14 {
		t.Errorf("%+v", r)
	}
	plain := newLab(t)
	mustImport(t, plain, fixture(t))
	differ(t, contents(t, lab), contents(t, plain))
}

// TestNoDirectoryIsMade: a directory that is not there is a mistake in the name of the lab.
func TestNoDirectoryIsMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	_, err := Import(t.Context(), []string{exportZip}, filepath.Join(dir, "lab.db"), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "there is no directory "+dir) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("directory: %v", err)
	}
}

// TestNoNumberInAStatus: it is unknown, and the rest of the status is there.
func TestNoNumberInAStatus(t *testing.T) {
	for cell, want := range map[string]string{
		`"{""hunger"": NaN, ""energy"": 0.955}"`:         `{"hunger":null,"energy":0.955}`,
		`"{'hunger': nan, 'energy': 0.955, 'ok': True}"`: `{"hunger":null,"energy":0.955,"ok":true}`,
		`"{""hunger"": -Infinity}"`:                      `{"hunger":null}`,
	} {
		lab := newLab(t)
		mustImport(t, lab, file(t, "x.zip", zipOf(t, member{experimentFile, goodYAML}, member{"agent_status.csv", statusHead + "1,0,300.0,1.5,2.5,7,walk," + cell + ",2026-11-21 12:40:59\r\n"})))
		all, _ := list(t, lab)
		frame, err := opened(t, lab).RunData(all[0].Key).Frame(t.Context(), model.Latest)
		if err != nil || len(frame.Agents) != 1 || string(frame.Agents[0].Status.JSON()) != want {
			t.Errorf("%s: %+v, %v", cell, frame, err)
		}
	}
}

// TestNoNumberInADatabase: its JSON is the text of JSON.
func TestNoNumberInADatabase(t *testing.T) {
	db := fixture(t)
	alter(t, db, `UPDATE as_b3a893be_`+strings.ReplaceAll(strings.TrimPrefix(tableOf(t, db), "as_b3a893be_"), "-", "_")+` SET status = '"{\"hunger\": NaN, \"energy\": 0.955}"'`)
	lab := newLab(t)
	mustImport(t, lab, db)
	all, _ := list(t, lab)
	frame, err := opened(t, lab).RunData(pick(t, all, "b3a893be").Key).Frame(t.Context(), model.Latest)
	if err != nil || len(frame.Agents) == 0 || string(frame.Agents[0].Status.JSON()) != `{"hunger":null,"energy":0.955}` {
		t.Errorf("%+v, %v", frame, err)
	}
}

// tableOf is the name of the table of statuses of one experiment.
func tableOf(t *testing.T, db string) string {
	t.Helper()
	lab := newLab(t)
	mustImport(t, lab, db)
	all, _ := list(t, lab)
	return table.Name(pick(t, all, "b3a893be").ID, "agent_status")
}
