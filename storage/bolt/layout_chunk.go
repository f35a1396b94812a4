package bolt

import (
	"encoding/binary"
	"strings"
)

// A log is kept in chunks of whole lines, the newest first: uvarint, how many lines come
// before the chunk, how many it has, and of how many bytes; then the lines, packed.
const chunkBytes = 64 << 10

// chunkKey is the key of the n-th chunk of a log, from 0.
func chunkKey(run, n uint64) []byte { return binary.BigEndian.AppendUint64(runKey(run), ^n) }

// chunk is the newest chunk of a log.
type chunk struct {
	n      uint64 // its number
	before uint64 // lines before it
	text   string // each line ends in "\n"
}

func (c *chunk) append(b []byte) []byte {
	b = binary.AppendUvarint(b, c.before)
	b = binary.AppendUvarint(b, uint64(strings.Count(c.text, "\n")))
	b = binary.AppendUvarint(b, uint64(len(c.text)))
	return pack(b, []byte(c.text))
}

// chunkHead tells how much is in a chunk, without unpacking it.
func chunkHead(payload []byte) (before, lines, size uint64, packed []byte, ok bool) {
	d := decoder{b: payload}
	before, lines, size = d.uvarint(), d.uvarint(), d.uvarint()
	return before, lines, size, d.b, !d.bad && max(before, lines, size) < 1<<60
}

// parseChunk is the inverse of append.
func parseChunk(key, payload []byte) (c chunk, ok bool) {
	before, lines, size, packed, ok := chunkHead(payload)
	if !ok || len(key) != runSize+8 {
		return c, false
	}
	raw, ok := unpack(packed)
	c = chunk{^binary.BigEndian.Uint64(key[runSize:]), before, string(raw)}
	return c, ok && uint64(len(raw)) == size && uint64(strings.Count(c.text, "\n")) == lines && strings.HasSuffix(c.text, "\n")
}
