// Package intake brings what there is on disk of experiments into a lab file: files of AgentSociety 1 by
// package importer, and directories of AgentSociety 2 as a recorder does that reads all of them once.
package intake

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/importer"
	"societop/storage/record"
	"societop/storage/rundir"
)

// Import brings experiments into the lab file at the path lab, which is made where there is none: those of
// files, as importer.Import does, and those of run directories, workspaces and directories of them. A
// path that can't be read leaves the lab as it was. It fails as importer.Import and record.Record do.
func Import(ctx context.Context, paths []string, lab string, tenants []string, adv model.ProgressFunc) (model.ImportReport, error) {
	var files, dirs []string
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			dirs = append(dirs, path)
		} else {
			files = append(files, path)
		}
	}
	found := 0
	for _, dir := range dirs {
		n, err := count(ctx, dir)
		if err != nil {
			return model.ImportReport{}, err
		}
		found += n
	}
	var report model.ImportReport
	if len(files) > 0 || len(dirs) == 0 {
		var err error
		if report, err = importer.Import(ctx, files, lab, tenants, adv); err != nil {
			return report, err
		}
	}
	if len(dirs) > 0 && len(tenants) > 0 && !slices.Contains(tenants, "") {
		report.LeftOut = append(report.LeftOut, text.Clean("the runs of directories, which belong to no tenant"))
		return report, nil
	}
	report.Experiments += found
	for _, dir := range dirs {
		if err := one(ctx, dir, lab, found, &report, adv); err != nil {
			return report, err
		}
	}
	return report, nil
}

// count is how many runs a directory has. It fails where it has none.
func count(ctx context.Context, dir string) (n int, err error) {
	src := rundir.New(dir, rundir.Options{})
	defer func() { err = errors.Join(err, src.Close()) }()
	for since := (model.Cursor{}); ; {
		ch, err := src.Changes(ctx, since, model.Budget{})
		if err != nil {
			return n, err
		}
		if n += len(ch.Put); !ch.More {
			return n, nil
		}
		since = ch.Next
	}
}

// one brings the runs of a directory into the lab.
func one(ctx context.Context, dir, lab string, found int, report *model.ImportReport, adv model.ProgressFunc) (err error) {
	src := rundir.New(dir, rundir.Options{})
	defer func() { err = errors.Join(err, src.Close()) }()
	var last model.RecordProgress
	err = record.Record(ctx, src, lab, model.RecordOptions{Agents: true, Once: true, Interval: time.Second}, model.RecordObserver{
		Say: func(what text.Text, bad bool) {
			if bad {
				report.LeftOut = append(report.LeftOut, what)
			}
		},
		Progress: func(p model.RecordProgress) {
			if last = p; adv != nil {
				total := max(int64(found), p.Experiments)
				adv(total-min(p.Unread, total), total)
			}
		},
	})
	report.Changed += int(last.Changed)
	report.Frames += int(last.Frames)
	return err
}
