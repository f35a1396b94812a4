package bolt

import (
	"encoding/binary"
	"societop/model"
	"societop/model/text"
)

// appendSurvey encodes a questionnaire: created and updated, microseconds since 1970, its
// name, and its data, packed. The id is the key.
func appendSurvey(b []byte, s *model.Survey) []byte {
	b = binary.AppendVarint(b, s.Created.UnixMicro())
	b = binary.AppendVarint(b, s.Updated.UnixMicro())
	return pack(appendText(b, s.Name.Raw()), []byte(s.Data.Raw()))
}

// parseSurvey is the inverse of appendSurvey.
func parseSurvey(key, payload []byte) (s model.Survey, ok bool) {
	d := decoder{b: payload}
	s.Created, s.Updated = micro(d.varint()), micro(d.varint())
	name := d.text()
	data, ok := unpack(d.b)
	if !ok || d.bad || copy(s.ID[:], key) != len(key) || len(key) != idSize {
		return s, false
	}
	s.Name, s.Data = text.Clean(string(name)), text.ParseValue(string(data))
	return s, true
}
