package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
)

// maxProblems bounds how many problems a report names.
const maxProblems = 100

// checkTries is how often a check starts over because the file has changed under it, before
// it locks it.
const checkTries = 3

// Lab reads every page, key and value of a lab file and reports what is wrong. Damage of
// any kind, a cut file among it, is a problem in the report and never an error; it fails
// with ErrNoLab, ErrNotLab, ErrNewer, ErrUnreadable and ErrLocked, and when ctx is done.
//
// bbolt does not touch the pages of its last state while it writes the next one, so a check
// needs no lock unless a batch is committed meanwhile: then it starts over, and after three
// times locks the file for its whole length, when batches have to wait. adv is told of the
// pages and experiments checked; it may be nil.
func Lab(ctx context.Context, path string, adv model.ProgressFunc) (model.CheckReport, error) {
	if adv == nil {
		adv = func(_, _ int64) {}
	}
	for range checkTries {
		r, settled, err := checkUnlocked(ctx, path, adv)
		if err != nil || settled {
			return r, labfile.Explain(labfile.OpCheck, path, err)
		}
	}
	f, info, err := labfile.Acquire(ctx, path, os.O_RDONLY, labfile.Shared, labfile.DefaultWait)
	if err != nil {
		return model.CheckReport{}, labfile.Explain(labfile.OpCheck, path, err)
	}
	defer f.Close()
	c, err := newChecker(ctx, f, info, adv)
	if err == nil {
		err = c.run()
	}
	return c.finish(), labfile.Explain(labfile.OpCheck, path, err)
}

// checkUnlocked checks a file without a lock; settled is false where a batch was committed
// meanwhile, and the report is worthless.
func checkUnlocked(ctx context.Context, path string, adv model.ProgressFunc) (r model.CheckReport, settled bool, err error) {
	info, err := labfile.Stat(path)
	if err != nil {
		return r, false, err
	}
	f, err := labfile.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return r, false, err
	}
	defer f.Close()
	c, err := newChecker(ctx, f, info, adv)
	if err == nil {
		err = c.run()
	}
	if ctx.Err() != nil {
		return r, false, ctx.Err()
	}
	now, statErr := f.Stat()
	after, lookErr := labfile.ReadState(f, info)
	if lookErr = errors.Join(statErr, lookErr); lookErr != nil {
		return r, false, lookErr
	}
	return c.finish(), now.Size() == info.Size() && after.Metas == c.snapshot.State.Metas, err
}

// checker is one check of one state of a file.
type checker struct {
	ctx    context.Context
	report model.CheckReport
	adv    model.ProgressFunc
	more   int // problems that the report does not name

	snapshot   *labfile.Snapshot
	interner   *layout.Interner
	counts     map[string]uint64 // values by bucket
	experiment int64             // experiments that were compared with the other buckets
	data       runCheck
	owners     map[uint64]uuid.UUID // experiments by the numbers of their runs
}

// newChecker looks at a file. It fails where that is no bbolt file.
func newChecker(ctx context.Context, r io.ReaderAt, info os.FileInfo, adv model.ProgressFunc) (*checker, error) {
	c := &checker{ctx: ctx, adv: adv, snapshot: &labfile.Snapshot{}, interner: layout.NewInterner(), counts: make(map[string]uint64)}
	c.data = runCheck{make(map[uint64]bool), make(map[*layout.Bucket]map[uint64]int)}
	c.report.Bytes = info.Size()
	g, err := labfile.ReadState(r, info)
	if err != nil {
		return c, err
	}
	m, err := g.Validate(r)
	if errors.Is(err, model.ErrDamaged) {
		c.problem("%v", err)
	} else if err != nil {
		return c, err
	}
	for i := range g.Metas {
		if !g.Metas[i].Valid {
			c.problem("meta page %d is wrong; the other one, which may be a batch older, counts", i)
		}
	}
	high := uint64(0)
	if m.Valid { // whatever it says, there are no pages beyond the end of the file
		high = min(m.High, uint64(info.Size())/uint64(m.PageSize))
	}
	c.snapshot = labfile.NewSnapshot(g, m, page.NewReader(r, m.PageSize, high))
	return c, nil
}

// run checks what the meta page leads to.
func (c *checker) run() error {
	l := c.snapshot
	if !l.Meta.Valid {
		return nil
	}
	err := l.Load()
	if errors.Is(err, model.ErrDamaged) {
		c.problem("%v", err)
	} else if err != nil {
		return err
	}
	c.findOwners()
	if err := c.walk(); err != nil {
		return err
	}
	if len(c.report.Problems) > 0 {
		return nil
	}
	return c.compare()
}

// walk checks the pages, and each value by itself.
func (c *checker) walk() error {
	w := page.NewWalker(c.ctx, c.snapshot.Pages, c.snapshot.Meta)
	w.Report, w.Visit = c.problem, c.value
	w.Advance = func(pages int64) {
		c.report.Pages = pages
		c.progress()
	}
	return w.Walk()
}

// progress reports how far the check is: pages first, then experiments.
func (c *checker) progress() {
	c.adv(c.report.Pages+c.experiment, int64(c.snapshot.Pages.High+c.snapshot.Format.Experiments))
}

// problem notes a problem.
func (c *checker) problem(format string, args ...any) {
	if len(c.report.Problems) == maxProblems {
		c.more++
		return
	}
	s := fmt.Sprintf(format, args...)
	s = strings.TrimPrefix(s, model.ErrDamaged.Error()+": ")
	c.report.Problems = append(c.report.Problems, text.Clean(s))
}

// finish returns the report, which says how many problems it does not name.
func (c *checker) finish() model.CheckReport {
	if c.more > 0 {
		c.report.Problems = append(c.report.Problems, text.Clean(fmt.Sprintf("and %d more problems", c.more)))
	}
	return c.report
}

// value checks one value: its checksum, and that it can be decoded.
func (c *checker) value(names []string, key, value []byte) {
	b := bucketOf(names)
	if b == nil {
		c.problem("bucket %q, key %x: there is no such bucket in a lab file", names, key)
		return
	}
	c.counts[b.Name]++
	payload, err := b.Open(key, value)
	if err != nil {
		c.problem("%v%s", err, c.owner(b, key))
		return
	}
	c.report.Values++
	if b == layout.Index {
		var s model.Summary
		if err := c.interner.Summary(&s, key, payload); err != nil {
			c.problem("%v", err)
		}
	}
	c.decode(b, key, payload)
}

// bucketOf finds a bucket of the schema.
func bucketOf(names []string) *layout.Bucket {
	for _, b := range layout.Buckets {
		if len(names) == 1 && names[0] == b.Name {
			return b
		}
	}
	return nil
}

// compare compares the buckets with each other, the index with each of the others. Where they have
// as many entries as the index says, every entry of theirs is in the index.
func (c *checker) compare() error {
	l := c.snapshot
	flagged := map[*layout.Bucket]uint64{}
	i := l.Cursor(layout.Index)
	for i.Seek(nil); i.Valid(); i.Next() {
		c.experiment++
		if c.experiment%1024 == 0 {
			c.progress()
			if c.ctx.Err() != nil {
				return c.ctx.Err()
			}
		}
		if err := c.entry(i.Key, i.Value, flagged); err != nil {
			return err
		}
	}
	c.progress()
	for _, b := range []*layout.Bucket{layout.Keys, layout.Configs, layout.Errors, layout.Runs} {
		if c.counts[b.Name] != flagged[b] {
			c.strays(b)
		}
	}
	if n := l.Format.Experiments; n != c.counts[layout.Index.Name] {
		c.problem("the counters say that there are %d experiments, the index has %d", n, c.counts[layout.Index.Name])
	}
	if err := c.checkLog(); err != nil {
		return err
	}
	return c.runs()
}

// entry compares an entry of the index with the buckets that are ordered by id.
func (c *checker) entry(key, value []byte, flagged map[*layout.Bucket]uint64) error {
	created, bare, _ := layout.SplitIndexKey(key)
	flagged[layout.Keys]++
	at, err := c.snapshot.Created(bare)
	switch {
	case errors.Is(err, model.ErrNoExperiment):
		c.problem("%s is missing", layout.Keys.Describe(bare))
		return nil
	case err != nil && !errors.Is(err, model.ErrDamaged):
		return err
	case err != nil || at != created:
		c.problem("%s leads elsewhere", layout.Keys.Describe(bare))
		return nil
	}
	whole := true
	for bit, b := range map[byte]*layout.Bucket{layout.HasConfig: layout.Configs, layout.HasError: layout.Errors, layout.HasRun: layout.Runs} {
		if value[0]&bit == 0 {
			continue
		}
		flagged[b]++
		if c.snapshot.Cursor(b).Get(bare) == nil {
			c.problem("%s is missing", b.Describe(bare))
			whole = false
		}
	}
	if whole {
		c.report.Experiments++
	}
	return nil
}

// strays reports the entries of a bucket that are not in the index.
func (c *checker) strays(b *layout.Bucket) {
	bit := map[*layout.Bucket]byte{layout.Configs: layout.HasConfig, layout.Errors: layout.HasError, layout.Runs: layout.HasRun}[b]
	own := c.snapshot.NewCursor(b)
	for own.Seek(nil); own.Valid(); own.Next() {
		var value []byte
		if created, err := c.snapshot.Created(own.Key); err == nil {
			value = c.snapshot.Cursor(layout.Index).Get(layout.IndexKey(created, own.Key))
		}
		if value == nil || (bit != 0 && value[0]&bit == 0) {
			c.problem("%s belongs to no experiment", b.Describe(own.Key))
		}
	}
}
