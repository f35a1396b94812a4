package page

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"societop/model"
)

// Walker goes through the pages of one state of a file, each at most once, so that it ends
// whatever they hold.
type Walker struct {
	pages *Reader
	meta  Meta
	ctx   context.Context

	used    bitmap
	buffers [maxDepth][]byte // a page for each level

	// Report is told of each problem.
	Report func(format string, args ...any)
	where  string // begins what is said of a bucket's pages
	// Visit is given each key and value of each bucket, with the names of the buckets that
	// lead to it; the slices hold until it returns. Where it is nil, leaves are not read.
	Visit func(names []string, key, value []byte)
	// Advance is told how many pages have been walked.
	Advance func(pages int64)
	walked  int64
}

// bitmap is a set of page ids.
type bitmap []uint64

func (b bitmap) has(id uint64) bool { return b[id/64]&(1<<(id%64)) != 0 }
func (b bitmap) set(id uint64)      { b[id/64] |= 1 << (id % 64) }

// NewWalker prepares a walk over pages that all lie within the file.
func NewWalker(ctx context.Context, ps *Reader, m Meta) *Walker {
	w := &Walker{pages: ps, meta: m, ctx: ctx, used: make(bitmap, ps.High/64+1), Advance: func(int64) {}}
	w.used.set(0)
	w.used.set(1)
	return w
}

// Walk goes through the whole file: trees, then the list of free pages.
func (w *Walker) Walk() error {
	w.tree(nil, w.meta.Root)
	w.freelist()
	if w.Visit == nil {
		return w.ctx.Err()
	}
	w.unreached()
	return w.ctx.Err()
}

// unreached reports in one sentence the pages to which nothing leads: below one wrong page there
// may be thousands.
func (w *Walker) unreached() {
	var first, n uint64
	for id := uint64(2); id < w.pages.High && w.ctx.Err() == nil; id++ {
		if w.used.has(id) {
			continue
		}
		if n++; n == 1 {
			first = id
		}
	}
	switch {
	case n == 1:
		w.problem("page %d is neither used nor free", first)
	case n > 1:
		w.problem("%d pages are neither used nor free, the first of them page %d", n, first)
	}
}

// problem reports a problem, and in which bucket it is.
func (w *Walker) problem(format string, args ...any) {
	s := strings.TrimPrefix(fmt.Sprintf(format, args...), model.ErrDamaged.Error()+": ")
	w.Report("%s%s", w.where, s)
}

// claim notes that n pages from id on are used, and reports those that were already.
func (w *Walker) claim(id, n uint64) bool {
	for end := id + n; id < end; id++ {
		switch {
		case id >= w.pages.High:
			w.problem("page %d lies outside of the file's %d pages", id, w.pages.High)
			return false
		case w.used.has(id):
			w.problem("page %d is used twice", id)
			return false
		}
		w.used.set(id)
	}
	return true
}

// step counts a page.
func (w *Walker) step(n uint64) bool {
	w.walked += int64(n)
	w.Advance(w.walked)
	return w.ctx.Err() == nil
}

// tree walks the tree of a bucket. All leaves of a tree are equally deep, so a walk that
// does not read leaves knows them by the way down to the first.
func (w *Walker) tree(names []string, root uint64) {
	leaves := 0
	if w.Visit == nil && len(names) > 0 {
		c := w.pages.Cursor(Root{root: root})
		if !c.descend(root, nil) {
			w.problem("%v", c.Err)
			return
		}
		leaves = c.depth
	}
	w.node(names, root, 1, leaves, nil, nil)
}

// node walks a page and what is below it. Its keys lie within [low, high); nil bounds
// nothing. Pages at the depth of leaves are not read; 0: all are.
func (w *Walker) node(names []string, id uint64, depth, leaves int, low, high []byte) {
	if depth > maxDepth {
		w.problem("page %d: the tree has no end", id)
		return
	}
	if !w.claim(id, 1) || depth == leaves {
		return
	}
	p, err := w.pages.read(id, w.buffers[depth-1])
	if err == nil {
		err = p.tree()
	}
	if err != nil {
		w.problem("%v", err)
		return
	}
	w.buffers[depth-1] = p.b
	if !w.claim(id+1, p.overflow) || !w.step(p.overflow+1) || !w.ordered(&p, low, high) {
		return
	}
	if p.leaf() {
		w.elements(names, &p)
		return
	}
	for i := range p.count {
		key, child, err := p.branchElement(i)
		if err != nil {
			w.problem("%v", err)
			return
		}
		next := high
		if i+1 < p.count {
			next, _ = p.key(i + 1)
		}
		w.node(names, child, depth+1, leaves, key, next)
	}
}

// ordered makes sure that the keys of a page ascend within their bounds.
func (w *Walker) ordered(p *page, low, high []byte) bool {
	for i := range p.count {
		key, err := p.key(i)
		switch {
		case err != nil:
			w.problem("%v", err)
			return false
		case i == 0 && bytes.Compare(key, low) < 0, i > 0 && bytes.Compare(key, low) <= 0:
			w.problem("page %d, element %d: keys out of order", p.id, i)
			return false
		case high != nil && bytes.Compare(key, high) >= 0:
			w.problem("page %d, element %d: the key belongs to another page", p.id, i)
			return false
		}
		low = key
	}
	return true
}

// elements visits a leaf's values and walks its buckets.
func (w *Walker) elements(names []string, p *page) {
	for i := range p.count {
		key, value, isBucket, err := p.leafElement(i)
		switch {
		case err != nil:
			w.problem("%v", err)
			return
		case isBucket:
			w.bucket(append(names[:len(names):len(names)], string(key)), value)
		case w.Visit != nil:
			w.Visit(names, key, value)
		}
	}
}

// bucket walks a bucket by its header.
func (w *Walker) bucket(names []string, value []byte) {
	outside := w.where
	defer func() { w.where = outside }()
	w.where = fmt.Sprintf("bucket %s: ", strings.Join(names, "/"))
	r, err := parseRoot(value)
	if err != nil {
		w.problem("%v", err)
		return
	}
	if r.inline == nil {
		// The page that holds this header must stay while the bucket is walked.
		outer := w.buffers
		w.buffers = [maxDepth][]byte{}
		w.tree(names, r.root)
		w.buffers = outer
		return
	}
	p := r.page()
	if err := p.tree(); err != nil || !p.leaf() {
		w.problem("its inline page is no leaf")
		return
	}
	if w.ordered(&p, nil, nil) {
		w.elements(names, &p)
	}
}

// freelist walks the list of free pages.
func (w *Walker) freelist() {
	id := w.meta.Freelist
	if id == noFreelist {
		w.problem("the file has no list of free pages")
		return
	}
	if !w.claim(id, 1) {
		return
	}
	p, err := w.pages.read(id, nil)
	switch {
	case err != nil:
		w.problem("list of free pages: %v", err)
		return
	case p.flags != freelistFlag:
		w.problem("page %d is no list of free pages (flags %#x)", id, p.flags)
		return
	case !w.claim(id+1, p.overflow):
		return
	}
	w.free(&p)
}

// free notes the pages of the list of free ones.
func (w *Walker) free(p *page) {
	ids, count := p.b[pageHeader:], uint64(p.count)
	if count == 0xFFFF { // more than fits the header: then it comes first
		count, ids = native.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids)/8) {
		w.problem("page %d can't hold %d free pages", p.id, count)
		return
	}
	last := uint64(1)
	for i := range count {
		id := native.Uint64(ids[8*i:])
		switch {
		case id <= last || id >= w.pages.High:
			w.problem("page %d lists page %d as free, out of order or outside of the file", p.id, id)
			return
		case w.used.has(id):
			w.problem("page %d is both free and used", id)
		}
		w.used.set(id)
		last = id
	}
	w.step(p.overflow + 1)
}

// VerifyStructure makes sure that the pages above the leaves and the list of free pages are what
// they should be. bbolt, which is to write to them, would never return from some that are
// not, and would overwrite pages in use.
func VerifyStructure(ps *Reader, m Meta) error {
	w := NewWalker(context.Background(), ps, m)
	var first error
	w.Report = func(format string, args ...any) {
		if first == nil {
			first = model.Damaged(format, args...)
		}
	}
	if err := w.Walk(); err != nil {
		return err
	}
	return first
}
