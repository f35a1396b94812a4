package run

import (
	"slices"
	"strings"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/rundir/replay"
)

// tables is the catalog of a run, by what its tables are good for.
type tables struct {
	all       []model.Dataset
	profiles  []*table
	snapshots []*table // of agents: a row an agent and step
	events    []*table
	series    []*table    // of the environment: a row a step
	prompt    *table      // the one that holds what all agents are told; nil: none
	starts    []time.Time // memo of startsByRows
	started   bool
}

// table is a dataset with its columns by their roles, each by its name; empty: it has none.
type table struct {
	*model.Dataset
	short              string // its name in statuses and metrics
	entity, step, time string
	lng, lat, place    string
	words, kind        string // of an event: what was said, and what sort of event it is
	speaker            string // of talk of version 1: who speaks; then kind is a number
	action, status     string // of statuses of version 1
	told               string // what all agents are told
}

// Names of columns that mean the same in every table. They are looked for where neither the catalog's
// keys nor its types say what a column is.
var (
	wordNames  = []string{"content", "text", "message", "body"}
	lngNames   = []string{"lng", "lon", "longitude"}
	latNames   = []string{"lat", "latitude"}
	placeNames = []string{"aoi_id", "parent_id", "road_id"}
	whoNames   = []string{"sender_id", "from_user_id", "from_id", "author_id", "agent_id", "user_id"}
)

func newTables(r *replay.Replay) *tables {
	c := &tables{all: r.Datasets()}
	for i := range c.all {
		c.add(newTable(&c.all[i]))
	}
	short := map[string]int{}
	for _, t := range c.snapshots {
		short[t.short]++
	}
	for _, t := range c.snapshots {
		if short[t.short] > 1 {
			t.short = t.Table.Raw()
		}
	}
	return c
}

// add puts a table among those that are good for the same.
func (c *tables) add(t *table) {
	switch snapshot := t.Can(model.AgentSnapshot) || t.Kind == model.EntitySnapshot; {
	case t.Can(model.AgentProfile) && t.entity != "":
		c.profiles = append(c.profiles, t)
	case snapshot && t.entity != "" && t.step != "":
		c.snapshots = append(c.snapshots, t)
	case t.isEvent():
		c.events = append(c.events, t)
	case t.Kind != model.EnvSnapshot && t.Kind != model.MetricSeries || t.step == "":
		return
	default:
		c.series = append(c.series, t)
		if t.told != "" && t.entity == "" && c.prompt == nil {
			c.prompt = t
		}
	}
}

// isEvent reports whether the rows are events.
func (t *table) isEvent() bool { return t.Can(model.SocialEvent) || t.Kind == model.EventStream }

// newTable finds the roles of a dataset's columns.
func newTable(d *model.Dataset) *table {
	t := &table{Dataset: d, entity: d.EntityKey.Raw(), step: d.StepKey.Raw(), time: d.TimeKey.Raw()}
	t.short = d.Table.Raw()
	for _, end := range []string{"_agent_state", "_env_state", "_state"} {
		if cut, ok := strings.CutSuffix(t.short, end); ok && cut != "" {
			t.short = cut
			break
		}
	}
	if t.Can(model.GeoPoint) {
		t.lng, t.lat, t.place = t.Named("REAL", lngNames...), t.Named("REAL", latNames...), t.Named("INTEGER", placeNames...)
	}
	t.told = t.Named("TEXT", "global_information", "prompt")
	if t.Can(model.AgentSnapshot) {
		if action, status := t.Named("TEXT", "action"), t.Named("JSON", "status"); action != "" && status != "" {
			t.action, t.status = action, status
		}
	}
	if t.step == "" && t.time == "" {
		t.time = t.Named("TIMESTAMP", "t", "created_at", "timestamp", "time")
	}
	if t.isEvent() {
		t.findWords()
	}
	return t
}

// findWords finds who says what in events.
func (t *table) findWords() {
	if t.entity == "" {
		t.entity = t.Named("INTEGER", whoNames...)
	}
	if t.words = t.Logical("text"); t.words == "" {
		t.words = t.Named("TEXT", wordNames...)
	}
	t.kind = t.EventKind()
	if number := t.Named("INTEGER", "type"); number != "" && t.kind == "" {
		t.kind, t.speaker = number, t.Named("TEXT", "speaker")
	}
}

// key reports whether a column is one of the keys of the rows.
func (t *table) key(name string) bool {
	return name != "" && (name == t.entity || name == t.step || name == t.time)
}

// numbers is the columns that measure something: numbers that are no keys, places and ids.
func (t *table) numbers() (names []string) {
	for i := range t.Columns {
		c := &t.Columns[i]
		name := c.Name.Raw()
		id := c.Logical.Raw() == "identifier" || c.Role.Raw() == "identifier" || c.Role.Raw() == "dimension" ||
			name == "id" || strings.HasSuffix(name, "_id")
		if !c.Type.Empty() && c.Is("REAL") && !id && !t.key(name) && name != t.lng && name != t.lat {
			names = append(names, name)
		}
	}
	return names
}

// cells reads rows of a table by the names of its columns.
type cells struct {
	model.Rows
	at map[string]int
}

// rows reads rows of a table. Of a table whose catalog names no entity it reads those of all.
func (r *reading) rows(t *table, q model.RowQuery) (cells, error) {
	if t.EntityKey.Empty() {
		q.Entity = text.Text{}
	}
	rows, err := r.s.replay.Rows(t.ID.Raw(), q)
	c := cells{Rows: rows, at: make(map[string]int, len(rows.Columns))}
	for i, name := range rows.Columns {
		c.at[name.Raw()] = i
	}
	return c, err
}

// get is a cell of a row; null where there is no such column.
func (c *cells) get(row int, column string) text.Value {
	if i, ok := c.at[column]; ok && column != "" && i < len(c.Cells[row]) {
		return c.Cells[row][i]
	}
	return text.Value{}
}

// integer is a cell as a whole number.
func (c *cells) integer(row int, column string) (n int64, ok bool) {
	return c.get(row, column).Integer()
}

// startsByRows is the simulated time of each step as the rows have it: of a step the least. Events are
// not asked: theirs lags.
func (r *reading) startsByRows() []time.Time {
	c := r.s.tables
	if c.started {
		return c.starts
	}
	c.started = true
	c.starts = make([]time.Time, r.s.replay.Steps())
	for _, t := range slices.Concat(c.series, c.snapshots) {
		if t.time == "" {
			continue
		}
		rows, err := r.rows(t, model.RowQuery{})
		for i := range rows.Cells {
			step, ok := rows.integer(i, t.step)
			at, known := plan.ParseNaive(rows.get(i, t.time).Plain())
			if ok && known && err == nil && step >= 0 && step < int64(len(c.starts)) && (c.starts[step].IsZero() || at.Before(c.starts[step])) {
				c.starts[step] = at
			}
		}
	}
	return c.starts
}
