package pgtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/storage/sqldb/table"
)

// Generated are experiments, and one of them with much data, for budgets.
type Generated struct {
	Experiments int // 2 of 10 are running
	ConfigBytes int // of each, all different
	Agents      int // of the first experiment
	Steps       int // a row of status each of each agent
}

// ID is the id of an experiment, from 1 on.
func (g Generated) ID(n int) uuid.UUID {
	id := uuid.UUID{6: 0x40, 8: 0x80}
	id[14], id[15] = byte(n>>8), byte(n)
	return id
}

// Generate adds experiments and their data. The newest were updated an hour ago.
func (d *Database) Generate(t testing.TB, g Generated) {
	t.Helper()
	line := "  - agent_class: citizen  # " + strings.Repeat("of the city ", 4) + "\n"
	d.Exec(t, fmt.Sprintf(`
		INSERT INTO as_experiment
		SELECT 'default', ('00000000-0000-4000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'experiment ' || i, 0,
			CASE WHEN i %% 10 < 2 THEN 1 ELSE 2 END, i %% 3, 28801 + i %% 1000,
			'agents:' || chr(10) || (SELECT string_agg(md5((i * 1000 + j)::text) || E'%[3]s', '') FROM generate_series(1, %[2]d) j)
				|| 'exp:' || chr(10) || '  workflow:' || chr(10) || '  - days: ' || i %% 7 + 1 || chr(10) || '    type: run' || chr(10),
			'', i * 1000, i * 10, now() - interval '30 days' + i * interval '1 minute',
			now() - interval '1 hour' - i %% 1000 * interval '1 second'
		FROM generate_series(1, %[1]d) i`,
		g.Experiments, max(1, g.ConfigBytes/(32+len(line))), strings.ReplaceAll(line, "\n", `\n`)))
	if g.Agents > 0 {
		d.RunTables(t, g.ID(1))
		d.Exec(t, fmt.Sprintf(`
			INSERT INTO %[1]q SELECT a, 'agent ' || a, to_json('{"age": ' || a || '}') FROM generate_series(1, %[3]d) a;
			INSERT INTO %[2]q
			SELECT a, s / 288, s %% 288 * 300 + 1, 116 + a * 0.0001, 39 + s * 0.0001, 500000000 + a, 'walk',
				to_json('{"hunger": 0.' || a %% 10 || '}'), now() - interval '1 day' + s * interval '10 seconds'
			FROM generate_series(1, %[4]d) s, generate_series(1, %[3]d) a`,
			table.Name(g.ID(1), "agent_profile"), table.Name(g.ID(1), "agent_status"), g.Agents, g.Steps))
	}
	d.Exec(t, "VACUUM ANALYZE")
}
