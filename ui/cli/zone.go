package cli

import (
	"encoding/binary"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"societop/model"
	"societop/model/text"
)

// settleZone takes the zone of wall times from $TZ, where that is set. A wrong one is UTC, which
// sayZone tells.
func (e *Env) settleZone() {
	name, set := model.LookupEnv(e.Environ, "TZ")
	if !set {
		return
	}
	zone, err := zoneOf(name)
	if err != nil {
		zone = time.UTC
		e.wrongZone = text.Clean(fmt.Sprintf("TZ is %q, which is not a time zone; times are in UTC.", name))
	}
	e.Zone = zone
}

// sayZone reports a wrong $TZ before a command runs, unless the monitor does or no zone counts.
func (e *Env) sayZone(cmd *cobra.Command) {
	utc, mouse := cmd.Flags().Lookup("utc"), cmd.Flags().Lookup("mouse")
	switch {
	case e.wrongZone.Empty(), utc != nil && utc.Value.String() == "true", mouse != nil && e.screen(e.Out):
		return
	}
	// Nobody is left to be told of a message that can't be written.
	_, _ = fmt.Fprintf(e.Err, "societop: %s\n", e.wrongZone)
}

// zoneOf is the zone that $TZ means: a name, a file, or the rules themselves.
func zoneOf(name string) (*time.Location, error) {
	name = strings.TrimPrefix(name, ":")
	if strings.HasPrefix(name, "/") {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		return time.LoadLocationFromTZData(name, data)
	}
	zone, err := time.LoadLocation(name)
	if err == nil || !zoneRules.MatchString(name) {
		return zone, err
	}
	return time.LoadLocationFromTZData(name, zoneData(name))
}

// zoneRules is the rules of a zone as POSIX writes them, such as "CST-8" or
// "CET-1CEST,M3.5.0,M10.5.0/3".
var zoneRules = func() *regexp.Regexp {
	const (
		name   = `([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)`
		offset = `[+-]?\d{1,2}(:\d{1,2}){0,2}`
		rule   = `,(M\d{1,2}\.\d\.\d|J?\d{1,3})(/[+-]?\d{1,3}(:\d{1,2}){0,2})?`
	)
	return regexp.MustCompile(`^` + name + offset + `(` + name + `(` + offset + `)?(` + rule + rule + `)?)?$`)
}()

// zoneData is a zone file that has rules and no past: the one way to give them to package time.
func zoneData(rules string) []byte {
	const header = "TZif2" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	counts := func(zones, letters uint32) (b []byte) {
		for _, n := range []uint32{0, 0, 0, 0, zones, letters} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		return b
	}
	data := append([]byte(header), counts(0, 0)...)
	data = append(append(data, header...), counts(1, 4)...)
	data = append(data, "\x00\x00\x00\x00\x00\x00"+"UTC\x00"...) // no offset, no summer time, the name
	return append(data, "\n"+rules+"\n"...)
}
