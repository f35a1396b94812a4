package importer

import (
	"fmt"
	"math"

	"societop/model"
	"societop/storage/bolt/kept"
	"societop/storage/sqldb/table"
)

// maxNotes is how many sentences on its rows a table has in the report.
const maxNotes = 8

// intake takes what one file has into a run's spool.
type intake struct {
	*run
	file  int    // its place among the files
	name  string // its name, for sentences
	check table.Checker
}

// leftOut adds a sentence on the file to the report.
func (in *intake) leftOut(format string, args ...any) {
	in.leaveOut(func() string { return in.name + ": " + fmt.Sprintf(format, args...) })
}

// experiment takes an experiment, and tells its number in the spool; ok is false where it is
// left out. where says where in the file it stands, bare that its tenant may be any.
func (in *intake) experiment(where string, f table.Fields, bare bool) (n int, ok bool, err error) {
	in.step(1)
	e, wrong, err := f.Experiment()
	switch {
	case err != nil:
		in.leftOut("%s is left out: its id is %q", where, table.Clipped(f["id"]))
		return 0, false, nil
	case len(f["tenant_id"]) > maxTenant:
		in.leftOut("%s is left out: its tenant has %d bytes", where, len(f["tenant_id"]))
		return 0, false, nil
	}
	for _, w := range wrong {
		in.leftOut("experiment %s: %s", e.ID, w)
	}
	if e.Updated.After(in.asOf) {
		in.asOf = e.Updated
	}
	_, named := f["tenant_id"]
	n = len(in.read)
	in.read = append(in.read, found{key: e.Key, bare: bare && !named, status: e.Status, offset: kept.OffsetOf(f["created_at"])})
	return n, true, in.spool.add(place{kind: table.Experiments, run: n}, f.Cells())
}

// rows takes the rows of one table: of an experiment, or of a file.
type rows struct {
	*intake
	*table.Table
	run   int
	who   string // for sentences: what the table is of, and its name
	tail  tail   // of frames
	guess int64  // how many rows there may be, which is how many the total counts
	count int64
	why   string // the first row that was left out was
	notes int    // what was to be said of rows
}

// table begins to take a table of about some number of rows.
func (in *intake) table(t *table.Table, run int, guess int64) *rows {
	r := &rows{intake: in, Table: t, run: run, who: t.Name, guess: min(max(guess, 0), math.MaxInt32)}
	if t != table.Questionnaires {
		f := &in.read[run]
		r.who += " of experiment " + f.key.ID.String()
		f.known |= 1 << t.Kind
	}
	in.total += 2 * r.guess
	return r
}

// add takes one row; number says which in the table it is.
func (r *rows) add(number int64, cells []table.Cell) error {
	r.count++
	if r.count > r.guess {
		r.total += 2
	}
	r.step(1)
	broken, wrong := r.check.Row(r.Table, cells)
	if broken != "" {
		r.skip(number, broken)
		return nil
	}
	for _, w := range wrong {
		r.note("row %d of %s: its %s", number, r.who, w)
	}
	p := place{r.Kind, r.run, r.Moment(cells)}
	if r.Kind != table.Surveys {
		r.read[r.run].rows[r.Kind]++
	}
	switch r.Kind {
	case table.Surveys:
		id, _ := table.ParseID(cells[0].Text)
		r.newest[id] = r.file
	case table.Frames:
		r.tail.add(p.at, cells[0].Text)
	default:
	}
	return r.spool.add(p, cells)
}

// skip says why a row is left out.
func (r *rows) skip(number int64, why string) {
	if r.why == "" {
		r.why = fmt.Sprintf("row %d: %s", number, why)
	}
	r.note("row %d of %s is left out: %s", number, r.who, why)
}

// note adds a sentence on a row to the report, as long as the table has few.
func (r *rows) note(format string, args ...any) {
	if r.notes++; r.notes <= maxNotes {
		r.leftOut(format, args...)
	}
}

// end corrects what was guessed, and says how many notes were too many.
func (r *rows) end() {
	if more := r.notes - maxNotes; more > 0 {
		r.leftOut("%s: … and %d more", r.who, more)
	}
	if r.count < r.guess {
		r.total -= 2 * (r.guess - r.count)
		r.step(0)
	}
}

// forget drops all that was taken of the table's kind.
func (r *rows) forget() error {
	r.read[r.run].rows[r.Kind] = 0
	return r.spool.forgetAll(r.Kind, r.run)
}

// leaveNewest drops the newest moment of a run that may be writing it, unless all agents are
// in it already.
func (r *rows) leaveNewest() error {
	f := &r.read[r.run]
	if f.status.Ended() || r.count == 0 || (f.rows[table.Profiles] > 0 && int64(len(r.tail.agents)) >= f.rows[table.Profiles]) {
		return nil
	}
	r.leftOut("the moment %v of experiment %s is left to the next import: the run may still be writing it", r.tail.at, f.key.ID)
	return r.spool.forget(place{table.Frames, r.run, r.tail.at})
}

// tail is the agents of the newest moment, in the order of rows.
type tail struct {
	at     model.SimTime
	agents map[string]struct{}
}

func (t *tail) add(at model.SimTime, agent string) {
	if t.agents == nil || at != t.at {
		t.at, t.agents = at, make(map[string]struct{}, len(t.agents))
	}
	t.agents[agent] = struct{}{}
}
