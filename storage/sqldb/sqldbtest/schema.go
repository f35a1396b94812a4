package sqldbtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/storage/sqldb/table"
)

// Dialect is how a database writes its types and values.
type Dialect struct {
	ID, Time, JSON, Float, Int string // types of columns

	IDOf     func(id uuid.UUID) any // values
	TimeOf   func(t time.Time) any
	NumberOf func(f float64) any
}

// Exec runs one statement, with a ? for each of args.
type Exec func(query string, args ...any) error

// schema is the tables of all experiments.
const schema = `
	as_experiment (tenant_id TEXT NOT NULL, id $ID NOT NULL, name TEXT NOT NULL, num_day $INT NOT NULL, status INTEGER NOT NULL, cur_day $INT NOT NULL, cur_t $FLOAT NOT NULL, config TEXT NOT NULL, error TEXT NOT NULL, input_tokens $INT NOT NULL, output_tokens $INT NOT NULL, created_at $TIME NOT NULL, updated_at $TIME NOT NULL, PRIMARY KEY (tenant_id, id))
	as_survey (tenant_id TEXT NOT NULL, id $ID NOT NULL, name TEXT NOT NULL, data $JSON NOT NULL, created_at $TIME NOT NULL, updated_at $TIME NOT NULL, PRIMARY KEY (tenant_id, id))
	as_running_experiment (id $ID NOT NULL, tenant_id TEXT NOT NULL, callback_auth_token TEXT NOT NULL, created_at $TIME NOT NULL, PRIMARY KEY (id))`

// tablesOfRun is the tables of an experiment, without what their names begin with.
const tablesOfRun = `
	agent_profile (id $INT, name VARCHAR, profile $JSON)
	agent_status (id $INT, day INTEGER, t $FLOAT, lng $FLOAT, lat $FLOAT, parent_id $INT, action VARCHAR, status $JSON, created_at $TIME)
	agent_dialog (id $INT, day INTEGER, t $FLOAT, type INTEGER, speaker VARCHAR, content VARCHAR, created_at $TIME)
	agent_survey (id $INT, day INTEGER, t $FLOAT, survey_id $ID, result $JSON, created_at $TIME)
	global_prompt (day INTEGER, t $FLOAT, prompt VARCHAR, created_at $TIME)
	pending_dialog (id INTEGER NOT NULL PRIMARY KEY, agent_id $INT, day INTEGER, t $FLOAT, content VARCHAR, created_at $TIME, processed BOOLEAN)
	pending_survey (id INTEGER NOT NULL PRIMARY KEY, agent_id $INT, day INTEGER, t $FLOAT, survey_id $ID, data $JSON, created_at $TIME, processed BOOLEAN)
	metric (id INTEGER NOT NULL PRIMARY KEY, "key" VARCHAR, value $FLOAT, step $INT, created_at $TIME)
	task_result (id INTEGER NOT NULL PRIMARY KEY, agent_id $INT, context $JSON, ground_truth $JSON, result $JSON, created_at $TIME)`

// Create makes the tables of all experiments.
func (d Dialect) Create(exec Exec) error {
	return d.create(exec, schema, func(name string) string { return name })
}

// CreateRun makes the tables of one experiment.
func (d Dialect) CreateRun(exec Exec, id uuid.UUID) error {
	return d.create(exec, tablesOfRun, func(name string) string { return table.Name(id, name) })
}

// DropRun drops them.
func (d Dialect) DropRun(exec Exec, id uuid.UUID) error {
	for line := range strings.Lines(strings.TrimSpace(tablesOfRun)) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if err := exec("DROP TABLE IF EXISTS " + table.Name(id, name)); err != nil {
			return err
		}
	}
	return nil
}

func (d Dialect) create(exec Exec, tables string, nameOf func(string) string) error {
	r := strings.NewReplacer("$ID", d.ID, "$TIME", d.Time, "$JSON", d.JSON, "$FLOAT", d.Float, "$INT", d.Int)
	for line := range strings.Lines(strings.TrimSpace(tables)) {
		name, columns, _ := strings.Cut(strings.TrimSpace(line), " ")
		if err := exec(fmt.Sprintf("CREATE TABLE %s %s", nameOf(name), r.Replace(columns))); err != nil {
			return err
		}
	}
	return nil
}
