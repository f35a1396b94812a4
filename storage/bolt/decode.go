package bolt

import (
	"errors"
	"runtime"
	"sync"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/layout"
)

// parallelRows is how many rows are worth more than one goroutine.
const parallelRows = 1024

// newInterners makes one for each goroutine that decodes.
func newInterners() []*layout.Interner {
	all := make([]*layout.Interner, min(runtime.GOMAXPROCS(0), 4))
	for i := range all {
		all[i] = layout.NewInterner()
	}
	return all
}

// decodePage verifies and decodes a page, a large one on several processors.
func (s *Store) decodePage(ch *model.Changes, page *rows) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(page.list)
	ch.Put = make([]model.Summary, n)
	for _, bare := range page.gone {
		ch.Gone = append(ch.Gone, s.interners[0].Key(bare))
	}
	if n < parallelRows {
		return page.decode(ch.Put, 0, n, s.interners[0])
	}
	failures := make([]error, len(s.interners))
	var all sync.WaitGroup
	for i, in := range s.interners {
		all.Go(func() {
			failures[i] = page.decode(ch.Put, i*n/len(s.interners), (i+1)*n/len(s.interners), in)
		})
	}
	all.Wait()
	return errors.Join(failures...)
}

// decode decodes some of the rows. Their names become parts of one string: a million of
// them are a million allocations less.
func (r *rows) decode(put []model.Summary, from, to int, in *layout.Interner) error {
	var names []byte
	ends := make([]int, 0, to-from)
	for i := from; i < to; i++ {
		key, value, s := r.row(i)
		payload, err := layout.Index.Open(key, value)
		if err != nil {
			return err
		}
		name, err := in.Fields(&put[i], key, payload)
		if err != nil {
			return err
		}
		names = append(names, name...)
		ends = append(ends, len(names))
		if len(s) == 0 {
			continue
		}
		if s, err = layout.Errors.Open(key[layout.CreatedSize:], s); err != nil {
			return err
		}
		put[i].Error = text.CleanLines(string(s))
	}
	s, start := string(names), 0
	for i, end := range ends {
		put[from+i].Name = text.Clean(s[start:end])
		start = end
	}
	return nil
}

// row returns the parts of the i-th row.
func (r *rows) row(i int) (key, value, text []byte) {
	start, e := 0, r.list[i]
	if i > 0 {
		start = r.list[i-1].text
	}
	return r.blob[start:e.key], r.blob[e.key:e.value], r.blob[e.value:e.text]
}
