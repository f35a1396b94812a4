package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// kindsOf are the pages of a file by what they are, those with an overflow by their first
// page, and what of a file is no page in use.
func kindsOf(t *testing.T, path string) (kinds map[string][]uint64) {
	t.Helper()
	kinds = make(map[string][]uint64)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		for id := uint64(0); ; id++ {
			p, err := tx.Page(int(id))
			if p == nil || err != nil {
				return err
			}
			kinds[p.Type] = append(kinds[p.Type], id)
			for range p.OverflowCount {
				if id++; p.Type != "free" {
					kinds["overflow"] = append(kinds["overflow"], id)
				}
			}
		}
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return kinds
}

// largeRun is a lab with every kind of page: a run in each bucket, more experiments than one
// page has room for, and values longer than a page.
func largeRun(t *testing.T) (path string, k model.Key) {
	t.Helper()
	path, k = runLab(t, some())
	writeLab(t, path, storagetest.Experiments(300)[4:])
	return path, k
}

// TestACheckNamesEveryLostPage overwrites each page of a lab in turn, as a disk does that loses
// a sector: the check names it, or a value in it, and its bucket. Free pages hold nothing.
func TestACheckNamesEveryLostPage(t *testing.T) {
	path, _ := largeRun(t)
	l := mapOf(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(l.meta.PageSize)
	for kind, pages := range kindsOf(t, path) {
		if len(pages) == 0 {
			t.Errorf("no %s pages", kind)
		}
		for _, id := range pages {
			for name, fill := range map[string]byte{"zeros": 0, "noise": 0xA5} {
				at := int64(id) * size
				l.put(t, at, bytes.Repeat([]byte{fill}, int(size)))
				report, err := check.Lab(context.Background(), path, nil)
				if err != nil {
					t.Errorf("%s page %d of %s: %v", kind, id, name, err)
				} else if problem := namesPage(kind, id, report); problem != "" {
					t.Errorf("%s page %d of %s: %s: %v", kind, id, name, problem, report.Problems)
				}
				l.put(t, at, whole[at:at+size])
			}
		}
	}
	checkLab(t, path)
}

// namesPage says what is missing in a report on a file with one lost page.
func namesPage(kind string, id uint64, report model.CheckReport) string {
	if kind == "free" {
		if len(report.Problems) > 0 {
			return "it is not in use"
		}
		return ""
	}
	var all strings.Builder
	for _, p := range report.Problems {
		fmt.Fprintln(&all, p)
	}
	words := map[string]string{
		"meta": fmt.Sprintf("meta page %d", id), "branch": fmt.Sprintf("page %d", id), "leaf": fmt.Sprintf("page %d", id),
		"freelist": fmt.Sprintf("page %d", id), "overflow": "bucket ",
	}[kind]
	if !strings.Contains(all.String(), words) {
		return fmt.Sprintf("%q is missing", words)
	}
	return ""
}

// TestACheckNamesEveryBucket spoils one value of each bucket: its key is named, and of the data
// of a run the experiment.
func TestACheckNamesEveryBucket(t *testing.T) {
	path, k := largeRun(t)
	writeLab(t, path, nil, storagetest.Experiments(3)[2].Key)
	seen := 0
	for _, b := range layout.Buckets {
		var key, value []byte
		edit(t, path, func(tx *bbolt.Tx) error {
			key, value = tx.Bucket([]byte(b.Name)).Cursor().First()
			key, value = bytes.Clone(key), bytes.Clone(value)
			return nil
		})
		if key == nil { // tested with the runs: no questionnaire, nothing deleted
			continue
		}
		seen++
		wrong := bytes.Clone(value)
		wrong[len(wrong)-1] ^= 1
		edit(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.Name)).Put(key, wrong) })
		words := b.Describe(key) + " has a wrong checksum"
		if _, ofRun := map[string]bool{"moments": true, "frames": true, "profiles": true, "talk": true, "lines": true}[b.Name]; ofRun {
			words += ", of experiment " + k.ID.String()
		}
		found(t, path, words)
		edit(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.Name)).Put(key, value) })
	}
	if seen < 17 {
		t.Errorf("values in %d of %d buckets", seen, len(layout.Buckets))
	}
	checkLab(t, path)
}
