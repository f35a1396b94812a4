package table

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Scan is a reading of rows of one table of a database, in the order of their numbers: the order in
// which they were written.
type Scan struct {
	Table   string   // its name in the database
	Columns []string // SQL expressions, whose values are the cells of a row
	Where   string   // an SQL condition, with a ? for each of Args; empty: every row
	Args    []any
	Group   string // SQL expressions: the rows are groups of those with the same; each page has its own. Only where rows have no numbers
	After   int64  // only rows of a higher number
	Last    int64  // and none of a higher one than this
	Limit   int    // the most bytes of a value; a row that has a longer one is without cells
}

// Row is a row that was read.
type Row struct {
	Number int64 // its number; 0 in a database that has none
	Cells  []Cell
	Long   bool // it has a value of more than Scan.Limit bytes, and no cells
}

// Of begins a scan of all rows of a table.
func Of(name string, columns ...string) Scan {
	return Scan{Table: name, Columns: columns, After: math.MinInt64, Last: math.MaxInt64, Limit: RowLimit}
}

const (
	// RowLimit is the longest value of a row of run data, in bytes. Reading it takes as long as some
	// thousand rows.
	RowLimit = 8 << 20
	// ValueLimit is that of an experiment's row.
	ValueLimit = 64 << 20
)

// Quote is a name of a table or a column as SQL has it.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Name is the name in the database of an experiment's table.
func Name(id uuid.UUID, name string) string {
	return "as_" + strings.ReplaceAll(id.String(), "-", "_") + "_" + name
}

// Select is the SQL expressions of the columns of a table, null for those that a database does not
// have. Of a table of pending rows, one more says whether a row is processed: see Done.
func (t *Table) Select(has map[string]bool) (columns []string) {
	for _, c := range t.Columns {
		from := c.From
		switch {
		case from == "" && has[c.Name]:
			from = strconv.Quote(c.Name)
		case from == "" || (from[0] >= 'a' && !has[from]):
			from = "NULL"
		}
		columns = append(columns, from)
	}
	if t.Pending && has["processed"] {
		columns = append(columns, "processed")
	}
	return columns
}

// Done reports whether a row of a table of pending rows is processed, so that it says nothing any more.
func (t *Table) Done(cells []Cell) bool {
	if len(cells) == len(t.Columns) {
		return false
	}
	switch done := cells[len(t.Columns)]; strings.ToLower(done.Text) {
	case "", "0", "f", "false":
		return !done.OK
	}
	return true
}

// Decode decodes the JSON of a row once, as AgentSociety reads it: most of it is the JSON of a text
// that is JSON again.
func (t *Table) Decode(cells []Cell) []Cell {
	for i, c := range t.Columns {
		if c.Format == JSONText && cells[i].OK {
			cells[i] = decoded(cells[i].Text)
		}
	}
	return cells
}

// decoded is the text that JSON is, or the JSON itself where it is no text.
func decoded(raw string) Cell {
	switch s := strings.TrimSpace(raw); {
	case s == "null":
		return Cell{}
	case strings.HasPrefix(s, `"`):
		var text string
		if json.Unmarshal([]byte(s), &text) == nil {
			return Cell{text, true}
		}
	}
	return Cell{raw, true}
}
