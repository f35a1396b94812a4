package check

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// putDir writes what only a run of AgentSociety 2 has.
func putDir(b *bolt.Batch, k model.Key, d *storagetest.RunDir) error {
	err := errors.Join(
		bolt.PutDocument(b, k, &layout.DatasetsDoc, "", d.Datasets), bolt.PutDocument(b, k, &layout.LogsDoc, "", d.Logs),
		bolt.PutDocument(b, k, &layout.SurveysDoc, "", layout.Questionnaires(d.Surveys)), bolt.PutDocument(b, k, &layout.ActivityDoc, "", *d.Activity),
		bolt.PutDocument(b, k, &layout.HealthDoc, "", *d.Health), bolt.PutDocument(b, k, &layout.NotesDoc, layout.AgentName(1), d.Notes[1]),
	)
	for i := range d.Datasets {
		err = errors.Join(err, b.PutRows(k, &d.Datasets[i], 0, 0, d.Rows[d.Datasets[i].ID.Raw()]))
	}
	for name, text := range d.LogText {
		err = errors.Join(err, b.AppendFileLog(k, name, text))
	}
	return err
}

// FuzzDecodeRun takes bytes for the values of a run's data.
func FuzzDecodeRun(f *testing.F) {
	path := filepath.Join(f.TempDir(), "lab.db")
	e := storagetest.Experiments(2)[1]
	created := time.Unix(1, 0).UTC()
	err := bolt.Open(path, bolt.Options{Write: true}).Update(f.Context(), func(b *bolt.Batch) error {
		_, err := b.Put(e)
		return errors.Join(err,
			b.PutFrame(e.Key, model.Frame{Agents: []model.AgentStatus{{ID: 1, Created: created}, {ID: 2, Created: created}}}),
			b.PutProfiles(e.Key, []model.Profile{{ID: 1, Name: text.Clean("A")}}),
			b.PutPrompt(e.Key, model.Prompt{Text: text.CleanLines("rain"), Created: created}),
			b.PutMessages(e.Key, []model.Message{{ID: 1, Content: text.CleanLines("hello"), Created: created}}),
			b.PutAnswers(e.Key, []model.Answer{{ID: 1, Created: created}}),
			b.PutMetrics(e.Key, []model.Metric{{Key: text.Clean("m"), Points: []model.Point{{Tick: 1, Value: 0.5}}}}),
			b.PutSurveys([]model.Survey{{ID: e.ID, Created: created, Updated: created}}),
			b.PutSteps(e.Key, []model.StepTime{{At: model.SimTime{T: 300}, Wall: created}, {At: model.SimTime{Day: 1, T: 0.5}, Wall: created}}),
			b.AppendLog(e.Key, "one\ntwo\n"),
			b.PutCheckpoint(e.Key, "origin", "1"), putDir(b, e.Key, storagetest.SampleDir(3, 4)))
	})
	if err != nil {
		f.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		f.Fatal(err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		for b := range decodable {
			c, n := tx.Bucket([]byte(b.Name)).Cursor(), 0
			for key, value := c.First(); key != nil; key, value = c.Next() {
				f.Add(bytes.Clone(key), bytes.Clone(value[:max(0, len(value)-layout.SumSize)]))
				n++
			}
			if n == 0 && b != layout.DeletedRuns {
				return fmt.Errorf("nothing in bucket %s", b.Name)
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.Repeat([]byte{0xFF}, layout.RunSize+layout.MomentSize+layout.AgentSize), []byte{1, 0xFF})
	f.Fuzz(func(t *testing.T, key, payload []byte) {
		for b, sound := range decodable {
			_ = sound(key, payload)
			_ = b.Describe(key)
		}
		if raw, ok := layout.Unpack(payload); ok {
			if again, ok := layout.Unpack(layout.Pack(nil, raw)); !ok || !bytes.Equal(again, raw) {
				t.Errorf("%q comes back as %q", raw, again)
			}
		}
		if of, ok := layout.ParseTimesKey(key); ok {
			at, id := layout.ParseMoment(of[layout.RunSize+layout.AgentSize:]), layout.ParseInt(of[layout.RunSize:])
			fits := int64(at.Day) == layout.ParseInt(of[layout.RunSize+layout.AgentSize:]) // on 32-bit systems not every day does
			if again := layout.TimesKey(binary.BigEndian.Uint64(of), id, at); fits && !bytes.Equal(again, key) {
				t.Errorf("key %x comes back as %x", key, again)
			}
		}
	})
}
