package page

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"

	"societop/model"
)

// The format of bbolt's pages. Their numbers are in the byte order of the machine.
const (
	branchFlag   = 0x01
	leafFlag     = 0x02
	freelistFlag = 0x10

	pageHeader   = 16 // id uint64, flags, count uint16, overflow uint32
	elementSize  = 16
	bucketHeader = 16 // root page uint64, sequence uint64
	metaSize     = 64

	boltMagic   = 0xED0CDAED
	boltVersion = 2
	noFreelist  = ^uint64(0)

	maxDepth     = 48      // of a tree: far beyond what any file needs
	maxPageBytes = 1 << 30 // of a page with its overflow
)

var native = binary.NativeEndian

// Meta is what bbolt's meta page says of the file.
type Meta struct {
	raw      [metaSize]byte
	Magic    bool // it is a meta page of bbolt's format
	Valid    bool // and its checksum is right
	PageSize int
	Root     uint64
	Freelist uint64
	High     uint64 // all page ids lie below it
	TxID     uint64
}

// ReadMeta reads the meta page that begins at off. Of a file that ends before it, the meta page
// is not valid.
func ReadMeta(r io.ReaderAt, off int64) (m Meta, err error) {
	if _, err := r.ReadAt(m.raw[:], off+pageHeader); err != nil && err != io.EOF {
		return m, err
	}
	b := m.raw[:]
	m.Magic = native.Uint32(b) == boltMagic && native.Uint32(b[4:]) == boltVersion
	m.PageSize = int(native.Uint32(b[8:]))
	m.Root, m.Freelist = native.Uint64(b[16:]), native.Uint64(b[32:])
	m.High, m.TxID = native.Uint64(b[40:]), native.Uint64(b[48:])
	h := fnv.New64a()
	_, _ = h.Write(b[:56])
	sane := m.PageSize >= MinPageSize && m.PageSize <= MaxPageSize && m.PageSize&(m.PageSize-1) == 0
	m.Valid = m.Magic && sane && native.Uint64(b[56:]) == h.Sum64()
	return m, nil
}

// The page sizes that bbolt looks for.
const (
	MinPageSize = 1 << 10
	MaxPageSize = 1 << 24
)

// Reader reads the pages of one state of a file and trusts none of them.
type Reader struct {
	r    io.ReaderAt
	size int    // of a page, in bytes
	High uint64 // page ids lie below it
}

// page is a page with its overflow, copied out of the file.
type page struct {
	id       uint64
	flags    uint16
	count    int
	overflow uint64
	b        []byte
}

func (p *page) leaf() bool { return p.flags == leafFlag }

// NewReader returns a reader of pages of a size whose ids lie below high.
func NewReader(r io.ReaderAt, size int, high uint64) *Reader { return &Reader{r, size, high} }

// Cursor returns a cursor of a bucket.
func (ps *Reader) Cursor(r Root) *Cursor { return &Cursor{pages: ps, ref: r} }

// read reads a page into buf, which it lets grow, and verifies its header.
func (ps *Reader) read(id uint64, buf []byte) (page, error) {
	if id < 2 || id >= ps.High {
		return page{}, model.Damaged("page %d lies outside of the file's %d pages", id, ps.High)
	}
	b, err := ps.readBytes(id, 0, buf[:0], ps.size)
	if err != nil {
		return page{}, err
	}
	p := page{
		id:       native.Uint64(b),
		flags:    native.Uint16(b[8:]),
		count:    int(native.Uint16(b[10:])),
		overflow: uint64(native.Uint32(b[12:])),
		b:        b,
	}
	switch {
	case p.id != id:
		return page{}, model.Damaged("page %d says that it is page %d", id, p.id)
	case id+p.overflow >= ps.High || (p.overflow+1)*uint64(ps.size) > maxPageBytes:
		return page{}, model.Damaged("page %d goes on beyond the end of the file", id)
	case p.overflow > 0:
		p.b, err = ps.readBytes(id, ps.size, b, int(p.overflow)*ps.size)
	}
	return p, err
}

// readBytes appends n bytes of the file to b, from off bytes after the start of a page.
func (ps *Reader) readBytes(id uint64, off int, b []byte, n int) ([]byte, error) {
	have := len(b)
	if cap(b) < have+n {
		b = append(make([]byte, 0, have+n), b...)
	}
	b = b[:have+n]
	_, err := ps.r.ReadAt(b[have:], int64(id)*int64(ps.size)+int64(off))
	if err == io.EOF {
		return nil, model.Damaged("the file ends within page %d", id)
	}
	return b, err
}

// tree makes sure that a page belongs to a tree and that its elements fit.
func (p *page) tree() error {
	if p.flags != branchFlag && p.flags != leafFlag {
		return model.Damaged("page %d is no branch and no leaf (flags %#x)", p.id, p.flags)
	}
	if pageHeader+p.count*elementSize > len(p.b) {
		return model.Damaged("page %d can't hold %d elements", p.id, p.count)
	}
	if p.count == 0 && !p.leaf() {
		return model.Damaged("page %d is a branch without children", p.id)
	}
	return p.whole()
}

// whole makes sure that no element is missing: bbolt writes the first key right after the
// last element's head.
func (p *page) whole() error {
	if p.count == 0 {
		return nil
	}
	pos := native.Uint32(p.b[pageHeader:])
	if p.leaf() {
		pos = native.Uint32(p.b[pageHeader+4:])
	}
	if uint64(pos) != uint64(p.count)*elementSize {
		return model.Damaged("page %d has %d elements, but room for more or fewer", p.id, p.count)
	}
	return nil
}

var errElement = errors.New("element reaches outside of its page")

// leafElement returns the key and the value of a leaf's element, not copied. The value of a
// bucket is its header, followed by the bucket's page where that is inline.
func (p *page) leafElement(i int) (key, value []byte, isBucket bool, err error) {
	at := pageHeader + i*elementSize
	e := p.b[at : at+elementSize]
	flags, pos := native.Uint32(e), uint64(native.Uint32(e[4:]))
	ksize, vsize := uint64(native.Uint32(e[8:])), uint64(native.Uint32(e[12:]))
	start := uint64(at) + pos
	if flags > 1 || ksize == 0 || start+ksize+vsize > uint64(len(p.b)) {
		return nil, nil, false, model.Damaged("page %d, element %d: %v", p.id, i, errElement)
	}
	return p.b[start : start+ksize], p.b[start+ksize : start+ksize+vsize], flags == 1, nil
}

// branchElement returns the first key below a branch's element, not copied, and its page.
func (p *page) branchElement(i int) (key []byte, child uint64, err error) {
	at := pageHeader + i*elementSize
	e := p.b[at : at+elementSize]
	start, ksize := uint64(at)+uint64(native.Uint32(e)), uint64(native.Uint32(e[4:]))
	if ksize == 0 || start+ksize > uint64(len(p.b)) {
		return nil, 0, model.Damaged("page %d, element %d: %v", p.id, i, errElement)
	}
	return p.b[start : start+ksize], native.Uint64(e[8:]), nil
}

// key returns the key of an element of either kind.
func (p *page) key(i int) (key []byte, err error) {
	if p.leaf() {
		key, _, _, err = p.leafElement(i)
	} else {
		key, _, err = p.branchElement(i)
	}
	return key, err
}

// search finds the first element whose key is at least key.
func (p *page) search(key []byte) (i int, exact bool, err error) {
	lo, hi := 0, p.count
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		k, err := p.key(mid)
		if err != nil {
			return 0, false, err
		}
		switch bytes.Compare(k, key) {
		case 0:
			return mid, true, nil
		case -1:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false, nil
}

// Root is where a bucket's tree begins: a page, or an inline page.
type Root struct {
	root   uint64
	inline []byte // a copy
}

// parseRoot reads the header of a bucket.
func parseRoot(value []byte) (Root, error) {
	if len(value) < bucketHeader {
		return Root{}, model.Damaged("a bucket without a header")
	}
	root := native.Uint64(value)
	if root != 0 {
		return Root{root: root}, nil
	}
	if len(value) < bucketHeader+pageHeader {
		return Root{}, model.Damaged("a bucket without a page")
	}
	return Root{inline: bytes.Clone(value[bucketHeader:])}, nil
}

// EmptyRoot returns the root of a bucket with nothing in it.
func EmptyRoot() Root {
	b := make([]byte, pageHeader)
	native.PutUint16(b[8:], leafFlag)
	return Root{inline: b}
}

// page reads the inline page.
func (r *Root) page() page {
	b := r.inline
	return page{flags: native.Uint16(b[8:]), count: int(native.Uint16(b[10:])), b: b}
}

// EachBucket calls fn for each bucket at the top of the file.
func (ps *Reader) EachBucket(root uint64, fn func(name string, r Root)) error {
	c := ps.Cursor(Root{root: root})
	for c.Seek(nil); c.Valid(); c.Next() {
		if !c.bucket {
			return model.ErrNotLab
		}
		r, err := parseRoot(c.Value)
		if err != nil {
			return err
		}
		fn(string(c.Key), r)
	}
	return c.Err
}
