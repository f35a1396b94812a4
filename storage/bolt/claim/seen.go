package claim

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/labfile"
	"societop/storage/netfs"
)

// Seen is what the file of a claim says.
type Seen struct {
	Held     bool
	Who      string
	heard    time.Time // up to when the source is known
	until    time.Time // the recorder counts as stuck after it; zero: never
	beats    bool      // it is written every second while its process runs
	liveness model.Liveness
	away     string // see away
	judged   verdict
}

// verdict is what a Watch knows of a claim from looking at it more than once.
type verdict int

const (
	byClock verdict = iota // nothing: until counts
	changes                // it was written a moment ago
	still                  // it was not, for too long
)

// claimSize is the length of a claim's file. It is written in one write, within a page.
const claimSize = 4096

// beatsWord is what follows the checksum of a claim that is written every second. Older versions
// neither write nor read it.
const beatsWord = "beats\n"

// marshal returns the contents of the file: a line for each field, a checksum, then only newlines.
func (c *Seen) marshal() []byte {
	live, _ := c.liveness.MarshalText() // never fails
	b := []byte(strings.Join([]string{c.Who, c.heard.UTC().Format(time.RFC3339Nano), c.until.UTC().Format(time.RFC3339Nano), string(live), ""}, "\n"))
	b = append(hex.AppendEncode(b, sumOf(b)), '\n')
	if c.beats {
		b = append(b, beatsWord+c.away...)
	}
	for len(b) < claimSize {
		b = append(b, '\n')
	}
	return b
}

// sumOf returns the checksum of a claim.
func sumOf(b []byte) []byte {
	return binary.BigEndian.AppendUint32(nil, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

// unmarshal reads the file; ok is false for one that is none, or that is being written. Older
// versions wrote the first line only.
func (c *Seen) unmarshal(b []byte) (ok bool) {
	lines := strings.SplitN(string(b), "\n", 6)
	if c.Who = lines[0]; len(lines) < 6 {
		if strings.HasPrefix(c.Who, "import") {
			c.liveness.Why = text.Clean("an import is at work")
		}
		return strings.TrimSpace(strings.Join(lines[1:], "")) == ""
	}
	head := len(strings.Join(lines[:4], "\n")) + 1
	if lines[4] != hex.EncodeToString(sumOf(b[:head])) {
		return false
	}
	var rest string
	if rest, c.beats = strings.CutPrefix(lines[5], beatsWord); c.beats {
		c.away = parseAway(rest)
	}
	var heardErr, untilErr error
	c.heard, heardErr = time.Parse(time.RFC3339Nano, lines[1])
	c.until, untilErr = time.Parse(time.RFC3339Nano, lines[2])
	return errors.Join(heardErr, untilErr, c.liveness.UnmarshalText([]byte(lines[3]))) == nil
}

// skew is how far the clocks of two hosts may differ.
const skew = 90 * time.Second

// late reports whether the recorder has not said for too long how the recording goes.
func (c *Seen) late(now time.Time) bool {
	switch {
	case c.judged != byClock:
		return c.judged == still
	case c.until.IsZero():
		return false
	case c.here():
		return now.After(c.until)
	}
	return now.After(c.until.Add(skew))
}

// here reports whether the recorder is on this host, as far as its name says.
func (c *Seen) here() bool {
	host, err := os.Hostname()
	return err == nil && strings.Contains(c.Who, " on "+host+", since")
}

// A Watch looks at the claim of one lab again and again. It sees that the claim is written, or is
// not any more, whatever the clocks say. The zero Watch is ready for use.
type Watch struct {
	mu     sync.Mutex
	last   Seen
	since  time.Time // when last was first seen
	looked time.Time
	moved  bool // it was seen to change
}

// Look is Look of the lab.
func (w *Watch) Look(lab string) Seen {
	c := Look(lab)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.see(&c, time.Now())
	return c
}

// see judges a claim by those that were seen before it.
func (w *Watch) see(c *Seen, now time.Time) {
	if !c.beats || !c.Held {
		w.last = Seen{}
		return
	}
	if *c != w.last {
		w.moved = w.last.beats && now.Sub(w.looked) < fresh
		w.last, w.since = *c, now
	}
	w.looked = now
	if now.Sub(w.since) > fresh {
		c.judged = still
	} else if w.moved {
		c.judged = changes
	}
}

// Look reads the file of a lab's claim, if there is one, and whether somebody holds it.
// It never waits, and writes nothing.
func Look(lab string) (c Seen) {
	path := lab + suffix
	f, err := labfile.Open(path, os.O_RDONLY, 0)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return c
	case err != nil:
		return Seen{Held: true, liveness: model.Liveness{Why: text.Clean("its recorder can't be looked at")}}
	}
	defer f.Close()
	err = labfile.Lock(f, labfile.Shared)
	for range 3 { // it may be written just now
		var ok bool
		if c, ok = readClaim(f); ok {
			break
		}
	}
	c.Held = labfile.Held(err) || (c.elsewhere(err) && netfs.OnNetwork(path))
	return c
}

// elsewhere reports whether a recorder that keeps its claim may be at work though this machine
// sees no lock of it: it runs on another one, or there are no locks.
func (c *Seen) elsewhere(locked error) bool {
	return !c.until.IsZero() && !c.late(time.Now()) && (locked != nil || !c.here())
}

// readClaim reads an open file of a claim.
func readClaim(f *os.File) (c Seen, ok bool) {
	b := make([]byte, claimSize)
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return c, false
	}
	return c, c.unmarshal(b[:n])
}

// maxWords bounds what a claim says in words.
const maxWords = 300

// clip returns a text on one line and of a bounded length.
func clip(s string) string {
	words := []rune(strings.Join(strings.Fields(s), " "))
	return string(words[:min(len(words), maxWords)])
}

// silent is why nothing new comes from a recorder that is suspended or stuck.
const silent = "recorder: does not answer"

// LivenessOf returns the liveness of a lab with this claim, of which own is what the lab itself says:
// a recorder knows better.
func (c Seen) LivenessOf(own model.Liveness) model.Liveness {
	switch {
	case c.Live():
		return model.Liveness{}
	case c.Held && c.late(time.Now()):
		if own.AsOf.Before(c.heard) {
			own.AsOf = c.heard
		}
		return model.Liveness{AsOf: own.AsOf, Why: text.Clean(silent)}
	case c.Held:
		if own.Why = c.liveness.Why; !c.liveness.AsOf.IsZero() {
			own.AsOf = c.liveness.AsOf
		}
	case own.AsOf.Before(c.heard):
		own = model.Liveness{AsOf: c.heard.Truncate(time.Second), Why: text.Clean(model.NoRecorder)}
	}
	return own
}

// Live reports whether somebody is at work whose source is live.
func (c Seen) Live() bool { return c.Held && c.liveness.Live() && !c.late(time.Now()) }
