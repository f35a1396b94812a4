package exporter

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.yaml.in/yaml/v3"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/importer"
	"societop/storage/storagetest"
)

// members are the members of a zip.
func members(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(b)
	}
	return all
}

// meaning is what a member says: parsed JSON and YAML, and the rows of a table as a set after its first
// line.
func meaning(t *testing.T, name, content string) (v any) {
	t.Helper()
	var err error
	switch filepath.Ext(name) {
	case ".json":
		err = json.Unmarshal([]byte(content), &v)
	case ".yaml":
		err = yaml.Unmarshal([]byte(content), &v)
	case ".csv":
		var rows [][]string
		if rows, err = csv.NewReader(strings.NewReader(content)).ReadAll(); err == nil {
			first := rows[0]
			rows = rows[1:]
			slices.SortFunc(rows, slices.Compare)
			rows = slices.CompactFunc(rows, slices.Equal)
			v = append([][]string{first}, rows...)
		}
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// sameZip fails where two exports do not mean the same, member by member.
func sameZip(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
			continue
		}
		if g, w := meaning(t, name, got[name]), meaning(t, name, want[name]); !reflect.DeepEqual(g, w) {
			t.Errorf("%s differs: %.500s, want %.500s", name, fmt.Sprint(g), fmt.Sprint(w))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s was not there before: %.300s", name, got[name])
		}
	}
}

// imported is a new lab file with what some files have.
func imported(t *testing.T, files ...string) *bolt.Store {
	t.Helper()
	lab := filepath.Join(t.TempDir(), "lab.db")
	r, err := importer.Import(t.Context(), files, lab, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range r.LeftOut {
		if !strings.Contains(sentence.String(), "has no column") {
			t.Errorf("left out by the import: %s", sentence)
		}
	}
	return opened(t, lab)
}

func opened(t *testing.T, lab string) *bolt.Store {
	t.Helper()
	s := bolt.Open(lab, bolt.Options{Write: true})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// keys are those of all experiments of a source.
func keys(t *testing.T, src model.Source) (all []model.Key) {
	t.Helper()
	for cursor := (model.Cursor{}); ; {
		c, err := src.Changes(t.Context(), cursor, model.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.Put {
			all = append(all, c.Put[i].Key)
		}
		if cursor = c.Next; !c.More {
			return all
		}
	}
}

// exported is the zip of one experiment.
func exported(t *testing.T, src model.Source, k model.Key) (path string, report model.ExportReport) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "export.zip")
	var done, total int64
	report, err := Export(t.Context(), src, k, path, model.ExportOptions{}, func(n, of int64) {
		if n < done || n > of {
			t.Errorf("%d of %d are done after %d of %d", n, of, done, total)
		}
		done, total = n, of
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != report.Bytes || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v, want %d bytes that only the owner can read", info, err, report.Bytes)
	}
	return path, report
}

const fixture = "testdata/export.zip"

// TestAgentSocietysExport imports an export of AgentSociety and exports it again.
func TestAgentSocietysExport(t *testing.T) {
	lab := imported(t, fixture)
	path, report := exported(t, lab, keys(t, lab)[0])
	sameZip(t, members(t, path), members(t, fixture))
	want := model.ExportReport{Experiments: 1, Agents: 25, Frames: 12, Messages: 36, Answers: 25, Bytes: report.Bytes}
	if !reflect.DeepEqual(report, want) {
		t.Errorf("%+v, want %+v", report, want)
	}
}

// TestADatabase goes with each experiment of AgentSociety's database from a lab file into a zip, from
// there into another lab file, and into a zip again. Both labs hold the same, and so do both zips.
func TestADatabase(t *testing.T) {
	lab := filepath.Join(t.TempDir(), "lab.db")
	if _, err := importer.Import(t.Context(), []string{"../importer/testdata/sqlite.db.gz"}, lab, nil, nil); err != nil {
		t.Fatal(err)
	}
	first := opened(t, lab)
	pending := 0
	for _, k := range keys(t, first) {
		path, _ := exported(t, first, k)
		second, next := again(t, path)
		if got, want := members(t, next), members(t, path); !reflect.DeepEqual(got, want) {
			t.Errorf("experiment %s is another one after an import", k.ID)
		} else if got["pending_survey.csv"] != "" {
			pending++
		}
		e, err := second.Experiment(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := first.Experiment(t.Context(), k); err != nil || !e.Equal(&want.Summary) || e.Config != want.Config || e.Error != want.Error {
			t.Errorf("experiment %s is %+v, want %+v, %v", k.ID, e, want, err)
		}
		storagetest.SameRunData(t, second.RunData(k), first.RunData(k))
	}
	if pending == 0 {
		t.Error("no experiment has a pending survey")
	}
}

// TestAnExportFromPostgreSQL has times with an offset, and keeps them.
func TestAnExportFromPostgreSQL(t *testing.T) {
	want := members(t, fixture)
	for name, content := range want {
		if name != "experiment.yaml" {
			want[name] = regexp.MustCompile(`(2026-11-2\d \d\d:\d\d:\d\d\.\d+)(\r\n)`).ReplaceAllString(content, "$1+00:00$2")
		} else {
			want[name] = regexp.MustCompile(`(?m)^(created_at|updated_at)(.*)$`).ReplaceAllString(content, "$1$2+00:00")
		}
	}
	if !strings.Contains(want["agent_status.csv"], "+00:00\r\n") || !strings.Contains(want["experiment.yaml"], "+00:00\n") {
		t.Fatal("the times have no offset")
	}
	path := packed(t, want)
	lab := imported(t, path)
	next, _ := exported(t, lab, keys(t, lab)[0])
	sameZip(t, members(t, next), want)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if _, err := ExportLab(t.Context(), lab, keys(t, lab), copied, model.ExportOptions{}, nil); err != nil {
		t.Fatal(err)
	}
	next, _ = exported(t, opened(t, copied), keys(t, lab)[0])
	sameZip(t, members(t, next), want)
}

// packed is a zip of members.
func packed(t *testing.T, all map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.zip")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range all {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// key is the experiment of the hostile lab.
var key = model.Key{ID: uuid.MustParse("1e100000-0000-4000-8000-000000000001"), Tenant: text.Clean("北京 \"1\"")}

var created = time.Date(2026, 11, 20, 6, 45, 47, 625840000, time.UTC)

const hostileText = "=cmd \"a\",\r\n'b'\rc\n\x1b[31m\x00 \u2028\ufeff饿了 🍜 #: - {x} \\ \t"

// hostile writes an experiment into a lab whose texts are hard on every format.
func hostile(t *testing.T, lab *bolt.Store, said string) {
	t.Helper()
	moments := []model.SimTime{{Day: 0, T: 28801}, {Day: 0, T: 0.30000000000000004}, {Day: 12, T: 86399.999999}}
	e := model.Experiment{Config: text.CleanLines("a: " + said)}
	e.Key, e.Name, e.Error = key, text.Clean("123"), text.CleanLines(said)
	e.Status, e.NumDay, e.Now, e.Created, e.Updated = model.Failed, -1, moments[2], created, created.Add(time.Hour).Truncate(time.Second)
	e.InputTokens, e.OutputTokens = math.MaxInt64, 7
	err := lab.Update(t.Context(), func(b *bolt.Batch) error {
		_, err := b.Put(e)
		err = errors.Join(err, b.PutProfiles(key, []model.Profile{{ID: -5, Name: text.Clean(said), Profile: text.ParseValue(`{"a": "` + "\u2028" + `"}`)}, {ID: 7}}))
		for _, at := range moments {
			err = errors.Join(err, b.PutFrame(key, model.Frame{At: at, Agents: []model.AgentStatus{
				{ID: -5, At: at, Lng: math.NaN(), Lat: math.NaN(), Status: text.ParseValue(said), Created: created},
				{ID: 7, At: at, Lng: 1e-7, Lat: -90, Parent: 5, Action: text.Clean(said), Created: created},
			}}), b.PutPrompt(key, model.Prompt{At: at, Text: text.CleanLines(said), Created: created}))
		}
		err = errors.Join(err, b.PutPrompt(key, model.Prompt{At: model.SimTime{Day: 3}, Created: created})) // without a frame
		var talk []model.Message
		for i := range 5 {
			talk = append(talk, model.Message{ID: 7, At: moments[0], Kind: model.MessageKind(i % 3), Speaker: text.Clean(said), Content: text.CleanLines(fmt.Sprint(said, 9-i/2)), Created: created})
		}
		talk = append(talk, model.Message{ID: 99, At: moments[2], Kind: -1, Created: created}) // of nobody that has a profile
		return errors.Join(err, b.PutMessages(key, talk), b.PutAnswers(key, []model.Answer{
			{ID: 7, At: moments[1], Survey: uuid.UUID{1}, Result: text.CleanLines(said), Created: created},
			{ID: 7, At: moments[1], Survey: uuid.UUID{2}, Created: created},
			{ID: -5, At: moments[1], Survey: uuid.UUID{1}, Pending: true, Created: created},
		}), b.PutMetrics(key, []model.Metric{
			{Key: text.Clean(said), Points: []model.Point{{Tick: -1, Value: math.NaN()}, {Tick: 1, Value: 1e300}, {Tick: 3601, Value: math.Copysign(0, -1)}}},
			{Key: text.Clean("b"), Points: []model.Point{{Tick: 1 << 40, Value: 0.1}}},
		}), b.AppendLog(key, "one\ntwo\n"), b.PutSteps(key, []model.StepTime{{At: model.SimTime{Day: 1}, Wall: created}}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// again imports an export and exports that.
func again(t *testing.T, path string) (*bolt.Store, string) {
	t.Helper()
	lab := imported(t, path)
	next, _ := exported(t, lab, keys(t, lab)[0])
	return lab, next
}

// TestThereAndBack exports, imports and exports, and nothing changes, not even a byte.
func TestThereAndBack(t *testing.T) {
	first := opened(t, filepath.Join(t.TempDir(), "lab.db"))
	hostile(t, first, hostileText)
	path, report := exported(t, first, key)
	second, next := again(t, path)
	if !reflect.DeepEqual(members(t, next), members(t, path)) {
		t.Errorf("after an import: %q, want %q", members(t, next), members(t, path))
	}
	if a, err := os.ReadFile(path); err != nil {
		t.Error(err)
	} else if b, err := os.ReadFile(next); err != nil || !bytes.Equal(a, b) {
		t.Errorf("the zip is another one: %v", err)
	}
	storagetest.SameSource(t, second, noLog(first))
	names := slices.Collect(func(yield func(string) bool) {
		for name := range members(t, path) {
			if !yield(name) {
				return
			}
		}
	})
	slices.Sort(names)
	want := "agent_dialog.csv agent_profile.csv agent_status.csv agent_survey.csv experiment.yaml global_prompt.csv metric.csv metrics.json pending_survey.csv"
	if strings.Join(names, " ") != want || len(report.LeftOut) > 0 || report.Messages != 6 || report.Answers != 3 {
		t.Errorf("%s with %+v", names, report)
	}
}

// noLog is a source without logs, which an export has no place for, and without the steps that have no
// frames.
func noLog(src model.Source) model.Source { return withoutLog{src} }

type withoutLog struct{ model.Source }

func (w withoutLog) RunData(k model.Key) model.RunData { return runWithoutLog{w.Source.RunData(k)} }

type runWithoutLog struct{ model.RunData }

func (runWithoutLog) Log(context.Context, model.LogBudget) (model.Log, error) {
	return model.Log{}, model.ErrNotOffered
}

func (r runWithoutLog) Steps(ctx context.Context) ([]model.StepTime, error) {
	all, err := r.RunData.Steps(ctx)
	return slices.DeleteFunc(all, func(s model.StepTime) bool { return s.At == model.SimTime{Day: 1} }), err
}

// FuzzThereAndBack takes any text there and back.
func FuzzThereAndBack(f *testing.F) {
	f.Add(hostileText)
	f.Add("\xff\xfe")
	f.Add("")
	f.Add("null")
	f.Fuzz(func(t *testing.T, said string) {
		first := opened(t, filepath.Join(t.TempDir(), "lab.db"))
		hostile(t, first, said)
		path, _ := exported(t, first, key)
		_, next := again(t, path)
		if got, want := members(t, next), members(t, path); !reflect.DeepEqual(got, want) {
			t.Errorf("after an import: %q, want %q", got, want)
		}
	})
}

// FuzzYAML reads back what was quoted.
func FuzzYAML(f *testing.F) {
	f.Add(hostileText)
	f.Add("\u0085\u00a0\ufffe\U0001f4cb yes 1.0 ~")
	f.Fuzz(func(t *testing.T, s string) {
		var got struct{ A string }
		if err := yaml.Unmarshal(quoted([]byte("a: "), s), &got); err != nil {
			t.Fatal(err)
		}
		if want := strings.ToValidUTF8(s, "\uFFFD"); got.A != want {
			t.Errorf("%q, want %q", got.A, want)
		}
	})
}
