package exporter

import (
	"errors"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/dataset"
	"societop/storage/bolt/layout"
)

// copyDir copies what only a run of AgentSociety 2 has: datasets, documents, and the notes of its agents.
func (c *copying) copyDir(k model.Key, profiles []model.Profile) error {
	if c.Dir == nil {
		return nil
	}
	err := c.copyDatasets(k)
	if of, ok := c.run.(model.ActivityReader); ok && err == nil {
		err = copyDocument(c, k, &layout.ActivityDoc, "", "activity", func() (model.Activity, error) { return of.Activity(c.ctx) })
	}
	if of, ok := c.run.(model.HealthReader); ok && err == nil {
		err = copyDocument(c, k, &layout.HealthDoc, "", "health", func() (model.Health, error) { return of.Health(c.ctx) })
	}
	if of, ok := c.run.(model.Surveyor); ok && err == nil {
		err = copyDocument(c, k, &layout.SurveysDoc, "", "questionnaires", func() ([]string, error) {
			all, err := of.Surveys(c.ctx)
			return layout.Questionnaires(all), err
		})
	}
	for _, p := range profiles {
		if of, ok := c.run.Agent(p.ID).(model.NotesReader); ok && err == nil {
			err = copyDocument(c, k, &layout.NotesDoc, layout.AgentName(p.ID), "notes", func() ([]model.Note, error) { return of.Notes(c.ctx) })
		}
	}
	return err
}

// copyDocument copies a document, where there is one.
func copyDocument[T any](c *copying, k model.Key, d *layout.Document[T], more, what string, read func() (T, error)) error {
	var v T
	err := c.rested(c.ctx, func() (err error) {
		v, err = read()
		return err
	})
	if errors.Is(err, model.ErrNotOffered) {
		return nil
	}
	if err != nil {
		return c.lacks(what, err)
	}
	return c.put(1<<12, func(b *bolt.Batch) error { return bolt.PutDocument(b, k, d, more, v) })
}

// copyDatasets copies the catalog and the rows of all datasets.
func (c *copying) copyDatasets(k model.Key) error {
	of, ok := c.run.(model.DatasetReader)
	if !ok {
		return nil
	}
	catalog, err := of.Datasets(c.ctx)
	if errors.Is(err, model.ErrNotOffered) {
		return nil
	}
	if err != nil {
		return c.lacks("datasets", err)
	}
	err = c.put(1<<12, func(b *bolt.Batch) error {
		return bolt.PutDocument(b, k, &layout.DatasetsDoc, "", dataset.Bare(catalog))
	})
	for i := range catalog {
		if err == nil {
			err = c.copyRows(k, of, &catalog[i])
		}
	}
	return err
}

// copyRows copies the rows of a dataset.
func (c *copying) copyRows(k model.Key, of model.DatasetReader, d *model.Dataset) error {
	windows, _, err := dataset.Windows(c.ctx, of, d, 0)
	if err != nil {
		return c.lacks("rows of "+d.ID.String(), err)
	}
	for _, q := range windows {
		err := c.rested(c.ctx, func() error {
			rows, err := of.Rows(c.ctx, d.ID.Raw(), q)
			if err != nil {
				return c.lacks("rows of "+d.ID.String(), err)
			}
			return c.put(100*len(rows.Cells), func(b *bolt.Batch) error { return b.PutRows(k, d, q.From, q.To, rows) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// copyLogs copies the logs of a run that has several; none where it has one without a name.
func (c *copying) copyLogs(k model.Key) (several bool, err error) {
	of, ok := c.run.(model.LogsReader)
	if !ok || c.Dir == nil {
		return false, nil
	}
	files, err := of.Logs(c.ctx)
	if errors.Is(err, model.ErrNotOffered) {
		return false, nil
	}
	if err != nil {
		return true, c.lacks("logs", err)
	}
	err = c.put(1<<8, func(b *bolt.Batch) error { return bolt.PutDocument(b, k, &layout.LogsDoc, "", files) })
	for _, f := range files {
		if err != nil {
			return true, err
		}
		var log model.Log
		err = c.rested(c.ctx, func() (err error) {
			log, err = c.run.Log(c.ctx, model.LogBudget{Bytes: logBytes, File: f.Name})
			return err
		})
		if err != nil {
			err = c.lacks("log "+f.Name.String(), err)
			continue
		}
		err = c.put(len(log.Lines.Raw()), func(b *bolt.Batch) error { return b.AppendFileLog(k, f.Name.Raw(), log.Lines.Raw()) })
	}
	return true, err
}
