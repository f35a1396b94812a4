// Package journal keeps the experiments of a source with a log of how they came to be known, so that a
// caller of Changes reads on from the last change that it has seen.
package journal

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// Journal is the experiments of one source. Its methods must not be called at the same time.
type Journal struct {
	id    uint64 // by which its cursors are known
	rows  map[model.Key]*row
	log   []logged // by ascending number; stale ones are passed over
	last  uint64   // number of the newest change
	floor uint64   // deletions up to this number are forgotten
	gone  int      // deletions that are not
}

// row is one experiment.
type row struct {
	summary model.Summary
	change  uint64 // number of its newest change
	gone    bool
}

// logged is one change in the log; stale once its row has a newer one.
type logged struct {
	change uint64
	row    *row
}

// maxGone is how many deletions are remembered. A caller that has seen less reads everything again.
const maxGone = 10_000

// New makes an empty journal.
func New() *Journal { return &Journal{id: rand.Uint64(), rows: map[model.Key]*row{}} }

// Put takes an experiment as it is now.
func (j *Journal) Put(s model.Summary) {
	r := j.rows[s.Key]
	switch {
	case r == nil:
		r = &row{}
		j.rows[s.Key] = r
	case r.gone:
		j.gone--
	case r.summary.Equal(&s):
		return
	}
	r.summary, r.gone = s, false
	j.note(r)
}

// Remove takes note that an experiment is gone.
func (j *Journal) Remove(k model.Key) {
	if r := j.rows[k]; r != nil && !r.gone {
		r.summary, r.gone = model.Summary{Key: k}, true
		j.gone++
		j.note(r)
	}
}

// Get returns an experiment as it was put last, and reports whether there is one.
func (j *Journal) Get(k model.Key) (model.Summary, bool) {
	r := j.rows[k]
	if r == nil || r.gone {
		return model.Summary{}, false
	}
	return r.summary, true
}

// Count is how many experiments there are.
func (j *Journal) Count() int { return len(j.rows) - j.gone }

// note writes a change of a row into the log.
func (j *Journal) note(r *row) {
	j.last++
	r.change = j.last
	j.log = append(j.log, logged{j.last, r})
	if len(j.log) > 2*len(j.rows)+64 || j.gone > maxGone && j.gone > len(j.rows)/2 {
		j.compact()
	}
}

// compact drops what is stale from the log, and the older half of too many deletions.
func (j *Journal) compact() {
	forget := 0
	if j.gone > maxGone {
		forget = j.gone / 2
	}
	j.log = slices.DeleteFunc(j.log, func(l logged) bool {
		if l.row.change != l.change {
			return true
		}
		if !l.row.gone || forget == 0 {
			return false
		}
		forget--
		j.gone--
		j.floor = l.change
		delete(j.rows, l.row.summary.Key)
		return true
	})
}

// Place is what a cursor means: the changes that were seen, after which of them the caller began, and
// whether a page was cut after it.
type Place struct {
	from, seen uint64
	cut        int
}

// Cut reports whether there were more changes than the last page had room for.
func (at Place) Cut() bool { return at.cut > 0 }

// token is the form of a cursor.
const token = "journal %x %d %d %d"

func (j *Journal) cursor(at Place) model.Cursor {
	return model.NewCursor(fmt.Sprintf(token, j.id, at.from, at.seen, at.cut))
}

// Place is where a cursor leads; first reports whether it begins with everything.
func (j *Journal) Place(c model.Cursor) (at Place, first bool) {
	var id uint64
	n, _ := fmt.Sscanf(c.Token(), token, &id, &at.from, &at.seen, &at.cut)
	if n != 4 || id != j.id || at.seen > j.last || at.seen < j.floor || j.cursor(at) != c {
		return Place{from: j.last}, true
	}
	return at, false
}

// Page is the changes after a cursor, at most a budget of them. It sets Put, Gone, First, More, Next and
// Total.
func (j *Journal) Page(c model.Cursor, b model.Budget) (ch model.Changes) {
	at, first := j.Place(c)
	begun := time.Now()
	i, _ := slices.BinarySearchFunc(j.log, at.seen+1, func(l logged, n uint64) int { return cmp.Compare(l.change, n) })
	for n := 0; i < len(j.log); i++ {
		l := j.log[i]
		if l.row.change != l.change || (l.row.gone && l.change <= at.from) {
			continue
		}
		if n > 0 && ((b.Rows > 0 && n >= b.Rows) || (b.Time > 0 && n%64 == 0 && time.Since(begun) > b.Time)) {
			ch.More = true
			break
		}
		n++
		at.seen = l.change
		if l.row.gone {
			ch.Gone = append(ch.Gone, l.row.summary.Key)
			continue
		}
		s := l.row.summary
		if !b.Errors {
			s.Error = text.Lines{}
		}
		ch.Put = append(ch.Put, s)
	}
	if at.cut = 0; ch.More {
		at.cut = 1
	} else {
		at.seen = j.last
	}
	ch.First, ch.Next, ch.Total = first, j.cursor(at), j.Count()
	return ch
}
