package bolt

import (
	"context"
	"errors"

	"societop/model"
	"societop/storage/bolt/layout"
)

// Checkpoints of a recorder that matter to readers, too: where there is an origin but not the other,
// what was not found is not recorded yet.
const (
	CheckpointOrigin   = "origin"   // how the run is told from another one under the same id
	CheckpointFrames   = "frames"   // the frames were read to their end
	CheckpointTalk     = "talk"     // talk and answers of all agents were
	CheckpointLog      = "log"      // the log, or logs, were
	CheckpointDatasets = "datasets" // the rows of all datasets were
	CheckpointReports  = "reports"  // activity, health and questionnaires of the run were
	CheckpointNotes    = "notes"    // the notes of all agents were
	CheckpointTalkAt   = "talk-at"  // those of the agents up to this id were, in decimal digits before a space
)

// PutCheckpoint notes how far something has come with an experiment, under a name of its own. A
// recorder resumes there when it is started again. Checkpoints are deleted with the experiment. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutCheckpoint(k model.Key, name, value string) error {
	return b.withRun(k, 0, func(r *layout.Run) (changed bool, err error) {
		return b.tables[layout.Checkpoints].Keep(checkpointKey(r.Number, name), []byte(value))
	})
}

// checkpointKey returns the key of a checkpoint: the run, then the name.
func checkpointKey(number uint64, name string) []byte { return append(layout.RunKey(number), name...) }

// Checkpoints returns the checkpoints of an experiment by name; none where the lab has no data of
// it.
func (s *Store) Checkpoints(ctx context.Context, k model.Key) (map[string]string, error) {
	return runData{s, k}.Checkpoints(ctx)
}

// Checkpoints returns the checkpoints of the experiment, as Store.Checkpoints does.
func (o runData) Checkpoints(ctx context.Context) (map[string]string, error) {
	all := make(map[string]string)
	err := o.each(ctx, 0, layout.Checkpoints, func(key, payload []byte) bool {
		all[string(key[layout.RunSize:])] = string(payload)
		return true
	})
	if errors.Is(err, model.ErrNotRecorded) || errors.Is(err, model.ErrNotStarted) {
		err = nil
	}
	return all, err
}
