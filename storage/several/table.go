package several

import (
	"cmp"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// table is what is known of the experiments of all parts, with a log of how it came to be known.
type table struct {
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
	listing uint32 // of its part, the newest that had it
	part    int32
	gone    bool
}

// logged is one change in the log; stale once its row has a newer one.
type logged struct {
	change uint64
	row    *row
}

// maxGone is how many deletions are remembered. A caller that has seen less reads everything again.
const maxGone = 10_000

func newTable() table { return table{rows: map[model.Key]*row{}} }

// take takes over a page of a part.
func (t *table) take(p *part, ch *model.Changes, withErrors bool) {
	if ch.First {
		p.listing++
		p.listed, p.stale = true, p.count > 0
	}
	for i := range ch.Put {
		s := ch.Put[i]
		s.Source = p.qualified(s.Source)
		t.put(p, s, withErrors)
	}
	for _, k := range ch.Gone {
		k.Source = p.qualified(k.Source)
		if r := t.rows[k]; r != nil && !r.gone {
			t.remove(p, r)
		}
	}
	if p.listed && !ch.More {
		p.listed = false
		t.sweep(p)
	}
}

// qualified is the name of a source within a part, as the whole knows it.
func (p *part) qualified(inner model.SourceName) model.SourceName {
	if inner.Empty() {
		return p.Name
	}
	name, ok := p.inner[inner]
	if !ok {
		name = model.NewSourceName(p.Name.Raw() + "/" + inner.Raw())
		p.inner[inner] = name
	}
	return name
}

// put takes an experiment of a part, with its error or without.
func (t *table) put(p *part, s model.Summary, withErrors bool) {
	r := t.rows[s.Key]
	if r == nil {
		r = &row{gone: true, part: int32(p.at)}
		t.rows[s.Key] = r
	}
	r.listing = p.listing
	if !withErrors && s.Status == r.summary.Status {
		s.Error = r.summary.Error
	}
	if s.Plan.Equal(r.summary.Plan) {
		s.Plan = r.summary.Plan // one of two that are alike is kept
	}
	if s.Models.Equal(r.summary.Models) {
		s.Models = r.summary.Models
	}
	switch {
	case !r.gone && r.summary.Equal(&s):
		return
	case !r.gone:
	case r.change > 0:
		t.gone--
		fallthrough
	default:
		p.count++
	}
	r.summary, r.gone = s, false
	t.note(r)
}

// remove takes note that an experiment is gone.
func (t *table) remove(p *part, r *row) {
	r.summary = model.Summary{Key: r.summary.Key}
	r.gone = true
	t.gone++
	p.count--
	t.note(r)
}

// sweep removes what a full listing of a part that has just ended did not have.
func (t *table) sweep(p *part) {
	if p.stale {
		for _, r := range t.rows {
			if r.part == int32(p.at) && !r.gone && r.listing != p.listing {
				t.remove(p, r)
			}
		}
	}
}

// note writes a change of a row into the log.
func (t *table) note(r *row) {
	t.last++
	r.change = t.last
	t.log = append(t.log, logged{t.last, r})
	if len(t.log) > 2*len(t.rows)+64 || (t.gone > maxGone && t.gone > len(t.rows)/2) {
		t.compact()
	}
}

// compact drops what is stale from the log, and the older half of too many deletions.
func (t *table) compact() {
	forget := 0
	if t.gone > maxGone {
		forget = t.gone / 2
	}
	t.log = slices.DeleteFunc(t.log, func(l logged) bool {
		switch {
		case l.row.change != l.change:
			return true
		case !l.row.gone || forget == 0:
			return false
		}
		forget--
		t.gone--
		t.floor = l.change
		delete(t.rows, l.row.summary.Key)
		return true
	})
}

// page is the changes after a place, at most a budget of them, and whether there are more.
func (t *table) page(at *place, b model.Budget) (ch model.Changes, more bool) {
	begun := time.Now()
	i, _ := slices.BinarySearchFunc(t.log, at.seen+1, func(l logged, n uint64) int { return cmp.Compare(l.change, n) })
	for n := 0; i < len(t.log); i++ {
		l := t.log[i]
		if l.row.change != l.change || (l.row.gone && l.change <= at.from) {
			continue
		}
		if n > 0 && ((b.Rows > 0 && n >= b.Rows) || (b.Time > 0 && n%64 == 0 && time.Since(begun) > b.Time)) {
			return ch, true
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
	at.seen = t.last
	return ch, false
}
