package several

import (
	"societop/model"
	"societop/storage/journal"
)

// table is what is known of the experiments of all parts.
type table struct{ *journal.Journal[*row] }

// row is one experiment.
type row struct {
	journal.Row
	listing uint32 // of its part, the newest that had it
	part    int32
}

func newTable() table { return table{journal.New(func() *row { return new(row) })} }

// take takes over a page of a part.
func (t table) take(p *part, ch *model.Changes) {
	if ch.First {
		p.listing++
		p.listed, p.stale = true, p.count > 0
	}
	for i := range ch.Put {
		s := ch.Put[i]
		s.Source = p.qualified(s.Source)
		t.put(p, s)
	}
	for _, k := range ch.Gone {
		k.Source = p.qualified(k.Source)
		t.remove(p, k)
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

// put takes an experiment of a part.
func (t table) put(p *part, s model.Summary) {
	before := t.Count()
	r, _ := t.Put(s)
	r.part, r.listing = int32(p.at), p.listing
	p.count += t.Count() - before
}

// remove takes note that an experiment of a part is gone.
func (t table) remove(p *part, k model.Key) {
	if t.Remove(k) {
		p.count--
	}
}

// sweep removes what a full listing of a part that has just ended did not have.
func (t table) sweep(p *part) {
	if p.stale {
		for r := range t.All() {
			if r.part == int32(p.at) && r.listing != p.listing {
				t.remove(p, r.Key)
			}
		}
	}
}
