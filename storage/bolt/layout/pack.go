package layout

import (
	"encoding/binary"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// How bytes are packed: the first byte says how.
const (
	packedPlain = 0 // then the bytes
	packedZstd  = 1 // then their number, uvarint, and one zstd frame
)

// maxUnpacked bounds what a few bytes may unpack to; longer values are not compressed, nor are
// those shorter than minPacked.
const (
	maxUnpacked = 64 << 20
	minPacked   = 96
)

// maxReading bounds what one reading unpacks in all, so that a file made to exhaust memory can't.
const maxReading = 1 << 30

// Room is what is left of that bound.
type Room int

// NewRoom returns the room of one reading.
func NewRoom() *Room {
	r := Room(maxReading)
	return &r
}

// Take uses up n bytes and reports whether there was room for them.
func (r *Room) Take(n int) bool {
	*r -= Room(n)
	return *r >= 0
}

// encoder and unpacker work in the goroutine of the caller. Both are made at the first use, because
// most programs need only one of them.
var (
	encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(false))
	})
	unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(4), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(maxUnpacked))
	})
)

// Pack appends bytes, compressed where that makes them fewer.
func Pack(dst, raw []byte) []byte {
	if len(raw) >= minPacked && len(raw) <= maxUnpacked {
		if enc, err := encoder(); err == nil {
			head := len(dst)
			dst = append(dst, packedZstd)
			dst = binary.AppendUvarint(dst, uint64(len(raw)))
			dst = enc.EncodeAll(raw, dst)
			if len(dst)-head <= len(raw) {
				return dst
			}
			dst = dst[:head]
		}
	}
	return append(append(dst, packedPlain), raw...)
}

// Unpack is the inverse of Pack. It makes no more bytes than the head says, and ok is false
// unless it makes as many.
func Unpack(packed []byte) (raw []byte, ok bool) {
	d := decoder{b: packed}
	switch d.byte() {
	case packedPlain:
		return d.b, !d.bad
	case packedZstd:
		n := d.uvarint()
		if d.bad || n > maxUnpacked {
			return nil, false
		}
		dec, err := unpacker()
		if err != nil {
			return nil, false
		}
		raw, err = dec.DecodeAll(d.b, make([]byte, 0, n))
		return raw, err == nil && uint64(len(raw)) == n
	}
	return nil, false
}
