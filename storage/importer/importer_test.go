package importer

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
)

// fixture puts a copy of testdata's sqlite.db into a directory of its own.
func fixture(t *testing.T) string {
	t.Helper()
	f, err := os.Open("testdata/sqlite.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "sqlite.db", data)
}

// file writes a file into a directory of its own.
func file(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const exportZip = "testdata/export.zip"

func newLab(t *testing.T) string { return filepath.Join(t.TempDir(), "lab.db") }

func mustImport(t *testing.T, lab string, files ...string) model.ImportReport {
	t.Helper()
	r, err := Import(t.Context(), files, lab, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// list reads all summaries of a lab, and its newest cursor.
func list(t *testing.T, lab string) ([]model.Summary, model.Cursor) {
	t.Helper()
	s := bolt.Open(lab, bolt.Options{})
	defer s.Close()
	var all []model.Summary
	for cursor := (model.Cursor{}); ; {
		c, err := s.Changes(t.Context(), cursor, model.Budget{Errors: true})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c.Put...)
		if cursor = c.Next; !c.More {
			return all, cursor
		}
	}
}

// pick finds the only experiment whose id begins with prefix.
func pick(t *testing.T, all []model.Summary, prefix string) model.Summary {
	t.Helper()
	var hits []model.Summary
	for _, s := range all {
		if strings.HasPrefix(s.ID.String(), prefix) {
			hits = append(hits, s)
		}
	}
	if len(hits) != 1 {
		t.Fatalf("%d experiments begin with %s", len(hits), prefix)
	}
	return hits[0]
}

// whole reads one experiment with its config.
func whole(t *testing.T, lab string, k model.Key) model.Experiment {
	t.Helper()
	s := bolt.Open(lab, bolt.Options{})
	defer s.Close()
	e, err := s.Experiment(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestDatabase(t *testing.T) {
	lab := newLab(t)
	r := mustImport(t, lab, fixture(t))
	if r.Experiments != 14 || r.Changed != 14 || len(r.LeftOut) != 1 || !strings.Contains(r.LeftOut[0].String(), "task_result of experiment bb6623aa") {
		t.Fatalf("report %+v", r)
	}
	all, _ := list(t, lab)
	if len(all) != 14 {
		t.Fatalf("%d experiments", len(all))
	}
	for _, want := range []struct {
		id          string
		status      model.Status
		step, steps int64
		ratio       string
	}{
		{"1c2a67e2", model.Finished, 768, 768, "1"},
		{"51b2d179", model.Failed, 240, 768, "0.3125"},
		{"b3a893be", model.Stopped, 12, 768, "0.015625"},
		{"3fc50607", model.Running, 1, 768, "0.0013020833333333333"},
		{"de091866", model.NotStarted, 0, 768, "0"},
		{"bb6623aa", model.Running, -1, 768, "unknown"},
	} {
		s := pick(t, all, want.id)
		p := s.Progress()
		ratio := "unknown"
		if p.Known {
			ratio = fmt.Sprint(p.Ratio)
		}
		if s.Status != want.status || p.Step != want.step || p.Steps != want.steps || ratio != want.ratio {
			t.Errorf("%s is %v %d/%d %s", want.id, s.Status, p.Step, p.Steps, ratio)
		}
	}
	checkValues(t, lab, all)
}

// checkValues compares fields of the fixture that are easily lost.
func checkValues(t *testing.T, lab string, all []model.Summary) {
	empty := pick(t, all, "6fd22060")
	if empty.Name.Raw() != "" || empty.InputTokens != 9007199254740993 || empty.Plan != nil {
		t.Errorf("empty name: %+v", empty)
	}
	if long := pick(t, all, "3808caf3"); len([]rune(long.Name.Raw())) < 100 || !strings.HasPrefix(long.Name.Raw(), "很长的名字") {
		t.Errorf("long name %q", long.Name.Raw())
	}
	if old := pick(t, all, "ed283527"); old.Tenant.Raw() != "" {
		t.Errorf("legacy tenant %q", old.Tenant.Raw())
	}
	if fork := pick(t, all, "90e59e99"); fork.NumDay != 3 || fork.Now != (model.SimTime{Day: 1, T: 43200.5}) {
		t.Errorf("fork %+v", fork)
	}
	e := whole(t, lab, pick(t, all, "51b2d179").Key)
	if e.Name.Raw() != "飓风影响实验 Hurricane 🌀" || e.Tenant.Raw() != "default" {
		t.Errorf("name %q of %q", e.Name.Raw(), e.Tenant.Raw())
	}
	if got := e.Created.Format("2006-01-02T15:04:05.999999Z07:00"); got != "2026-11-21T02:57:09.227281Z" {
		t.Errorf("created %s", got)
	}
	if !strings.Contains(e.Error.Raw(), "\nTraceback (most recent call last):\n") || len([]rune(e.Error.Raw())) != 7074 {
		t.Errorf("error of %d characters", len([]rune(e.Error.Raw())))
	}
	if len([]rune(e.Config.Raw())) != 35868 {
		t.Errorf("config of %d characters", len([]rune(e.Config.Raw())))
	}
	if data := read(t, lab); bytes.Contains(data, []byte("never-to-be-read")) {
		t.Error("a callback token is in the lab")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestExport(t *testing.T) {
	lab := newLab(t)
	r := mustImport(t, lab, exportZip)
	if r.Experiments != 1 || r.Changed != 1 || len(r.LeftOut) != 0 {
		t.Fatalf("report %+v", r)
	}
	all, _ := list(t, lab)
	s := pick(t, all, "b3a893be")
	if p := s.Progress(); p.Step != 12 || p.Steps != 768 {
		t.Errorf("progress %+v", p)
	}
	if s.Tenant.Raw() != "default" || s.Status != model.Stopped || s.Error.Raw() != "Experiment stopped by user" {
		t.Errorf("%+v", s)
	}
	if got := s.Created.Format("15:04:05.000000"); got != "12:40:59.615840" {
		t.Errorf("created %s", got)
	}
	if e := whole(t, lab, s.Key); !strings.HasPrefix(e.Config.Raw(), "agents:\n  banks:\n") {
		t.Errorf("config %.40q", e.Config.Raw())
	}
}

func TestAgain(t *testing.T) {
	lab, db := newLab(t), fixture(t)
	mustImport(t, lab, db, exportZip)
	_, before := list(t, lab)
	r := mustImport(t, lab, db, exportZip)
	if r.Changed != 0 || r.Experiments != 14 {
		t.Errorf("report %+v", r)
	}
	if _, after := list(t, lab); after != before {
		t.Errorf("cursor moved from %q to %q", before.Token(), after.Token())
	}
}

// An export is of the tenant that has its experiment, in the lab or in the other files.
func TestTenant(t *testing.T) {
	const id = "b3a893be"
	db := fixture(t)
	alter(t, db, "UPDATE as_experiment SET tenant_id = 'lab-7' WHERE id LIKE 'b3a893be%'")
	for _, runs := range [][][]string{
		{{db}, {exportZip}},
		{{db, exportZip}},
		{{exportZip, db}},
	} {
		lab := newLab(t)
		for _, files := range runs {
			mustImport(t, lab, files...)
		}
		all, _ := list(t, lab)
		if s := pick(t, all, id); s.Tenant.Raw() != "lab-7" || len(all) != 14 {
			t.Errorf("%d runs: tenant %q, %d experiments", len(runs), s.Tenant.Raw(), len(all))
		}
	}
	both := newLab(t)
	mustImport(t, both, db, fixture(t), exportZip)
	all, _ := list(t, both)
	if len(all) != 15 {
		t.Errorf("two tenants have it: %d experiments", len(all))
	}
}

func TestLastFileCounts(t *testing.T) {
	lab, older, newer := newLab(t), fixture(t), fixture(t)
	alter(t, newer, "UPDATE as_experiment SET name = 'renamed' WHERE id LIKE '1c2a67e2%'")
	if r := mustImport(t, lab, older, newer); r.Experiments != 14 || r.Changed != 14 {
		t.Errorf("report %+v", r)
	}
	all, _ := list(t, lab)
	if s := pick(t, all, "1c2a67e2"); s.Name.Raw() != "renamed" {
		t.Errorf("name %q", s.Name.Raw())
	}
	if r := mustImport(t, lab, older); r.Changed != 1 {
		t.Errorf("the older file again: %+v", r)
	}
}

func TestBatches(t *testing.T) {
	const n = 3*batchRows + 7
	db := newDatabase(t, fmt.Sprintf(`
		CREATE TABLE as_experiment (tenant_id, id, name, status, created_at, PRIMARY KEY (tenant_id, id));
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)
		INSERT INTO as_experiment SELECT '', printf('%%032x', i), 'n' || i, 2, '2026-01-01 00:00:00' FROM c`, n))
	lab := newLab(t)
	var calls, last, total int64
	r, err := Import(t.Context(), []string{db}, lab, nil, func(done, all int64) {
		if done < last {
			t.Errorf("went back from %d to %d", last, done)
		}
		calls, last, total = calls+1, done, all
	})
	if err != nil || r.Experiments != n || r.Changed != n {
		t.Fatalf("%+v, %v", r, err)
	}
	if last != 2*n || total != 2*n || calls == 0 {
		t.Errorf("advance ended at %d of %d", last, total)
	}
	if all, _ := list(t, lab); len(all) != n {
		t.Errorf("%d experiments", len(all))
	}
}

func TestSecondRecorder(t *testing.T) {
	lab := newLab(t)
	mustImport(t, lab, exportZip)
	before := read(t, lab)
	s := bolt.Open(lab, bolt.Options{Write: true})
	claim, err := s.Claim("a recorder", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Import(t.Context(), []string{fixture(t)}, lab, nil, nil)
	if !errors.Is(err, model.ErrRecorder) || !bytes.Equal(before, read(t, lab)) {
		t.Errorf("error %v", err)
	}
	if err := claim.Release(); err != nil {
		t.Fatal(err)
	}
	mustImport(t, lab, fixture(t))
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	lab := newLab(t)
	_, err := Import(ctx, []string{fixture(t)}, lab, nil, func(int64, int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(lab); !os.IsNotExist(err) {
		t.Errorf("lab: %v", err)
	}
}
