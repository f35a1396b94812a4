package layout

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// ChunkBytes is about how long a chunk of a log is. A chunk has whole lines, and the newest chunk
// comes first. Its encoding: uvarint, how many lines come
// before the chunk, how many it has, and of how many bytes; then the lines, packed.
const ChunkBytes = 64 << 10

// ChunkKey returns the key of the n-th chunk of a log, from 0, with the prefix of its keys: the run, or
// FilePrefix.
func ChunkKey(prefix []byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(bytes.Clone(prefix), ^n)
}

// FilePrefix is what the keys of one of several logs begin with.
func FilePrefix(run uint64, name string) []byte { return append(RunKey(run), NameHash(name)...) }

// Chunk is a chunk of a log.
type Chunk struct {
	N      uint64 // its number
	Before uint64 // lines before it
	Text   string // each line ends in "\n"
}

// Append encodes a chunk.
func (c *Chunk) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, c.Before)
	b = binary.AppendUvarint(b, uint64(strings.Count(c.Text, "\n")))
	b = binary.AppendUvarint(b, uint64(len(c.Text)))
	return Pack(b, []byte(c.Text))
}

// ChunkHead returns how much is in a chunk, without unpacking it.
func ChunkHead(payload []byte) (before, lines, size uint64, packed []byte, ok bool) {
	d := decoder{b: payload}
	before, lines, size = d.uvarint(), d.uvarint(), d.uvarint()
	return before, lines, size, d.b, !d.bad && max(before, lines, size) < 1<<60
}

// ParseChunk is the inverse of Append.
func ParseChunk(key, payload []byte) (c Chunk, ok bool) {
	before, lines, size, packed, ok := ChunkHead(payload)
	if !ok || len(key) != RunSize+8 && len(key) != RunSize+hashSize+8 {
		return c, false
	}
	raw, ok := Unpack(packed)
	c = Chunk{^binary.BigEndian.Uint64(key[len(key)-8:]), before, string(raw)}
	return c, ok && uint64(len(raw)) == size && uint64(strings.Count(c.Text, "\n")) == lines && strings.HasSuffix(c.Text, "\n")
}
