package bolt

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
)

// maxProblems bounds a report: of a file that is all wrong, the first will do.
const maxProblems = 100

// checkTries is how often a check starts anew because the file has changed under it, before
// it locks it.
const checkTries = 3

// Check reads every page, key and value of a lab file and reports what is wrong. Damage of
// any kind, a cut file among it, is a problem in the report and never an error; it fails
// with ErrNoLab, ErrNotLab, ErrNewer, ErrUnreadable and ErrLocked, and when ctx is done.
//
// bbolt leaves the pages of its last state alone while it writes the next one, so a check
// needs no lock unless a batch is committed meanwhile: then it starts anew, and after three
// times locks the file for its whole length, when batches have to wait. adv is told of the
// pages and experiments checked; it may be nil.
func Check(ctx context.Context, path string, adv model.ProgressFunc) (model.CheckReport, error) {
	if adv == nil {
		adv = func(_, _ int64) {}
	}
	for range checkTries {
		r, settled, err := checkUnlocked(ctx, path, adv)
		if err != nil || settled {
			return r, explain(opCheck, path, err)
		}
	}
	f, info, err := acquire(ctx, path, os.O_RDONLY, shared, defaultWait)
	if err != nil {
		return model.CheckReport{}, explain(opCheck, path, err)
	}
	defer f.Close()
	c, err := newChecker(ctx, f, info, adv)
	if err == nil {
		err = c.run()
	}
	return c.finish(), explain(opCheck, path, err)
}

// checkUnlocked checks a file without a lock; settled is false where a batch was committed
// meanwhile, and the report is worthless.
func checkUnlocked(ctx context.Context, path string, adv model.ProgressFunc) (r model.CheckReport, settled bool, err error) {
	info, err := statFile(path)
	if err != nil {
		return r, false, err
	}
	f, err := openFile(path, os.O_RDONLY, 0)
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
	after, lookErr := readState(f, info)
	if lookErr = errors.Join(statErr, lookErr); lookErr != nil {
		return r, false, lookErr
	}
	return c.finish(), now.Size() == info.Size() && after.metas == c.snapshot.state.metas, err
}

// checker is one check of one state of a file.
type checker struct {
	ctx    context.Context
	report model.CheckReport
	adv    model.ProgressFunc
	more   int // problems that the report does not name

	snapshot   *snapshot
	words      *interner
	counts     map[string]uint64 // values by bucket
	experiment int64             // experiments that were held against the other buckets
	data       runCheck
	owners     map[uint64]uuid.UUID // experiments by the numbers of their runs
}

// newChecker looks at a file. It fails where that is no bbolt file.
func newChecker(ctx context.Context, r io.ReaderAt, info os.FileInfo, adv model.ProgressFunc) (*checker, error) {
	c := &checker{ctx: ctx, adv: adv, snapshot: &snapshot{}, words: newInterner(), counts: make(map[string]uint64)}
	c.data = runCheck{make(map[uint64]bool), make(map[*bucket]map[uint64]int)}
	c.report.Bytes = info.Size()
	g, err := readState(r, info)
	if err != nil {
		return c, err
	}
	m, err := g.validate(r)
	if errors.Is(err, model.ErrDamaged) {
		c.problem("%v", err)
	} else if err != nil {
		return c, err
	}
	for i := range g.metas {
		if !g.metas[i].valid {
			c.problem("meta page %d is wrong; the other one, which may be a batch older, counts", i)
		}
	}
	high := uint64(0)
	if m.valid { // whatever it says, there are no pages beyond the end of the file
		high = min(m.high, uint64(info.Size())/uint64(m.pageSize))
	}
	c.snapshot = newSnapshot(g, m, newPages(r, m.pageSize, high))
	return c, nil
}

// run checks what the meta page leads to.
func (c *checker) run() error {
	l := c.snapshot
	if !l.meta.valid {
		return nil
	}
	err := l.load()
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
	w := newWalker(c.ctx, c.snapshot.pages, c.snapshot.meta)
	w.report, w.visit = c.problem, c.value
	w.advance = func(pages int64) {
		c.report.Pages = pages
		c.progress()
	}
	return w.walk()
}

// progress tells how far the check is: pages first, then experiments.
func (c *checker) progress() {
	c.adv(c.report.Pages+c.experiment, int64(c.snapshot.pages.high+c.snapshot.format.experiments))
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

// finish is the report, which says how many problems it does not name.
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
	c.counts[b.name]++
	payload, err := b.open(key, value)
	if err != nil {
		c.problem("%v%s", err, c.owner(b, key))
		return
	}
	c.report.Values++
	if b == indexBucket {
		var s model.Summary
		if err := c.words.summary(&s, key, payload); err != nil {
			c.problem("%v", err)
		}
	}
	c.decode(b, key, payload)
}

// bucketOf finds a bucket of the schema.
func bucketOf(names []string) *bucket {
	for _, b := range buckets {
		if len(names) == 1 && names[0] == b.name {
			return b
		}
	}
	return nil
}

// compare holds the buckets against each other. The index is held against the others;
// where they have as many entries as the index says, none of theirs is without one of it.
func (c *checker) compare() error {
	l := c.snapshot
	flagged := map[*bucket]uint64{}
	i := l.cursor(indexBucket)
	for i.seek(nil); i.valid(); i.next() {
		c.experiment++
		if c.experiment%1024 == 0 {
			c.progress()
			if c.ctx.Err() != nil {
				return c.ctx.Err()
			}
		}
		if err := c.entry(i.key, i.value, flagged); err != nil {
			return err
		}
	}
	c.progress()
	for _, b := range []*bucket{keysBucket, configBucket, errorBucket, runsBucket} {
		if c.counts[b.name] != flagged[b] {
			c.strays(b)
		}
	}
	if n := l.format.experiments; n != c.counts[indexBucket.name] {
		c.problem("the counters say that there are %d experiments, the index has %d", n, c.counts[indexBucket.name])
	}
	if err := c.checkLog(); err != nil {
		return err
	}
	return c.runs()
}

// entry holds one entry of the index against the buckets that are ordered by id.
func (c *checker) entry(key, value []byte, flagged map[*bucket]uint64) error {
	created, bare, _ := splitIndexKey(key)
	flagged[keysBucket]++
	at, err := c.snapshot.created(bare)
	switch {
	case errors.Is(err, model.ErrNoExperiment):
		c.problem("%s is missing", keysBucket.describe(bare))
		return nil
	case err != nil && !errors.Is(err, model.ErrDamaged):
		return err
	case err != nil || at != created:
		c.problem("%s leads elsewhere", keysBucket.describe(bare))
		return nil
	}
	whole := true
	for bit, b := range map[byte]*bucket{hasConfig: configBucket, hasError: errorBucket, hasRun: runsBucket} {
		if value[0]&bit == 0 {
			continue
		}
		flagged[b]++
		if c.snapshot.cursor(b).get(bare) == nil {
			c.problem("%s is missing", b.describe(bare))
			whole = false
		}
	}
	if whole {
		c.report.Experiments++
	}
	return nil
}

// strays names the entries of a bucket that the index knows nothing of.
func (c *checker) strays(b *bucket) {
	bit := map[*bucket]byte{configBucket: hasConfig, errorBucket: hasError, runsBucket: hasRun}[b]
	own := c.snapshot.newCursor(b)
	for own.seek(nil); own.valid(); own.next() {
		var value []byte
		if created, err := c.snapshot.created(own.key); err == nil {
			value = c.snapshot.cursor(indexBucket).get(indexKey(created, own.key))
		}
		if value == nil || (bit != 0 && value[0]&bit == 0) {
			c.problem("%s belongs to no experiment", b.describe(own.key))
		}
	}
}
