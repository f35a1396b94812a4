package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf16"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/model/budget"
	"societop/model/text"
)

// shortSteps is how long the run is that the long one is measured against.
const shortSteps = 10

// restless is the society of a run, read without rests between leases.
func restless(r bigRun) model.RunData {
	s := Open(r.path, Options{})
	s.pace.rest = 0
	return s.RunData(r.key)
}

// BenchmarkBudget10Seek reads frames at random times of the long run, as a share of the same
// in a run of 10 steps.
func BenchmarkBudget10Seek(b *testing.B) {
	long, short := runOfSteps(b, benchSteps()), runOfSteps(b, shortSteps)
	seek := func(r bigRun) time.Duration {
		s, random := restless(r), rand.New(rand.NewPCG(3, 4))
		var took [31]time.Duration
		for i := range took {
			at := momentOf(random.IntN(r.steps))
			start := time.Now()
			f, err := s.Frame(context.Background(), at)
			if took[i] = time.Since(start); err != nil || len(f.Agents) != crowdSize {
				b.Fatal(len(f.Agents), err)
			}
		}
		slices.Sort(took[:])
		return took[len(took)/2]
	}
	seek(long)
	var longTook, shortTook time.Duration
	for b.Loop() {
		longTook += seek(long)
		shortTook += seek(short)
	}
	budget.Report(b, "10", float64(longTook)/float64(shortTook))
	b.ReportMetric(float64(longTook)/float64(b.N)/1e6, "ms/frame")
}

// BenchmarkBudget11History reads the history of one agent, as a share of reading every frame
// of the run.
func BenchmarkBudget11History(b *testing.B) {
	r := runOfSteps(b, benchSteps())
	s, ctx := restless(r), context.Background()
	start := time.Now()
	for i := range r.steps {
		if f, err := s.Frame(ctx, momentOf(i)); err != nil || len(f.Agents) != crowdSize {
			b.Fatal(len(f.Agents), err)
		}
	}
	all := time.Since(start)
	var took time.Duration
	for b.Loop() {
		start := time.Now()
		h, err := s.Agent(4321).History(ctx)
		if took += time.Since(start); err != nil || len(h) != r.steps {
			b.Fatal(len(h), err)
		}
	}
	one := float64(took) / float64(b.N)
	budget.Report(b, "11", one/float64(all))
	b.ReportMetric(one/1e6, "ms/history")
	b.ReportMetric(float64(all)/float64(r.steps)/1e6, "ms/frame")
}

// BenchmarkBudget12Size is the size of the run's file, as a share of a database of
// AgentSociety's with the same rows.
func BenchmarkBudget12Size(b *testing.B) {
	r := runOfSteps(b, benchSteps())
	theirs := sqliteSize(b, r.steps)
	info, err := os.Stat(r.path)
	if err != nil {
		b.Fatal(err)
	}
	used, rows := int64(usedBytes(b, r.path)), float64(r.steps)*crowdSize
	budget.Report(b, "12", float64(info.Size())/float64(theirs))
	b.ReportMetric(float64(used)/float64(theirs), "used-x-sqlite")
	b.ReportMetric(float64(info.Size())/rows, "B/row")
	b.ReportMetric(float64(theirs)/rows, "sqlite-B/row")
}

// usedBytes is the size of a lab file without the room at its end that bbolt makes 16 MiB at a
// time, which is much of a short run's file.
func usedBytes(b *testing.B, path string) (used uint64) {
	b.Helper()
	err := Open(path, Options{}).read(context.Background(), func(l *lease) error {
		used = l.Meta.High * uint64(l.Meta.PageSize)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return used
}

// BenchmarkWriteFrames is how fast a run is written, a frame of 10,000 agents a batch.
func BenchmarkWriteFrames(b *testing.B) {
	r := runOfSteps(b, benchSteps())
	b.ReportMetric(float64(r.steps)/r.took.Seconds(), "frames/s")
}

// sqliteSize writes the run's rows as AgentSociety does, and returns the size of the file.
func sqliteSize(b *testing.B, steps int) int64 {
	b.Helper()
	path := filepath.Join(b.TempDir(), "sqlite.db")
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		b.Fatal(err)
	}
	err = sqlitex.ExecuteScript(conn, `CREATE TABLE as_run_agent_status (
		id INTEGER, day INTEGER, t FLOAT, lng FLOAT, lat FLOAT, parent_id INTEGER,
		action VARCHAR, status JSON, created_at TIMESTAMP)`, nil)
	crowd := newCrowd(crowdSize, 0)
	for i := 0; i < steps && err == nil; i++ {
		err = insertFrame(conn, crowd.frame(i))
	}
	if err != nil || conn.Close() != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

// insertFrame writes a frame as AgentSociety does: a row an agent, in one transaction.
func insertFrame(conn *sqlite.Conn, f model.Frame) (err error) {
	defer sqlitex.Transaction(conn)(&err)
	stmt, err := conn.Prepare(`INSERT INTO as_run_agent_status VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	for _, a := range f.Agents {
		stmt.BindInt64(1, a.ID)
		stmt.BindInt64(2, int64(a.At.Day))
		stmt.BindFloat(3, a.At.T)
		if a.Parent == 0 {
			stmt.BindNull(4)
			stmt.BindNull(5)
			stmt.BindNull(6)
		} else {
			stmt.BindFloat(4, a.Lng)
			stmt.BindFloat(5, a.Lat)
			stmt.BindInt64(6, a.Parent)
		}
		stmt.BindText(7, a.Action.Raw())
		stmt.BindText(8, pythonJSON(a.Status))
		stmt.BindText(9, a.Created.Format("2006-01-02 15:04:05.000000"))
		if _, err := stmt.Step(); err != nil {
			return err
		}
		if err := stmt.Reset(); err != nil {
			return err
		}
	}
	return nil
}

// pythonJSON is a status as AgentSociety stores it: JSON in ASCII, and of an object that JSON
// once more as a string.
func pythonJSON(v text.Value) string {
	s := ascii(v.Raw())
	if v.Kind() != text.ObjectValue {
		return s
	}
	b, _ := json.Marshal(s) // a string always has a form
	return string(b)
}

// ascii escapes what is beyond ASCII in JSON.
func ascii(raw string) string {
	var b bytes.Buffer
	for _, r := range raw {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
