package bolt_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
)

// A program writes an experiment and its steps, and reads what has changed since it looked
// last.
func Example() {
	dir, err := os.MkdirTemp("", "lab")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()

	lab := bolt.Open(filepath.Join(dir, "lab.db"), bolt.Options{Write: true})
	defer lab.Close()

	var e model.Experiment
	e.ID = uuid.MustParse("6f1c9a52-0c7e-4f0e-9d6b-2f4f8e0a7b11")
	e.Name = text.Clean("Polarization baseline")
	e.Status = model.Running
	e.Created = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	e.Updated = e.Created
	e.Config = text.CleanLines("exp:\n  workflow:\n  - type: run\n    days: 1\n")
	err = lab.Update(ctx, func(b *bolt.Batch) error {
		_, err := b.Put(e)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}

	var cursor model.Cursor
	show := func() {
		for more := true; more; {
			ch, err := lab.Changes(ctx, cursor, model.Budget{})
			if err != nil {
				log.Fatal(err)
			}
			for _, s := range ch.Put {
				p := s.Progress()
				fmt.Printf("%s: %s, step %d of %d\n", s.Name, s.Now, p.Step, p.Steps)
			}
			cursor, more = ch.Next, ch.More
		}
	}
	show()

	e.Now = model.SimTime{Day: 0, T: 12*3600 + 1}
	err = lab.Update(ctx, func(b *bolt.Batch) error { return b.PutSummary(e.Summary) })
	if err != nil {
		log.Fatal(err)
	}
	show()

	// Output:
	// Polarization baseline: day 0 00:00:00, step 0 of 192
	// Polarization baseline: day 0 12:00:01, step 49 of 192
}
