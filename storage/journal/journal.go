// Package journal keeps the experiments of a source with a log of how they came to be known, so that a
// caller of Changes reads on from the last change that it has seen.
package journal

import (
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// Row is what a journal keeps of an experiment. A source that keeps more has entries that embed one.
type Row struct {
	model.Summary
	change uint64 // number of its newest change
	gone   bool
}

func (r *Row) row() *Row { return r }

// Entry is a pointer to a Row, or to what embeds one.
type Entry interface{ row() *Row }

// Journal is the experiments of one source. Its methods must not be called at the same time.
type Journal[E Entry] struct {
	id    uint64 // by which its cursors are known
	make  func() E
	rows  map[model.Key]E
	log   []logged // by ascending number; stale ones are passed over
	last  uint64   // number of the newest change
	floor uint64   // deletions up to this number are forgotten
	gone  int      // deletions that are not
}

// logged is one change in the log; stale once its row has a newer one.
type logged struct {
	change uint64
	row    *Row
}

// maxGone is how many deletions are remembered. A caller that has seen less reads everything again.
const maxGone = 10_000

// New makes an empty journal; empty makes an entry of an experiment.
func New[E Entry](empty func() E) *Journal[E] {
	return &Journal[E]{id: rand.Uint64(), make: empty, rows: map[model.Key]E{}}
}

// Put takes an experiment as it is now, and reports whether that is a change.
func (j *Journal[E]) Put(s model.Summary) (e E, changed bool) {
	e, known := j.rows[s.Key]
	if !known {
		e = j.make()
		j.rows[s.Key] = e
	}
	r := e.row()
	if s.Plan.Equal(r.Plan) {
		s.Plan = r.Plan // one of two that are alike is kept
	}
	if s.Models.Equal(r.Models) {
		s.Models = r.Models
	}
	switch {
	case r.gone:
		j.gone--
	case known && r.Equal(&s):
		return e, false
	}
	r.Summary, r.gone = s, false
	j.note(r)
	return e, true
}

// Remove takes note that an experiment is gone, and reports whether there was one.
func (j *Journal[E]) Remove(k model.Key) bool {
	e, known := j.rows[k]
	if !known || e.row().gone {
		return false
	}
	r := e.row()
	r.Plan, r.Models, r.Error, r.gone = nil, nil, text.Lines{}, true
	j.gone++
	j.note(r)
	return true
}

// Get returns an experiment; the zero E where there is none.
func (j *Journal[E]) Get(k model.Key) (e E) {
	if known, ok := j.rows[k]; ok && !known.row().gone {
		return known
	}
	return e
}

// Recall is Get of an experiment that may be gone.
func (j *Journal[E]) Recall(k model.Key) E { return j.rows[k] }

// All is the experiments, in no order. Any may be removed on the way.
func (j *Journal[E]) All() iter.Seq[E] {
	return func(yield func(E) bool) {
		for _, e := range j.rows {
			if !e.row().gone && !yield(e) {
				return
			}
		}
	}
}

// Count is how many experiments there are.
func (j *Journal[E]) Count() int { return len(j.rows) - j.gone }

// note writes a change of a row into the log.
func (j *Journal[E]) note(r *Row) {
	j.last++
	r.change = j.last
	j.log = append(j.log, logged{j.last, r})
	if len(j.log) > 2*len(j.rows)+64 || j.gone > maxGone && j.gone > len(j.rows)/2 {
		j.compact()
	}
}

// compact drops what is stale from the log, and the older half of too many deletions.
func (j *Journal[E]) compact() {
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
		delete(j.rows, l.row.Key)
		return true
	})
}

// Place is what a cursor means: the changes that were seen, and after which of them the caller began.
type Place struct {
	First bool   // it begins with everything
	Need  uint64 // what the source wants to know of the caller when it comes again; at first 0

	from, seen uint64
}

// token is the form of a cursor.
const token = "journal %x %d %d %d"

// Cursor is the cursor of a place.
func (j *Journal[E]) Cursor(at Place) model.Cursor {
	return model.NewCursor(fmt.Sprintf(token, j.id, at.from, at.seen, at.Need))
}

// Place is where a cursor leads: to the start, where it is of another journal, or deletions that it has
// not seen are forgotten.
func (j *Journal[E]) Place(c model.Cursor) (at Place) {
	var id uint64
	n, _ := fmt.Sscanf(c.Token(), token, &id, &at.from, &at.seen, &at.Need)
	if n != 4 || id != j.id || at.seen > j.last || at.seen < j.floor || j.Cursor(at) != c {
		return Place{First: true, from: j.last}
	}
	return at
}

// Page is the changes after a place, at most a budget of them, and moves the place on. It sets Put,
// Gone, First, More and Total.
func (j *Journal[E]) Page(at *Place, b model.Budget) model.Changes {
	ch := model.Changes{First: at.First, Total: j.Count()}
	begun := time.Now()
	i, _ := slices.BinarySearchFunc(j.log, at.seen+1, func(l logged, n uint64) int { return cmp.Compare(l.change, n) })
	for n := 0; i < len(j.log); i++ {
		l := j.log[i]
		if l.row.change != l.change || (l.row.gone && l.change <= at.from) {
			continue
		}
		if n > 0 && ((b.Rows > 0 && n >= b.Rows) || (b.Time > 0 && n%64 == 0 && time.Since(begun) > b.Time)) {
			ch.More = true
			return ch
		}
		n++
		at.seen = l.change
		if l.row.gone {
			ch.Gone = append(ch.Gone, l.row.Key)
			continue
		}
		s := l.row.Summary
		if !b.Errors {
			s.Error = text.Lines{}
		}
		ch.Put = append(ch.Put, s)
	}
	at.seen = j.last
	return ch
}
