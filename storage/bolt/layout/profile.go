package layout

import (
	"encoding/binary"

	"societop/model"
	"societop/model/text"
)

// A block of profiles, by ascending id: for each its id, varint, then name and profile, each
// with its length; all packed.
const (
	blockProfiles     = 256
	blockProfileBytes = 256 << 10
)

// ProfileBlock encodes the next block of profiles, and returns its last id and how many of
// them are in it.
func ProfileBlock(all []model.Profile) (payload []byte, last int64, n int) {
	var raw []byte
	for i := 0; n < len(all) && i < blockProfiles && len(raw) < blockProfileBytes; n++ {
		p := &all[n]
		if n+1 < len(all) && all[n+1].ID == p.ID {
			continue
		}
		raw = binary.AppendVarint(raw, p.ID)
		raw = appendText(raw, p.Name.Raw())
		raw = appendText(raw, p.Profile.Source())
		last = p.ID
		i++
	}
	return Pack(nil, raw), last, n
}

// ParseProfiles is the inverse of ProfileBlock. size is that of the block, unpacked.
func ParseProfiles(all []model.Profile, payload []byte) (more []model.Profile, size int, ok bool) {
	raw, ok := Unpack(payload)
	if !ok || len(raw) == 0 {
		return nil, 0, false
	}
	d := decoder{b: raw}
	for len(d.b) > 0 {
		id, name, profile := d.varint(), d.text(), d.text()
		if n := len(all); d.bad || (n > 0 && all[n-1].ID >= id) {
			return nil, 0, false
		}
		all = append(all, model.Profile{ID: id, Name: text.Clean(string(name)), Profile: text.ParseValue(string(profile))})
	}
	return all, len(raw), true
}
