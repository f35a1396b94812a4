package importer

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/sqldb/table"
)

// record is a row as its file has it, by the names of its columns; what is null is not in it.
type record map[string]string

// sqlRows reads a table by SQL, none where there is no such table.
func sqlRows(t *testing.T, c *sqlite.Conn, table string) (all []record) {
	t.Helper()
	exists := false
	err := sqlitex.ExecuteTransient(c, "SELECT 1 FROM sqlite_master WHERE name = ?", &sqlitex.ExecOptions{
		Args:       []any{table},
		ResultFunc: func(*sqlite.Stmt) error { exists = true; return nil },
	})
	if err == nil && exists {
		err = sqlitex.ExecuteTransient(c, `SELECT * FROM "`+table+`" ORDER BY rowid`, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			r := record{}
			for i := range s.ColumnCount() {
				switch s.ColumnType(i) {
				case sqlite.TypeNull:
				case sqlite.TypeFloat:
					r[s.ColumnName(i)] = strconv.FormatFloat(s.ColumnFloat(i), 'g', -1, 64)
				default:
					r[s.ColumnName(i)] = s.ColumnText(i)
				}
			}
			all = append(all, r)
			return nil
		}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// csvRows reads a member of a zip, none where there is no such member.
func csvRows(t *testing.T, path, name string) (all []record) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(name + ".csv")
	if err != nil {
		return nil
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		r := record{}
		for i, name := range lines[0] {
			if line[i] != "" {
				r[name] = line[i]
			}
		}
		all = append(all, r)
	}
	return all
}

// once is a value of the engine's JSON columns: JSON, mostly of a text.
func once(raw string) string {
	var text string
	if json.Unmarshal([]byte(raw), &text) == nil {
		return text
	}
	return raw
}

// plain is a value of an export.
func plain(raw string) string { return raw }

func (r record) int(name string) int64 {
	n, _ := strconv.ParseInt(r[name], 10, 64)
	return n
}

func (r record) float(name string) float64 {
	f, err := strconv.ParseFloat(r[name], 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

func (r record) at() model.SimTime { return model.SimTime{Day: int(r.int("day")), T: r.float("t")} }

func (r record) time(t *testing.T) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05.999999", r["created_at"])
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// sameJSON reports whether two values are equal as JSON, or as texts where one is none.
func sameJSON(v text.Value, raw string) bool {
	var got, want any
	if json.Unmarshal([]byte(raw), &want) != nil {
		want = raw
	}
	return json.Unmarshal([]byte(v.Raw()), &got) == nil && reflect.DeepEqual(got, want)
}

// opened opens a lab to read.
func opened(t *testing.T, lab string) *bolt.Store {
	t.Helper()
	s := bolt.Open(lab, bolt.Options{})
	t.Cleanup(func() { s.Close() })
	return s
}

// All tables of a database come in, row for row.
func TestEveryRowOfADatabase(t *testing.T) {
	db, lab := fixture(t), newLab(t)
	report := mustImport(t, lab, db)
	s, c := opened(t, lab), openConn(t, db)
	defer c.Close()
	all, _ := list(t, lab)
	count := map[string]int{}
	for _, e := range all {
		o := &original{tables: map[string][]record{}, text: once}
		for _, of := range table.OfRun {
			rows := sqlRows(t, c, table.Name(e.ID, of.Name))
			o.tables[of.Name] = rows
			count[of.Name] += len(rows)
		}
		if len(o.tables["agent_profile"]) > 0 {
			o.holds(t, s.RunData(e.Key))
			continue
		}
		want, _ := map[string]error{"de091866": model.ErrNotStarted, "3fc50607": model.ErrNoData}[e.ID.String()[:8]]
		if people, err := s.RunData(e.Key).Profiles(t.Context()); !errors.Is(err, want) || len(people) > 0 {
			t.Errorf("%s: %d profiles, %v", e.ID, len(people), err)
		}
	}
	if count["agent_status"] < 10_000 || report.Agents != count["agent_profile"] || report.Messages != count["agent_dialog"]+count["pending_dialog"]/2 || report.Answers != count["agent_survey"]+count["pending_survey"] {
		t.Errorf("report %+v of %v", report, count)
	}
	questionnaires(t, s, sqlRows(t, c, "as_survey"))
}

func questionnaires(t *testing.T, s model.Surveyor, rows []record) {
	t.Helper()
	all, err := s.Surveys(t.Context())
	if err != nil || len(all) != len(rows) || len(rows) != 2 {
		t.Fatalf("%d questionnaires of %d (%v)", len(all), len(rows), err)
	}
	for _, r := range rows {
		i := slices.IndexFunc(all, func(s model.Survey) bool { return strings.ReplaceAll(s.ID.String(), "-", "") == r["id"] })
		if i < 0 || all[i].Name.Raw() != r["name"] || !sameJSON(all[i].Data, r["data"]) || !all[i].Created.Equal(r.time(t)) || all[i].Updated.IsZero() {
			t.Errorf("questionnaire %v", r)
		}
	}
}

// All members of an export come in, row for row.
func TestEveryRowOfAnExport(t *testing.T) {
	lab := newLab(t)
	report := mustImport(t, lab, exportZip)
	o := &original{tables: map[string][]record{}, text: plain}
	for _, of := range table.OfRun {
		o.tables[of.Name] = csvRows(t, exportZip, of.Name)
	}
	all, _ := list(t, lab)
	o.holds(t, opened(t, lab).RunData(pick(t, all, "b3a893be").Key))
	if report.Agents != 25 || report.Frames != 12 || report.Messages != 36 || report.Answers != 25 {
		t.Errorf("report %+v", report)
	}
}

// The same import again leaves every byte of the lab as it was, whichever files it is of.
func TestAgainChangesNothing(t *testing.T) {
	for _, files := range [][]string{{fixture(t)}, {exportZip}, {fixture(t), exportZip}, {exportZip, fixture(t)}} {
		lab := newLab(t)
		first := mustImport(t, lab, files...)
		before := string(read(t, lab))
		again := mustImport(t, lab, files...)
		if string(read(t, lab)) != before {
			t.Errorf("%v: the lab changed", files)
		}
		if first.Changed = 0; !reflect.DeepEqual(first, again) {
			t.Errorf("report %+v, first %+v", again, first)
		}
	}
}

// Of an experiment in several files each kind of data is of the last file that has it.
func TestTheLastFileThatHasATable(t *testing.T) {
	lab := newLab(t)
	only := file(t, "x.zip", zipOf(t, member{experimentFile, strings.Replace(goodYAML, "00000000-0000-4000-8000-00000000000a", "b3a893be-faca-5688-9599-a8655fc4191c", 1)},
		member{"agent_status.csv", "id,day,t,status\r\n1,5,300.0,late\r\n"}))
	mustImport(t, lab, fixture(t), only)
	all, _ := list(t, lab)
	s := opened(t, lab).RunData(pick(t, all, "b3a893be").Key)
	if times, err := s.Timeline(t.Context()); err != nil || fmt.Sprint(times) != "[day 5 00:05:00]" {
		t.Errorf("timeline %v, %v", times, err)
	}
	if people, err := s.Profiles(t.Context()); err != nil || len(people) != 25 {
		t.Errorf("%d profiles, %v", len(people), err)
	}
	if talk, err := s.Agent(1).Talk(t.Context()); err != nil || len(talk) == 0 {
		t.Errorf("%d messages, %v", len(talk), err)
	}
}

// Whatever the lab holds after an import is whole.
func TestTheLabIsWhole(t *testing.T) {
	lab := filepath.Join(t.TempDir(), "lab.db")
	mustImport(t, lab, fixture(t), exportZip)
	r, err := check.Lab(t.Context(), lab, nil)
	if err != nil || len(r.Problems) > 0 || r.Experiments != 14 {
		t.Errorf("%+v, %v", r, err)
	}
}
