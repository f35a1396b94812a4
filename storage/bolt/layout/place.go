package layout

import "encoding/binary"

// Place is the meaning of a cursor of a lab file: how far a reader has come.
type Place struct {
	Lab LabID
	Seq uint64 // the newest change that the reader has, or had when its listing began

	Listing bool   // within a listing of the whole index
	Rows    uint64 // of the listing, so far
	After   []byte // the index key of the last of them
}

const placeHead = 1 + len(LabID{}) + 8

// Token packs a place.
func (p *Place) Token() string {
	b := append([]byte{0}, p.Lab[:]...)
	b = binary.BigEndian.AppendUint64(b, p.Seq)
	if p.Listing {
		b[0] = 1
		b = binary.BigEndian.AppendUint64(b, p.Rows)
		b = append(b, p.After...)
	}
	return string(b)
}

// ParsePlace unpacks a token; ok is false where it is no token of a lab file.
func ParsePlace(token string) (p Place, ok bool) {
	b := []byte(token)
	if len(b) < placeHead {
		return p, false
	}
	copy(p.Lab[:], b[1:])
	p.Seq = binary.BigEndian.Uint64(b[placeHead-8:])
	rest := b[placeHead:]
	switch {
	case b[0] == 0 && len(rest) == 0:
		return p, true
	case b[0] == 1 && len(rest) >= 8:
		p.Listing, p.Rows, p.After = true, binary.BigEndian.Uint64(rest), rest[8:]
		return p, true
	}
	return p, false
}

// Holds reports whether a reader that is at p can go on from there in a file. Otherwise it has to
// read everything again: it is another file, an older copy, or the log no longer reaches back.
func (p *Place) Holds(f *Format) bool {
	return p.Lab == f.Lab && p.Seq <= f.Newest && (p.Listing || p.Seq+1 >= f.Oldest)
}
