package model

import (
	"context"
	"slices"
	"strings"

	"societop/model/text"
)

// DatasetKind is what sort of rows a dataset has, by AgentSociety 2's names.
type DatasetKind string

// The kinds of datasets. A run may have others.
const (
	EntityStatic   DatasetKind = "entity_static"   // a row an entity
	EntitySnapshot DatasetKind = "entity_snapshot" // a row an entity and step
	EnvSnapshot    DatasetKind = "env_snapshot"    // a row a step
	EventStream    DatasetKind = "event_stream"    // a row an event
	MetricSeries   DatasetKind = "metric_series"   // a row a step, of measurements
)

// The capabilities of datasets that views look for. A run may have others.
const (
	AgentProfile  = "agent_profile"
	AgentSnapshot = "agent_snapshot"
	GeoPoint      = "geo_point"
	SocialEvent   = "social_event"
	Trajectory    = "trajectory"
	StepTimeline  = "simulation_timeline"
)

// Dataset is a table that a run writes, as its catalog describes it.
type Dataset struct {
	ID           text.Text // such as "mobility.agent_state"
	Table        text.Text // such as "mobility_agent_state"
	Module       text.Text
	Kind         DatasetKind // cleaned
	Title        text.Text
	Description  text.Lines
	EntityKey    text.Text // the name of the column that holds the entity's id; empty: none
	StepKey      text.Text // that of the step, from 0; empty: none
	TimeKey      text.Text // that of the simulated time; empty: none
	Order        []text.Text
	Capabilities []text.Text
	Columns      []Column
	Rows         int // that were read so far; −1 unknown
	Ambiguous    int // of Rows, those of which another version exists, and it is not known which is newer
	Damaged      int // lines that could not be read
}

// FindDataset returns the dataset of an id, or else of a table's name; nil if there is none.
func FindDataset(all []Dataset, name string) *Dataset {
	for i := range all {
		if all[i].ID.Raw() == name {
			return &all[i]
		}
	}
	for i := range all {
		if all[i].Table.Raw() == name {
			return &all[i]
		}
	}
	return nil
}

// Can reports whether the dataset has a capability.
func (d *Dataset) Can(capability string) bool {
	for _, c := range d.Capabilities {
		if c.Raw() == capability {
			return true
		}
	}
	return false
}

// Named returns the first of some names that a column of a type has; empty if none has.
func (d *Dataset) Named(typ string, names ...string) string {
	for _, name := range names {
		for i := range d.Columns {
			if c := &d.Columns[i]; c.Name.Raw() == name && c.Is(typ) {
				return name
			}
		}
	}
	return ""
}

// Logical returns the name of the first text column of a logical type; empty if there is none.
func (d *Dataset) Logical(typ string) string {
	for i := range d.Columns {
		if c := &d.Columns[i]; c.Logical.Raw() == typ && c.Is("TEXT") {
			return c.Name.Raw()
		}
	}
	return ""
}

// EventKind returns the name of the column that says what kind of event a row is; empty if there is none.
func (d *Dataset) EventKind() string {
	if name := d.Logical("category"); name != "" {
		return name
	}
	return d.Named("TEXT", "action", "type", "kind", "event", "event_type")
}

// Column is a column of a dataset.
type Column struct {
	Name        text.Text
	Type        text.Text // INTEGER, REAL, TEXT, BLOB, TIMESTAMP or JSON
	Logical     text.Text
	Role        text.Text // for the analysis
	Title       text.Text
	Description text.Lines
	Unit        text.Text
}

// Is reports whether the values of a column are of a type, in the words of a catalog or of a database. A
// column without a type may be of any.
func (c *Column) Is(typ string) bool {
	of := strings.ToUpper(c.Type.Raw())
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(of, w) })
	}
	switch {
	case of == "" || of == typ:
		return true
	case typ == "REAL":
		return has("INT", "FLOAT", "DOUBLE", "NUMERIC", "DECIMAL")
	case typ == "INTEGER":
		return has("INT")
	case typ == "TIMESTAMP":
		return has("DATE", "TIME")
	case typ == "TEXT":
		return has("TEXT", "CHAR", "CLOB")
	}
	return false
}

// RowQuery chooses rows of a dataset. The zero RowQuery chooses all.
type RowQuery struct {
	From, To int       // the first step, and the one after the last; To 0: no bound
	Entity   text.Text // of this entity only, by its id as text; empty: of all
	Limit    int       // at most so many; 0: no bound
	Newest   bool      // of more than Limit, the last instead of the first
}

// Rows is rows of a dataset in its own order, each by its key once.
type Rows struct {
	Columns   []text.Text
	Cells     [][]text.Value // a row each, as long as Columns; JSON of which text inside JSON was decoded
	Ambiguous []int          // the indices of rows of which another version exists, and it is not known which is newer; ascending
	Total     int            // how many rows match, whatever the limit
	Damaged   int            // lines of the dataset that could not be read
	Whole     int            // steps below this one are whole; later ones may still get rows
}

// DatasetReader is a RunData that has datasets: those of AgentSociety 2. Both methods fail with
// ErrNotOffered for a run that has none.
type DatasetReader interface {
	// Datasets is the run's catalog, by ascending id.
	Datasets(ctx context.Context) ([]Dataset, error)
	// Rows reads rows of a dataset, by its id or the name of its table. It fails with ErrNoData if
	// there is no such dataset.
	Rows(ctx context.Context, dataset string, q RowQuery) (Rows, error)
}
