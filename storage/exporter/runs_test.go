package exporter

import (
	"encoding/csv"
	"errors"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/importer"
	"societop/storage/remote"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// TestTextsAsTheyAre imports and exports cells that look like something else than the text that they
// are.
func TestTextsAsTheyAre(t *testing.T) {
	want := members(t, fixture)
	status := "id,day,t,lng,lat,parent_id,action,status,created_at\r\n"
	for i, said := range []string{`"I feel fine"`, " fine\n", "null", "None", "123", "1.0", "{'a': None, 'b': (1,)}", `{"a": NaN}`, " {\"a\": 1}\n", `{"a": [1, 2.50]}`, "[1", "true", `"`, "\\n", " "} {
		status += fmt.Sprintf("%d,0,28801.0,,,,\"%s\",\"%s\",2026-11-20 06:45:47\r\n", i, strings.ReplaceAll(said, `"`, `""`), strings.ReplaceAll(said, `"`, `""`))
	}
	want["agent_status.csv"] = status
	want["metric.csv"] = "id,key,value,step,created_at\r\n5,a,0.5,1,2026-11-20 06:45:47\r\n6,a,0.5,1,2026-11-20 06:45:48\r\n6,a,0.5,1,2026-11-20 06:45:48\r\n7,a,0.25,1,\r\n8,a,,2,\r\n9,b,nan,2,\r\n10,b,1e+16,3,\r\n"
	delete(want, "metrics.json")
	path := packed(t, want)
	lab := filepath.Join(t.TempDir(), "lab.db")
	for range 2 { // the second time changes nothing
		if _, err := importer.Import(t.Context(), []string{path}, lab, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	src := opened(t, lab)
	next, _ := exported(t, src, keys(t, src)[0])
	got := members(t, next)
	if want := `"a": [
    {"key": "a", "value": 0.5, "step": 1},
    {"key": "a", "value": 0.5, "step": 1},
    {"key": "a", "value": 0.25, "step": 1},
    {"key": "a", "value": null, "step": 2}
  ],
  "b": [
    {"key": "b", "value": NaN, "step": 2},
    {"key": "b", "value": 1e+16, "step": 3}
  ]`; !strings.Contains(got["metrics.json"], want) {
		t.Errorf("%s, want %s", got["metrics.json"], want)
	}
	delete(got, "metrics.json")
	sameZip(t, got, want)
}

// TestManyPages exports talk that is read in pages, in order of time, with a moment of more than a
// page.
func TestManyPages(t *testing.T) {
	first := opened(t, filepath.Join(t.TempDir(), "lab.db"))
	hostile(t, first, "x")
	var talk []model.Message
	add := func(id int64, at int, n int) {
		for i := range n {
			talk = append(talk, model.Message{ID: id, At: model.SimTime{Day: 20, T: float64(at)}, Content: text.CleanLines(fmt.Sprint(i)), Created: created})
		}
	}
	for at := range 40 {
		add(1, at, 500)
		add(2, at, 500)
	}
	add(3, 15, pageRows+1)
	if err := first.Update(t.Context(), func(b *bolt.Batch) error { return b.PutMessages(key, talk) }); err != nil {
		t.Fatal(err)
	}
	path, report := exported(t, first, key)
	if report.Messages != len(talk)+6 {
		t.Errorf("%d messages, want %d", report.Messages, len(talk)+6)
	}
	second, next := again(t, path)
	if members(t, next)["agent_dialog.csv"] != members(t, path)["agent_dialog.csv"] {
		t.Error("the talk is another one")
	}
	storagetest.SameSource(t, second, noLog(first))
}

// TestSmallRuns exports runs of which there is little: none, no agents, and only a summary.
func TestSmallRuns(t *testing.T) {
	for name, c := range map[string]struct {
		status model.Status
		fill   func(*bolt.Batch) error
		want   string
	}{
		"not started":  {model.NotStarted, func(*bolt.Batch) error { return nil }, "all but experiment.yaml"},
		"only summary": {model.Finished, func(*bolt.Batch) error { return nil }, "profiles"},
		"empty": {model.Running, func(b *bolt.Batch) error {
			return errors.Join(b.PutProfiles(key, nil), b.PutMessages(key, nil), b.PutAnswers(key, nil), b.PutMetrics(key, nil))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			lab := opened(t, filepath.Join(t.TempDir(), "lab.db"))
			e := model.Experiment{}
			e.Key, e.Status, e.Now = key, c.status, model.SimTime{Day: -1, T: -1}
			if err := lab.Update(t.Context(), func(b *bolt.Batch) error {
				_, err := b.Put(e)
				return errors.Join(err, c.fill(b))
			}); err != nil {
				t.Fatal(err)
			}
			path, report := exported(t, lab, key)
			if all := members(t, path); len(all) != 1 || all["experiment.yaml"] == "" {
				t.Errorf("%q", all)
			}
			if said := fmt.Sprint(report.LeftOut); !strings.Contains(said, c.want) || (c.want == "") != (len(report.LeftOut) == 0) {
				t.Errorf("left out: %s, want %q", said, c.want)
			}
			_, next := again(t, path)
			if !reflect.DeepEqual(members(t, next), members(t, path)) {
				t.Errorf("after an import: %q, want %q", members(t, next), members(t, path))
			}
		})
	}
}

// TestAnEndpoint exports from an endpoint what the lab has that it serves, but for what only a file
// keeps.
func TestAnEndpoint(t *testing.T) {
	lab := imported(t, fixture)
	server := httptest.NewServer(serve.New(lab, serve.Options{}))
	defer server.Close()
	endpoint, err := remote.Open(server.URL, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer endpoint.Close()
	k := keys(t, lab)[0]
	path, report := exported(t, endpoint, k)
	got, want := members(t, path), members(t, fixture)
	delete(want, "artifacts.json")
	want["metric.csv"] = bare(t, want["metric.csv"])
	sameZip(t, got, want)
	if len(report.LeftOut) != 1 || !strings.HasPrefix(report.LeftOut[0].String(), "artifacts.json of experiment ") {
		t.Errorf("left out: %s", report.LeftOut)
	}
}

// bare is metric.csv without what only AgentSociety's database has: the id of each row, and when it was
// created.
func bare(t *testing.T, content string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	for i, r := range rows {
		if i > 0 {
			r[0], r[4] = "", ""
		}
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return out.String()
}

// TestALabFile copies experiments into a new lab file.
func TestALabFile(t *testing.T) {
	first := imported(t, fixture)
	hostile(t, first, hostileText)
	if err := first.Update(t.Context(), func(b *bolt.Batch) error {
		return b.PutSurveys([]model.Survey{{ID: uuid.UUID{1}, Name: text.Clean("问卷"), Created: created, Updated: created}})
	}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	report, err := ExportLab(t.Context(), first, keys(t, first), path, model.ExportOptions{}, nil)
	if err != nil || report.Experiments != 2 || len(report.LeftOut) > 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	second := opened(t, path)
	storagetest.SameSource(t, second, first)
	if all, err := second.Surveys(t.Context()); err != nil || len(all) != 1 || all[0].Name.String() != "问卷" {
		t.Errorf("questionnaires: %v, %v", all, err)
	}
	if l, err := second.Liveness(t.Context()); err != nil || l.Why.Raw() != model.Imported || l.AsOf.IsZero() {
		t.Errorf("%+v, %v", l, err)
	}
	for _, k := range keys(t, first) {
		a, _ := exported(t, first, k)
		b, _ := exported(t, second, k)
		if !reflect.DeepEqual(members(t, a), members(t, b)) {
			t.Errorf("an export of the copy is another one")
		}
	}
	if r, err := check.Lab(t.Context(), path, nil); err != nil || len(r.Problems) > 0 {
		t.Errorf("%v, %v", r.Problems, err)
	}
	if all, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); err != nil || len(all) != 1 {
		t.Errorf("%s, %v", all, err)
	}
}
