package replay

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"societop/model/text"
)

const (
	// piece is how many bytes of a shard are read at once.
	piece = 1 << 20
	// markSize is how many bytes before its offset a shard is known by.
	markSize = 64
	// clockStep is how far the time of a file may lie before that of the write.
	clockStep = 20 * time.Millisecond
)

// errReplaced is the error of a shard that is another file than it was, or has other bytes.
var errReplaced = errors.New("the file was replaced while it was read")

func sameFile(a, b fs.FileInfo) bool { return os.SameFile(a, b) }

func compareText(a, b text.Text) int { return strings.Compare(a.Raw(), b.Raw()) }

// shard is one file of a table.
type shard struct {
	number   uint8
	info     fs.FileInfo // of the last pass
	offset   int64       // what was read
	mark     []byte      // the last bytes before offset
	seen     uint32      // the last pass that read it to its end of then
	unread   bool        // what info says was not read
	skipping bool        // offset is in a line that is too long
}

// torn reports whether there is an unfinished line at the end.
func (s *shard) torn() bool { return s.skipping || s.info != nil && s.offset < s.info.Size() }

// part is the files of one table, and its rows.
type part struct {
	table  *table
	shards map[uint8]*shard
}

// shardName splits the name of a shard into its table and number.
func shardName(name string) (table string, number uint8, ok bool) {
	name, found := strings.CutSuffix(name, ".jsonl")
	n := len(name) - len(".00")
	if !found || n < 1 || name[n] != '.' || name[0] == '.' || strings.ToLower(name[n:]) != name[n:] {
		return "", 0, false
	}
	v, err := strconv.ParseUint(name[n+1:], 16, 8)
	return name[:n], uint8(v), err == nil && name[n+1] != '+'
}

// listing is the shards of a directory, each with what the file system says of it.
type listing map[string]map[uint8]fs.FileInfo

// listed lists the shards in a directory. Shards that vanish meanwhile are left out.
func listed(ctx context.Context, f files, dir string) (listing, error) {
	entries, err := f.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	all := make(listing)
	for _, e := range entries {
		table, number, ok := shardName(e.Name())
		if !ok || !e.Type().IsRegular() {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		info, err := f.Lstat(filepath.Join(dir, e.Name()))
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		if err != nil {
			return nil, err
		}
		if all[table] == nil {
			all[table] = make(map[uint8]fs.FileInfo)
		}
		all[table][number] = info
	}
	return all, nil
}

// fits reports whether the files of a table may be those of which some was read, with more in them.
func (p *part) fits(now map[uint8]fs.FileInfo) bool {
	for number, s := range p.shards {
		info, ok := now[number]
		if !ok || s.info != nil && (info.Size() < s.info.Size() || !sameFile(info, s.info)) {
			return false
		}
	}
	return true
}

// grown returns the shards that have more than was read, the one that was written last at the end. last
// is the last pass that would have found the new ones.
func (p *part) grown(now map[uint8]fs.FileInfo, last uint32) []*shard {
	var out []*shard
	for number, info := range now {
		s := p.shards[number]
		if s == nil {
			s = &shard{number: number, seen: last}
			p.shards[number] = s
		}
		if s.info == nil || !sameState(info, s.info) {
			s.info, s.unread = info, true
		}
		if s.unread {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *shard) int {
		return cmp.Or(a.info.ModTime().Compare(b.info.ModTime()), cmp.Compare(a.number, b.number))
	})
	return out
}

// pass is one look at all files.
type pass struct {
	number uint32
	begun  time.Time
}

// sight is that of what is read of a shard.
func (p pass) sight(s *shard) sight {
	after := p.number + 1
	if s.info.ModTime().Add(clockStep).Before(p.begun) {
		after = p.number
	}
	return sight{shard: s.number, from: s.seen, after: after}
}

// read reads what a shard has got, up to its size in the pass.
func (t *table) read(ctx context.Context, in file, s *shard, p pass) (changed bool, err error) {
	if err := s.verify(in); err != nil {
		return false, err
	}
	seen := p.sight(s)
	var buf []byte
	for want := int64(piece); s.offset < s.info.Size() && err == nil; err = ctx.Err() {
		n := min(s.info.Size()-s.offset, want)
		buf = slices.Grow(buf[:0], int(n))[:n]
		if got, err := in.ReadAt(buf, s.offset); got < int(n) {
			if err == nil || errors.Is(err, io.EOF) {
				err = errReplaced // it shrank
			}
			return changed, err
		}
		end := bytes.LastIndexByte(buf, '\n') + 1
		switch {
		case end > 0:
			changed = t.lines(buf[:end], s, seen) || changed
			s.advance(buf[:end])
			want = piece
		case n < maxLine && s.offset+n < s.info.Size():
			want = min(4*n, maxLine)
		case s.skipping:
			s.advance(buf)
		case n >= maxLine:
			t.damaged++
			s.skipping, changed = true, true
			s.advance(buf)
		default:
			return t.tail(buf, s, seen) || changed, nil
		}
	}
	return changed, err
}

// verify fails where the file is not the one of which the shard was read.
func (s *shard) verify(in file) error {
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if !sameFile(info, s.info) || info.Size() < s.info.Size() {
		return errReplaced
	}
	mark := make([]byte, len(s.mark))
	if _, err := in.ReadAt(mark, s.offset-int64(len(mark))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Equal(mark, s.mark) {
		return errReplaced
	}
	return nil
}

// advance notes that bytes were read.
func (s *shard) advance(read []byte) {
	s.offset += int64(len(read))
	s.mark = append(s.mark[:0], read[max(0, len(read)-markSize):]...)
}

// lines adds the rows of lines.
func (t *table) lines(all []byte, s *shard, seen sight) (changed bool) {
	for len(all) > 0 {
		end := bytes.IndexByte(all, '\n')
		line := all[:end]
		all = all[end+1:]
		if s.skipping {
			s.skipping = false
			continue
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if raw, ok := object(line); ok {
			changed = t.addLine(raw, seen) || changed
			continue
		}
		rows, lost := mend(line, s.number)
		for _, raw := range rows {
			t.addLine(raw, seen)
		}
		if lost {
			t.damaged++
		}
		changed = true
	}
	return changed
}

// addLine adds a row, or counts it as damaged.
func (t *table) addLine(object []byte, seen sight) (changed bool) {
	changed, ok := t.add(object, seen)
	if !ok {
		t.damaged++
	}
	return changed || !ok
}

// tail adds the row at the end of a shard that has no line end yet, if it is whole.
func (t *table) tail(rest []byte, s *shard, seen sight) (changed bool) {
	raw, ok := object(rest)
	if !ok {
		return false
	}
	s.advance(rest)
	return t.addLine(raw, seen)
}
