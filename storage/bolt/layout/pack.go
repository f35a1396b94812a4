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

// maxUnpacked bounds what unpacking may make of a few bytes; more than that is not
// compressed. minPacked is what is worth it.
const (
	maxUnpacked = 64 << 20
	minPacked   = 96
)

// maxReading bounds what one reading unpacks in all: nobody can look at more, and a file that
// was made to burst costs no more memory than that.
const maxReading = 1 << 30

// room is what is left of that bound.
type room int

func NewRoom() *room {
	r := room(maxReading)
	return &r
}

// Take is false once there is no room left.
func (r *room) Take(n int) bool {
	*r -= room(n)
	return *r >= 0
}

// encoder and unpacker do one thing at a time for each who asks, without goroutines. Both are
// made at the first use: most programs need one of them.
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

// Unpack is the inverse of pack. It makes no more bytes than the head says, and ok is false
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
