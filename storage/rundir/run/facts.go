package run

import (
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
)

// Facts is what the source knows of a run at this moment, without its replay. The source fills it
// from what its own polls have read: making one reads nothing and takes no time.
type Facts struct {
	// Err is why there is nothing to read, such as model.ErrNoExperiment for a directory that has
	// vanished; nil otherwise.
	Err error
	// ID is the experiment's id. The ids of its surveys are derived from it.
	ID     uuid.UUID
	Status model.Status
	// Plan is what the run's steps.yaml asks for; nil if unknown.
	Plan *plan.Plan
	// Epoch and Done are those of model.RunDir: the date of simulated day 0, zero if unknown, and
	// the steps done, −1 if unknown.
	Epoch time.Time
	Done  int64
	// Started is when the run was started by its pid.json, in UTC; zero if unknown or without a zone.
	Started time.Time
	// InitConfig and Steps are the absolute paths of the run's init_config.json and steps.yaml,
	// wherever they were found; empty if unknown.
	InitConfig, Steps string
}
