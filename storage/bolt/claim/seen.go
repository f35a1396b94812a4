package claim

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/labfile"
)

// Seen is what the file of a claim says.
type Seen struct {
	Held     bool
	Who      string
	heard    time.Time // up to when the source is known
	until    time.Time // the recorder counts as stuck after it; zero: never
	liveness model.Liveness
}

// claimSize is the length of a claim's file. It is written in one write, within a page.
const claimSize = 4096

// marshal returns the contents of the file: a line for each field, a checksum, then only newlines.
func (c *Seen) marshal() []byte {
	live, _ := c.liveness.MarshalText() // never fails
	b := []byte(strings.Join([]string{c.Who, c.heard.UTC().Format(time.RFC3339Nano), c.until.UTC().Format(time.RFC3339Nano), string(live), ""}, "\n"))
	b = append(hex.AppendEncode(b, sumOf(b)), '\n')
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
	var heardErr, untilErr error
	c.heard, heardErr = time.Parse(time.RFC3339Nano, lines[1])
	c.until, untilErr = time.Parse(time.RFC3339Nano, lines[2])
	return errors.Join(heardErr, untilErr, c.liveness.UnmarshalText([]byte(lines[3]))) == nil
}

// late reports whether the recorder has not said for too long how the recording goes.
func (c *Seen) late(now time.Time) bool { return !c.until.IsZero() && now.After(c.until) }

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
	c.Held = labfile.Held(err) || (c.elsewhere(err) && labfile.OnNetwork(path))
	return c
}

// elsewhere reports whether a recorder that keeps its claim may be at work though this machine
// sees no lock of it: it runs on another one, or there are no locks.
func (c *Seen) elsewhere(locked error) bool {
	if c.until.IsZero() || c.late(time.Now()) {
		return false
	}
	host, err := os.Hostname()
	return locked != nil || err != nil || !strings.Contains(c.Who, " on "+host+", since")
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

// LivenessOf returns the liveness of a lab with this claim, of which own is what the lab itself says:
// a recorder knows better.
func (c *Seen) LivenessOf(own model.Liveness) model.Liveness {
	switch {
	case c.Live():
		return model.Liveness{}
	case c.Held && c.late(time.Now()):
		if own.AsOf.Before(c.heard) {
			own.AsOf = c.heard
		}
		return model.Liveness{AsOf: own.AsOf, Why: text.Clean("recorder: does not answer")}
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
func (c *Seen) Live() bool { return c.Held && c.liveness.Live() && !c.late(time.Now()) }
