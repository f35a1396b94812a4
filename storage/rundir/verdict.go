package rundir

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/runfile"
)

// outcome is what the files of a run say of how it went, as far as a few of them tell it.
type outcome struct {
	files    map[string]*questionnaire // of the artifacts, by name
	schema   stamped
	streams  []string // the tables of events; nil: unknown
	silent   bool     // there are such tables, and no events
	unsolved int      // answers that were not understood
	missing  int      // answers that were never given
	rows     int64    // steps that have rows, where nothing counts steps; 0 unknown, −1 none
}

// Bounds of what is read for it.
const (
	maxQuestionnaires = 200
	maxQuestionnaire  = 32 << 20
	maxSchema         = 16 << 20
)

// questionnaire is what an artifact says of the answers in it.
type questionnaire struct {
	stamped
	everyone bool // all agents were asked
	given    int  // agents that answered
	absent   int  // agents that were asked by name and did not
	wrong    int  // answers that could not be understood
}

// read reads what has changed.
func (o *outcome) read(e *entry, now time.Time, ended bool) {
	o.questionnaires(e.file(runfile.Artifacts), now)
	o.unsolved, o.missing = 0, 0
	for _, q := range o.files {
		o.unsolved += q.wrong
		o.missing += q.missing(e.agents)
	}
	if ended && e.stepsDone() > 0 {
		o.events(e, now)
	}
}

// questionnaires reads the artifacts that have changed.
func (o *outcome) questionnaires(dir string, now time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		o.files = nil
		return
	}
	old := o.files
	o.files = map[string]*questionnaire{}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, "questionnaire_") || !strings.HasSuffix(name, ".json") || len(o.files) == maxQuestionnaires {
			continue
		}
		q := old[name]
		if q == nil {
			q = &questionnaire{stamped: stamped{path: filepath.Join(dir, name)}}
		}
		o.files[name] = q
		if q.changed(now) {
			q.parse()
		}
	}
}

// parse reads the file. One that is not whole yet says nothing.
func (q *questionnaire) parse() {
	q.everyone, q.given, q.absent, q.wrong = false, 0, 0, 0
	b, _, err := runfile.Read(q.path, maxQuestionnaire)
	if err != nil {
		return
	}
	var file struct {
		Targets   []json.Number `json:"target_agent_ids"`
		Responses []struct {
			Agent   json.Number `json:"agent_id"`
			Answers []struct {
				Success *bool `json:"parse_success"`
			} `json:"answers"`
		} `json:"responses"`
	}
	if !json.Valid(b) { // Python writes NaN
		b = []byte(text.ParseValue(string(b)).Raw())
	}
	if json.Unmarshal(b, &file) != nil || file.Responses == nil {
		return
	}
	q.everyone, q.given = file.Targets == nil, len(file.Responses)
	answered := make(map[json.Number]bool, len(file.Responses))
	for _, r := range file.Responses {
		answered[r.Agent] = true
		for _, a := range r.Answers {
			if a.Success != nil && !*a.Success {
				q.wrong++
			}
		}
	}
	for _, id := range file.Targets {
		if !answered[id] {
			q.absent++
		}
	}
}

// missing is how many agents gave no answer; a run has so many, −1 unknown.
func (q *questionnaire) missing(agents int) int {
	if q.everyone {
		return max(0, agents-q.given)
	}
	return q.absent
}

// events finds out whether there are any.
func (o *outcome) events(e *entry, now time.Time) {
	o.schema.path = filepath.Join(e.dir, runfile.Replay, runfile.Schema)
	if o.schema.changed(now) {
		o.readSchema()
	}
	o.silent = len(o.streams) > 0 && !o.anyRow(filepath.Join(e.dir, runfile.Replay))
}

// readSchema reads which tables are of events.
func (o *outcome) readSchema() {
	b, _, err := runfile.Read(o.schema.path, maxSchema)
	if err != nil {
		return
	}
	var schema struct {
		Datasets map[string]struct {
			Table string `json:"table_name"`
			Kind  string `json:"kind"`
		} `json:"datasets"`
	}
	if json.Unmarshal(b, &schema) != nil {
		return // it is being written
	}
	o.streams = nil
	for _, d := range schema.Datasets {
		if model.DatasetKind(d.Kind) == model.EventStream && d.Table != "" {
			o.streams = append(o.streams, d.Table+".")
		}
	}
}

// anyRow reports whether a table of events has one.
func (o *outcome) anyRow(dir string) bool {
	d, err := os.Open(dir)
	if err != nil {
		return true
	}
	defer d.Close()
	for {
		entries, err := d.ReadDir(512)
		for _, entry := range entries {
			name := entry.Name()
			if !strings.HasSuffix(name, ".jsonl") || !slices.ContainsFunc(o.streams, func(s string) bool { return strings.HasPrefix(name, s) }) {
				continue
			}
			if info, err := entry.Info(); err != nil || info.Size() > 0 {
				return true
			}
		}
		if err != nil {
			return false
		}
	}
}

// warnings are what a user should know of it.
func (o *outcome) warnings() (all []text.Text) {
	if o.silent {
		all = append(all, text.Clean("nobody acted"))
	}
	for _, w := range []struct {
		n         int
		one, many string
	}{{o.missing, "1 answer was not given", "%d answers were not given"}, {o.unsolved, "1 answer was not understood", "%d answers were not understood"}} {
		switch {
		case w.n == 1:
			all = append(all, text.Clean(w.one))
		case w.n > 1:
			all = append(all, text.Clean(fmt.Sprintf(w.many, w.n)))
		}
	}
	return all
}
