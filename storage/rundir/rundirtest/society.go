package rundirtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// Society writes a run directory as AgentSociety 2.9 does, and keeps a record of what it wrote: pid.json is
// written in place, SOCIETY_STEP.json by renaming, rows are appended, some of them in two parts. It may be killed
// between any two writes; what it did since the last checkpoint is then done once more, with other values.
type Society struct {
	*Writer
	Hooks
	Run  string // the directory
	Rand *rand.Rand
	Risk int // one in so many pauses is a kill; 0: none
	Skip int // in the last entry that runs, so many steps are dropped after an error

	said    map[string]any // by pid.json
	done    int            // steps, and
	entries int            // entries, by SOCIETY_STEP.json
	serial  int
	mu      sync.Mutex
	record  Record
}

// Hooks are what a test does while a Society lives.
type Hooks struct {
	Pause  func()                          // is called between any two writes
	Now    func() time.Time                // the times of files; nil: as they come
	Start  func() (pid int64, stop func()) // a process of the run
	Killed func()                          // is called after a kill, before the run is resumed
}

// Version is a version of a row.
type Version struct {
	Value string // of its column v, content or t
	Whole bool   // its last byte is written
}

// Record is what a Society has written, at a moment.
type Record struct {
	Rows    map[string]map[string][]Version // by table and key
	Said    string                          // the status by the last whole pid.json; empty: there was none
	PID     int64                           // by it
	Done    int64                           // steps done, by the files; −1: they don't say
	Entries int                             // entries done
	Answers int                             // to the questionnaire
	Asked   int                             // questions with their answers
	Torn    bool                            // the catalog
	Written time.Time                       // the last write, by Now
}

// The work of a Society: 4 steps of 900 s, a questionnaire, 3 of 1800 s, a question.
const (
	SocietyAgents = 4
	SocietySteps  = 7
	societyPlan   = `start_t: '2026-01-05T08:00:00'
steps:
- {type: run, num_steps: 4, tick: 900}
- {type: questionnaire, questionnaire_id: mood, questions: []}
- {type: run, num_steps: 3, tick: 1800}
- {type: ask, question: why}
`
)

// SocietyKinds are the kinds of its entries.
var SocietyKinds = []string{"run", "questionnaire", "run", "ask"}

// SocietyStart is the second of the day at which a step starts.
func SocietyStart(step int) int { return 8*3600 + min(step, 4)*900 + max(step-4, 0)*1800 }

var societySets = []Set{
	{
		Table: "purse_agent_state", ID: "purse.agent_state", Kind: "entity_snapshot", Entity: "agent_id", Step: "step", Time: "t",
		Key: []string{"agent_id", "step"}, Order: []string{"step", "agent_id"}, Can: []string{"agent_snapshot"},
		Columns: [][2]string{{"agent_id", "INTEGER"}, {"step", "INTEGER"}, {"t", "TIMESTAMP"}, {"v", "REAL"}},
	},
	{
		Table: "bank_env_state", ID: "bank.env_state", Kind: "env_snapshot", Step: "step", Time: "t", Key: []string{"step"},
		Order: []string{"step"}, Can: []string{"env_snapshot"}, Columns: [][2]string{{"step", "INTEGER"}, {"t", "TIMESTAMP"}, {"v", "REAL"}},
	},
	{
		Table: "wall_event", ID: "wall.event", Kind: "event_stream", Entity: "sender_id", Step: "step", Time: "t", Key: []string{"id"},
		Order: []string{"step", "id"}, Can: []string{"event_stream", "social_event"},
		Columns: [][2]string{{"id", "INTEGER"}, {"step", "INTEGER"}, {"t", "TIMESTAMP"}, {"sender_id", "INTEGER"}, {"action", "TEXT"}, {"content", "TEXT"}},
	},
	{
		Table: "core_simulation_timeline", ID: "core.simulation_timeline", Kind: "env_snapshot", Step: "step", Time: "t", Key: []string{"step"},
		Order: []string{"step"}, Can: []string{"simulation_timeline", "env_snapshot"}, Columns: [][2]string{{"step", "INTEGER"}, {"t", "TIMESTAMP"}},
	},
}

// NewSociety prepares a run, which is not started.
func NewSociety(t testing.TB, run string, seed uint64) *Society {
	t.Helper()
	s := &Society{
		Writer: &Writer{t, filepath.Join(run, "replay")}, Run: run, Rand: rand.New(rand.NewPCG(seed, 0)),
		Hooks: Hooks{Pause: func() {}, Killed: func() {}, Start: func() (int64, func()) { return 1, func() {} }}, said: map[string]any{}, record: Record{Rows: map[string]map[string][]Version{}, Done: -1},
	}
	var agents []map[string]any
	for id := 1; id <= SocietyAgents; id++ {
		agents = append(agents, map[string]any{"agent_id": id, "kwargs": map[string]any{"id": id, "name": fmt.Sprint("住民", id)}})
	}
	s.create("init_config.json", s.json(map[string]any{"env_modules": []any{}, "agents": agents}))
	s.create("steps.yaml", []byte(societyPlan))
	return s
}

// Record is what was written until now.
func (s *Society) Record() Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.record
	r.Rows = make(map[string]map[string][]Version)
	for table, rows := range s.record.Rows {
		r.Rows[table] = maps.Clone(rows)
		for key, all := range rows {
			r.Rows[table][key] = slices.Clone(all)
		}
	}
	return r
}

// note changes the record.
func (s *Society) note(change func(*Record)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.record)
}

func (s *Society) json(v any) []byte {
	s.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// create writes a file whole.
func (s *Society) create(name string, content []byte) {
	s.t.Helper()
	path := filepath.Join(s.Run, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.touch(path)
}

// touch gives a file the time of the clock.
func (s *Society) touch(path string) {
	s.t.Helper()
	if s.Now == nil {
		return
	}
	now := s.Now()
	if err := os.Chtimes(path, now, now); err != nil {
		s.t.Fatal(err)
	}
	s.note(func(r *Record) { r.Written = now })
}

// died is thrown where the process is killed.
type died struct{}

// pause lets others look, and perhaps kills.
func (s *Society) pause() {
	s.Pause()
	if s.Risk > 0 && s.Rand.IntN(s.Risk) == 0 {
		panic(died{})
	}
}

// inPlace truncates a file, and writes it in two parts; then() is called when it is whole.
func (s *Society) inPlace(name string, content []byte, then func(*Record)) {
	cut := s.Rand.IntN(len(content))
	s.create(name, nil)
	s.pause()
	if cut > 0 {
		s.create(name, content[:cut])
		s.pause()
	}
	s.note(func(r *Record) { // before anybody can ask for it
		if err := os.WriteFile(filepath.Join(s.Run, name), content, 0o644); err != nil {
			s.t.Fatal(err)
		}
		then(r)
	})
	s.touch(filepath.Join(s.Run, name))
	s.pause()
}

// tell writes the pid.json.
func (s *Society) tell(change map[string]any) {
	maps.Copy(s.said, change)
	said := maps.Clone(s.said)
	s.inPlace("pid.json", s.json(said), func(r *Record) {
		r.Said, r.PID = said["status"].(string), said["pid"].(int64)
		if done, ok := said["step_count"].(int); ok && r.Done < 0 {
			r.Done = int64(done)
		}
	})
}

// checkpoint writes the SOCIETY_STEP.json.
func (s *Society) checkpoint(done, entries int) {
	s.create("SOCIETY_STEP.json.tmp", s.json(map[string]any{"current_time": s.reached(done), "step_count": done, "completed_step_count": entries, "terminated": false}))
	s.pause()
	s.note(func(r *Record) { // before anybody can ask for it
		if err := os.Rename(filepath.Join(s.Run, "SOCIETY_STEP.json.tmp"), filepath.Join(s.Run, "SOCIETY_STEP.json")); err != nil {
			s.t.Fatal(err)
		}
		r.Done, r.Entries = int64(done), entries
	})
	s.done, s.entries = done, entries
	s.pause()
}

// reached is the simulated time after so many steps.
func (s *Society) reached(done int) string {
	return time.Date(2026, 1, 5, 0, 0, SocietyStart(done), 0, time.UTC).Format("2006-01-02T15:04:05")
}

// row writes a row, perhaps in two parts.
func (s *Society) row(table, key, value string, columns map[string]any) {
	line := string(s.json(columns)) + "\n"
	s.note(func(r *Record) {
		if r.Rows[table] == nil {
			r.Rows[table] = map[string][]Version{}
		}
		r.Rows[table][key] = append(r.Rows[table][key], Version{Value: value})
	})
	name := Shard(table, line)
	if s.Rand.IntN(3) == 0 {
		cut := 1 + s.Rand.IntN(len(line)-2)
		s.Append(name, line[:cut])
		s.touch(filepath.Join(s.Dir(), name))
		s.pause()
		line = line[cut:]
	}
	s.Append(name, line)
	s.touch(filepath.Join(s.Dir(), name))
	s.note(func(r *Record) {
		all := r.Rows[table][key]
		all[len(all)-1].Whole = true
	})
	s.pause()
}

// value is one that no row had before.
func (s *Society) value() int { s.serial++; return s.serial }

// step writes the rows of a step, and its checkpoint.
func (s *Society) step(step, entries int) {
	t := s.reached(step)
	s.row("core_simulation_timeline", fmt.Sprint(step), t, map[string]any{"step": step, "t": t})
	for _, agent := range s.Rand.Perm(SocietyAgents) {
		id, v := agent+1, s.value()
		s.row("purse_agent_state", fmt.Sprintf("%d/%d", id, step), fmt.Sprint(v), map[string]any{"agent_id": id, "step": step, "t": t, "v": v})
		if v := s.value(); s.Rand.IntN(3) == 0 {
			event := step*SocietyAgents + id
			s.row("wall_event", fmt.Sprint(event), fmt.Sprint("話", v), map[string]any{"id": event, "step": step, "t": t, "sender_id": id, "action": "post", "content": fmt.Sprint("話", v)})
		}
	}
	v := s.value()
	s.row("bank_env_state", fmt.Sprint(step), fmt.Sprint(v), map[string]any{"step": step, "t": t, "v": v})
	s.checkpoint(step+1, entries)
	s.tell(map[string]any{"step_count": step + 1, "simulation_time": s.reached(step + 1)})
}

// artifact writes what an entry leaves, if it is a questionnaire or a question.
func (s *Society) artifact(entry int) {
	at := time.Date(2026, 1, 5, 0, 0, SocietyStart(s.done), 0, time.UTC).Format("20060102_150405")
	switch SocietyKinds[entry] {
	case "questionnaire":
		var all []map[string]any
		for id := 1; id <= SocietyAgents; id++ {
			answer := map[string]any{"question_id": "mood", "raw_text": "元気", "parsed_value": "元気", "parse_success": true}
			all = append(all, map[string]any{"agent_id": id, "agent_name": fmt.Sprint("住民", id), "answers": []any{answer}})
		}
		whole := map[string]any{
			"questionnaire_id": "mood", "title": "Mood", "simulation_time": s.reached(s.done), "step_count": s.done,
			"target_agent_ids": nil, "questions": []any{map[string]any{"id": "mood", "prompt": "?", "response_type": "text"}}, "responses": all,
		}
		s.inPlace(fmt.Sprintf("artifacts/questionnaire_step_%d_%s.json", entry, at), s.json(whole), func(r *Record) { r.Answers = SocietyAgents })
	case "ask":
		name := fmt.Sprintf("artifacts/ask_step_%d_%s.md", entry, at)
		s.create(name, nil)
		s.pause()
		s.create(name, []byte("---\nquestion: why\n---\n\n理由はない。\n"))
		s.note(func(r *Record) { r.Asked = 1 })
		s.pause()
	}
}

// process is one process of the run, from its start until it ends or is killed.
func (s *Society) process() (killed bool) {
	pid, stop := s.Start()
	defer func() {
		what := recover()
		if _, killed = what.(died); what != nil && !killed {
			panic(what)
		}
		stop()
	}()
	first := map[string]any{"pid": pid, "status": "running", "experiment_id": "1_1"}
	if s.record.Said == "" {
		first["start_time"] = "2026-01-01T00:00:00+00:00"
	} else if s.record.Done >= 0 {
		first["resumed"], first["resumed_from_step"] = true, s.entries
	}
	s.tell(first)
	schema := s.SchemaOf(societySets...)
	s.note(func(r *Record) { r.Torn = true })
	s.inPlace("replay/_schema.json", schema, func(r *Record) { r.Torn = false })
	if _, ok := s.said["step_count"]; !ok {
		s.tell(map[string]any{"step_count": 0, "simulation_time": s.reached(0)})
		s.checkpoint(0, 0)
	}
	last := []int{4, 0, SocietySteps - s.Skip, 0} // the step after the last one of each entry
	for i := s.entries; i < len(SocietyKinds); i++ {
		for s.done < last[i] {
			s.step(s.done, i)
		}
		if i == 2 && s.Skip > 0 {
			s.create("output.log", []byte("[2026-01-01 00:30:00] ERROR   Error executing step 2 (run): Agent step failures (1): agent 3: no\n"))
		}
		s.artifact(i)
		s.checkpoint(s.done, i+1)
		s.tell(map[string]any{})
	}
	s.tell(map[string]any{"status": "completed", "end_time": "2026-01-01T01:00:00+00:00"})
	return false
}

// Live writes the run to its end, however often it is killed.
func (s *Society) Live() {
	for s.process() {
		s.Killed()
	}
}

// Fail writes a run that fails before its first step.
func (s *Society) Fail(why string) {
	s.Risk = 0
	pid, stop := s.Start()
	defer stop()
	s.tell(map[string]any{"pid": pid, "status": "running", "start_time": "2026-01-01T00:00:00+00:00"})
	s.tell(map[string]any{"status": "failed", "error": why})
}
