package replay

import (
	"bytes"
	"encoding/json"
	"hash/crc32"

	"societop/model/text"
)

const (
	// maxLine is the longest line that is read; a longer one counts as damaged.
	maxLine = 16 << 20
	// maxMend is the longest damaged line in which rows are looked for, and mendTries at how many
	// places.
	maxMend   = 1 << 20
	mendTries = 32
)

// object returns the JSON object that a line is, with null for what is no number. ok is false of
// every other line.
func object(line []byte) (raw []byte, ok bool) {
	line = bytes.TrimSpace(line)
	if len(line) < 2 || line[0] != '{' || line[len(line)-1] != '}' {
		return nil, false
	}
	if json.Valid(line) {
		return line, true
	}
	if !bytes.Contains(line, []byte("NaN")) && !bytes.Contains(line, []byte("Infinity")) {
		return nil, false
	}
	if v := text.ParseValue(string(line)); v.Kind() == text.ObjectValue {
		return []byte(v.Raw()), true
	}
	return nil, false
}

// mend finds the rows in a damaged line: one that was torn by the end of its writer is followed by the
// next on the same line. Only what is certain is taken: an object whose checksum is that of the shard.
// A row that is inside the text of another can't be taken for one, since its quotes are escaped. lost
// reports whether anything else is on the line.
func mend(line []byte, shard uint8) (rows [][]byte, lost bool) {
	if len(line) > maxMend {
		return nil, true
	}
	for tries := 0; len(bytes.TrimSpace(line)) > 0; tries++ {
		if tries == mendTries {
			return rows, true
		}
		if whole, ok := object(line); ok && shardOf(line) == shard {
			return append(rows, whole), lost
		}
		if first, n := firstObject(line); n > 0 && shardOf(line[:n]) == shard {
			rows = append(rows, first)
			line = line[n:]
			continue
		}
		lost = true
		next := bytes.Index(line[1:], []byte(`{"`))
		if next < 0 {
			break
		}
		line = line[1+next:]
	}
	return rows, lost
}

// firstObject is the object with which a line begins, and its length; 0 if it begins with none.
func firstObject(line []byte) (raw []byte, n int) {
	if len(line) == 0 || line[0] != '{' {
		return nil, 0
	}
	var first json.RawMessage
	d := json.NewDecoder(bytes.NewReader(line))
	if d.Decode(&first) != nil {
		return nil, 0
	}
	return first, int(d.InputOffset())
}

// shardOf is the number of the shard into which AgentSociety writes a line.
func shardOf(line []byte) uint8 {
	return uint8(crc32.Update(crc32.ChecksumIEEE(line), crc32.IEEETable, []byte{'\n'}))
}
