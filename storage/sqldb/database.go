package sqldb

import (
	"context"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/sqldb/table"
)

// Database is a database of AgentSociety in one dialect. All methods may be called from any goroutine,
// and return soon after ctx is done. Their errors are those of the driver: Missing judges them, and
// Explain says to people what they mean.
//
// SQL has double quotes around names and a ? for each argument, which is a string, an int64, a float64,
// or what Traits makes. Values come as text, in the form that package table reads: numbers with all
// their digits, times with their offset or else in UTC, UUIDs in any form, JSON as it is stored.
type Database interface {
	// Info tells what the database is. It reads nothing.
	Info() model.Info
	// Traits are how its SQL is to be written. They are always the same.
	Traits() Traits
	// Version is another one once anything was written to the database. Asking for it costs nearly
	// nothing.
	Version(ctx context.Context) (Version, error)
	// Clock is the wall time of the database; zero where it has none but this machine's.
	Clock(ctx context.Context) (time.Time, error)
	// Columns is the columns of a table; none where there is no such table.
	Columns(ctx context.Context, name string) (map[string]bool, error)
	// Count is how many rows a table has.
	Count(ctx context.Context, name string) (int64, error)
	// Last is the number of the newest row of a table, 0 where it has none or rows have no numbers.
	Last(ctx context.Context, name string) (int64, error)
	// Query runs one statement that reads little, and gives out its rows once it has ended.
	Query(ctx context.Context, query string, args []any, row func(cells []table.Cell)) error
	// Scan reads rows of a table, whatever their number, in the order in which they were written, and
	// gives them out in pages between which nothing is locked. It ends with the first error of page,
	// which it returns.
	Scan(ctx context.Context, s table.Scan, page func([]table.Row) error) error
	// Missing reports whether an error is one of the table that was read: it is gone, is none, or
	// has other columns than those that were asked for.
	Missing(err error) bool
	// Explain makes a model.Error of an error, with the sentinel that it means. Errors that are one
	// already, and those of contexts, stay as they are.
	Explain(err error) error
	// Close frees what the database holds. No other method may be called after it.
	Close() error
}

// Version is a state of a database.
type Version struct {
	Known    bool   // false: anything may have been written since any time
	Database uint64 // another one when another database is at the address, or the numbers of rows are others
	Changes  uint64 // another one once anything was written
}

// Traits are how the SQL of a database is to be written.
type Traits struct {
	// Numbered says that rows have numbers by which a Scan can begin and end, and that rows that
	// are added have higher ones. Otherwise Scan.After and Scan.Last mean nothing.
	Numbered bool
	// Wide says that a column after the config of an experiment takes as long to read as the config.
	Wide bool
	// ID is the forms in which an id may be stored, as arguments.
	ID func(id uuid.UUID) []any
	// Time is a time as an argument that compares with those that are stored.
	Time func(t time.Time) any
}
