// Package control deletes experiments from a lab file. Nothing else can be done to them there: a lab
// holds what was recorded of runs, which are stopped and asked at their server.
package control

import (
	"context"
	"errors"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/layout"
)

// Lab is a lab file whose experiments can be deleted.
type Lab struct {
	*bolt.Store
	path  string
	write bool
}

var _ model.Controller = (*Lab)(nil)

// Open names a lab file, as [bolt.Open] does. Without write nothing is ever written to it.
func Open(path string, write bool) *Lab {
	return &Lab{bolt.Open(path, bolt.Options{Write: write}), path, write}
}

// Forbids allows only to delete.
func (l *Lab) Forbids(c model.Control) error {
	e := &model.Error{Op: c.String(), Address: l.path, Err: model.ErrNoWrite}
	switch {
	case c != model.ControlDelete:
		e.Err, e.Detail = model.ErrNotOffered, "a lab file is a record; give the address of the server instead"
	case l.write:
		return nil
	}
	return e
}

// Carry deletes an experiment; see [model.Controller]. Where a recorder is at work, it is refused with
// an ErrRecorder, since the recorder would put the experiment back.
func (l *Lab) Carry(ctx context.Context, k model.Key, o model.Order, adv model.ProgressFunc) model.ControlResult {
	if err := l.Forbids(o.Control); err != nil {
		return model.NewResult(k, o.Control, "", err)
	}
	err := l.Store.MayWrite("delete")
	var before model.LabReport
	if err == nil {
		before, err = l.Store.Report(ctx) // where there is no lab, none is claimed
	}
	if err == nil {
		err = l.remove(ctx, k, adv)
	}
	switch {
	case errors.Is(err, model.ErrNoExperiment):
		return model.NewResult(k, o.Control, "it does not exist any more", err)
	case err != nil:
		return model.NewResult(k, o.Control, "", err)
	}
	said := "it was deleted"
	if before.Schema < layout.Schema {
		said += ", and the lab file was converted to the format of this version; older societops can't read it any more"
	}
	return model.NewResult(k, o.Control, said, nil)
}

// remove deletes an experiment as the lab's only recorder.
func (l *Lab) remove(ctx context.Context, k model.Key, adv model.ProgressFunc) error {
	c, err := l.Store.Claim("delete", claim.State{Liveness: model.Liveness{Why: text.Clean("a delete is at work")}})
	if err != nil {
		return err
	}
	e, err := l.Store.Experiment(ctx, k)
	if err == nil {
		err = model.ControlDelete.Allows(&e.Summary)
	}
	if err == nil {
		err = l.Store.Update(ctx, func(b *bolt.Batch) error { return b.Delete(k) })
	}
	if err == nil {
		l.sweep(ctx, adv)
	}
	return errors.Join(err, c.Release())
}

// sweep removes the data of deleted experiments, which takes many small batches. What remains when it
// is interrupted, the batches of the next recorder remove.
func (l *Lab) sweep(ctx context.Context, adv model.ProgressFunc) {
	left := true
	for n := int64(0); left && ctx.Err() == nil; n++ {
		if adv != nil {
			adv(n, 0)
		}
		if err := l.Store.Update(ctx, func(b *bolt.Batch) error { left = bolt.Sweep(b); return nil }); err != nil {
			return
		}
	}
}
