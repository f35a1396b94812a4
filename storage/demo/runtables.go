package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"strings"

	"societop/model"
)

// society2Model is the name of the language model of a run of version 2.
const society2Model = "qwen2.5-14b-instruct"

// table2 is a table that a run of version 2 writes.
type table2 struct {
	name, module, kind, title string
	entity, step, time        string
	order, can                []string
	columns                   []column2
}

// column2 is a column of a table.
type column2 struct{ name, kind, logical, role, about, unit string }

// The columns that most tables have.
var (
	stepColumn  = column2{"step", "INTEGER", "step", "timestamp", "Simulation step.", ""}
	timeColumn  = column2{"t", "TIMESTAMP", "timestamp", "timestamp", "Simulated time.", ""}
	agentColumn = column2{"agent_id", "INTEGER", "identifier", "identifier", "The agent.", ""}
)

// tables2 are the tables of a run, in the order in which they are registered.
var tables2 = []table2{
	{"core_agent_profile", "AgentSociety", "entity_static", "Agent Profiles", "id", "", "", []string{"id"}, []string{"agent_profile", "entity_static"}, []column2{
		{"id", "INTEGER", "entity_id", "", "", ""}, {"name", "TEXT", "label", "", "", ""}, {"profile", "JSON", "json", "", "", ""}, {"created_at", "TIMESTAMP", "timestamp", "", "", ""},
	}},
	{"mobility_agent_state", "MobilitySpace", "entity_snapshot", "MobilitySpace Agent State", "agent_id", "step", "t", []string{"step", "agent_id"}, []string{"agent_snapshot", "timeseries", "geo_point", "trajectory"}, []column2{
		agentColumn, stepColumn, timeColumn, {"lng", "REAL", "", "", "Longitude (WGS-84).", "°"}, {"lat", "REAL", "", "", "Latitude (WGS-84).", "°"}, {"aoi_id", "INTEGER", "", "", "", ""}, {"poi_id", "INTEGER", "", "", "", ""}, {"status", "TEXT", "", "", "idle or moving.", ""},
	}},
	{"social_media_agent_state", "SocialMediaSpace", "entity_snapshot", "SocialMediaSpace Agent State", "agent_id", "step", "t", []string{"step", "agent_id"}, []string{"agent_snapshot", "timeseries"}, []column2{
		agentColumn, stepColumn, timeColumn, {"followers_count", "INTEGER", "count", "measure", "", ""}, {"following_count", "INTEGER", "count", "measure", "", ""}, {"posts_count", "INTEGER", "count", "measure", "", ""},
	}},
	{"social_media_event", "SocialMediaSpace", "event_stream", "Social Media Event Stream", "sender_id", "step", "t", []string{"step", "id"}, []string{"event_stream", "social_event"}, []column2{
		{"id", "INTEGER", "identifier", "identifier", "", ""}, stepColumn, timeColumn, {"sender_id", "INTEGER", "identifier", "dimension", "", ""}, {"action", "TEXT", "category", "dimension", "", ""}, {"content", "TEXT", "text", "metadata", "", ""}, {"receiver_id", "INTEGER", "identifier", "dimension", "", ""}, {"target_id", "INTEGER", "identifier", "dimension", "", ""},
	}},
	{"economy_agent_state", "EconomySpace", "entity_snapshot", "EconomySpace Agent State", "agent_id", "step", "t", []string{"step", "agent_id"}, []string{"agent_snapshot", "timeseries"}, []column2{
		agentColumn, stepColumn, timeColumn, {"currency", "REAL", "", "measure", "What the agent owns.", "¥"}, {"income", "REAL", "", "measure", "Income in this step.", "¥"}, {"consumption", "REAL", "", "measure", "Consumption in this step.", "¥"},
	}},
	{"economy_env_state", "EconomySpace", "env_snapshot", "EconomySpace Environment State", "", "step", "t", []string{"step"}, []string{"env_snapshot", "timeseries"}, []column2{
		stepColumn, timeColumn, {"bank_interest_rate", "REAL", "", "measure", "", ""},
	}},
	{"core_simulation_timeline", "AgentSociety", "env_snapshot", "Simulation Timeline", "", "step", "t", []string{"step"}, []string{"simulation_timeline", "env_snapshot", "timeseries"}, []column2{
		stepColumn, timeColumn,
	}},
}

// dataset is the id of a table's dataset: its module's prefix, a dot, and the rest.
func (t *table2) dataset() string {
	for _, prefix := range []string{"core", "mobility", "social_media", "economy"} {
		if rest, ok := strings.CutPrefix(t.name, prefix+"_"); ok {
			return prefix + "." + rest
		}
	}
	return t.name
}

// orNull is a text, or nil for the empty one.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// schema is what _schema.json says of all tables.
func schema() map[string]any {
	tables, datasets := map[string]any{}, map[string]any{}
	for i := range tables2 {
		t := &tables2[i]
		var columns []any
		for _, c := range t.columns {
			columns = append(columns, map[string]any{
				"name": c.name, "type": c.kind, "nullable": true, "default": nil, "title": nil, "description": orNull(c.about),
				"logical_type": orNull(c.logical), "analysis_role": orNull(c.role), "unit": orNull(c.unit), "enum_values": nil, "example": nil, "tags": []string{},
			})
		}
		tables[t.name] = map[string]any{"columns": columns, "primary_key": t.order, "indexes": []any{}}
		datasets[t.dataset()] = map[string]any{
			"dataset_id": t.dataset(), "table_name": t.name, "module_name": t.module, "kind": t.kind, "title": t.title, "description": "",
			"entity_key": orNull(t.entity), "step_key": orNull(t.step), "time_key": orNull(t.time), "default_order": t.order, "capabilities": t.can, "version": 1, "columns": columns,
		}
	}
	return map[string]any{"tables": tables, "datasets": datasets}
}

// add appends rows to a table, each to the shard of its checksum.
func (r *rundir) add(table string, rows ...any) {
	shards := map[string][]byte{}
	for _, row := range rows {
		line, err := json.Marshal(row)
		r.err = errors.Join(r.err, err)
		line = append(line, '\n')
		name := fmt.Sprintf("%s.%02x.jsonl", table, crc32.ChecksumIEEE(line)%256)
		shards[name] = append(shards[name], line...)
	}
	for name, lines := range shards {
		r.extend(lines, "replay", name)
	}
}

// extend appends to a file of the run.
func (r *rundir) extend(b []byte, name ...string) {
	if r.err != nil || !r.wrote {
		return
	}
	f, err := os.OpenFile(r.path(name...), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.Write(b)
		err = errors.Join(err, f.Close())
	}
	r.err = err
}

// put writes a file of the run.
func (r *rundir) put(b []byte, name ...string) {
	if r.err != nil || !r.wrote {
		return
	}
	path := r.path(name...)
	if r.err = os.MkdirAll(filepath.Dir(path), 0o755); r.err == nil {
		r.err = os.WriteFile(path, b, 0o644)
	}
}

// now is the moment of a step for the agents.
func (r *rundir) now(step int) moment {
	m := moment{i: int64(step), created: r.log}
	seconds := society2Start.Hour() * 3600
	for _, e := range society2 {
		n := min(step, e.steps)
		step -= n
		seconds += n * e.tick
		if e.kind == "run" {
			m.ticks = int64(e.tick)
		}
		if step == 0 && n < e.steps {
			break
		}
	}
	m.at = model.SimTimeOf(int64(seconds))
	m.tick = int64(seconds - society2Start.Hour()*3600)
	m.hour = m.at.T / 3600
	m.days = float64(m.at.Day) + m.hour/24
	m.free = r.people.free(m.at.Day)
	return m
}

// startStep writes the mark that a step has begun; AgentSociety writes that of the first one twice.
func (r *rundir) startStep() {
	row := map[string]any{"step": r.done, "t": clock(r.done)}
	r.add("core_simulation_timeline", row)
	if r.done == 0 {
		r.add("core_simulation_timeline", row)
	}
}

// rounded is a number with so many decimals.
func rounded(v float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}

// snapshots writes where all agents are and what they have at the end of a step.
func (r *rundir) snapshots(lives []life, m *moment) {
	t := clock(r.done)
	var places, media, money []any
	for i := range lives {
		l := &lives[i]
		at := l.status(false, m)
		place := map[string]any{"agent_id": l.id, "step": r.done, "t": t, "lng": rounded(at.Lng, 7), "lat": rounded(at.Lat, 7), "aoi_id": nil, "poi_id": nil, "status": "moving"}
		if l.doing != travels {
			place["aoi_id"], place["poi_id"], place["status"] = at.Parent, 700_000_000+int64(l.at), "idle"
		}
		places = append(places, place)
		media = append(media, map[string]any{"agent_id": l.id, "step": r.done, "t": t, "followers_count": r.fans[i], "following_count": r.follows[i], "posts_count": r.posted[i]})
		share := float64(m.ticks) / (30 * 86400)
		money = append(money, map[string]any{"agent_id": l.id, "step": r.done, "t": t, "currency": rounded(l.money, 2), "income": rounded(l.occupation.income*share, 2), "consumption": rounded((1-l.hunger)*9, 2)})
	}
	r.add("mobility_agent_state", places...)
	r.add("social_media_agent_state", media...)
	r.add("economy_agent_state", money...)
	r.add("economy_env_state", map[string]any{"step": r.done, "t": t, "bank_interest_rate": rounded(0.03+0.004*math.Sin(m.days*2), 4)})
}

// acts is what an agent does in a social network in a step: a row of the table of events, or nil. One
// agent in seven never does anything.
func (r *rundir) acts(l *life, m *moment) map[string]any {
	d := throw(l.seed, purposeThought, uint64(m.i))
	if l.id%7 == 0 || l.doing == sleeps || !d.chance(0.12+0.3*l.temper) {
		return nil
	}
	i := int(l.id) - 1
	row := map[string]any{"step": r.done, "t": clock(r.done), "sender_id": l.id, "content": nil, "receiver_id": nil, "target_id": nil}
	said := habits[l.doing].thoughts
	switch kind := d.weighted(5, 4, 3, 2, 1); {
	case kind == 0 && len(said) > 0 || len(r.posts) == 0 && len(said) > 0:
		row["action"], row["content"] = "post", one(&d, said)
		r.posts = append(r.posts, int64(len(r.posts))+1)
		r.posted[i]++
	case len(r.posts) == 0:
		return nil
	case kind == 1:
		row["action"], row["target_id"] = "like", one(&d, r.posts)
	case kind == 2:
		row["action"], row["content"], row["target_id"] = "comment", one(&d, replies), one(&d, r.posts)
	case kind == 3 && len(r.fans) > 1:
		other := (i + 1 + d.n(len(r.fans)-1)) % len(r.fans)
		row["action"], row["receiver_id"] = "follow", other+1
		r.fans[other]++
		r.follows[i]++
	default:
		row["action"], row["target_id"] = "repost", one(&d, r.posts)
	}
	r.events++
	row["id"] = r.events
	return row
}
