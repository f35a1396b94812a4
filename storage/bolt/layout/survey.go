package layout

import (
	"encoding/binary"

	"societop/model"
	"societop/model/text"
)

// AppendSurvey encodes a questionnaire: created and updated, microseconds since 1970, its
// name, and its data, packed. The id is the key.
func AppendSurvey(b []byte, s *model.Survey) []byte {
	b = binary.AppendVarint(b, s.Created.UnixMicro())
	b = binary.AppendVarint(b, s.Updated.UnixMicro())
	return Pack(appendText(b, s.Name.Raw()), []byte(s.Data.Raw()))
}

// ParseSurvey is the inverse of AppendSurvey.
func ParseSurvey(key, payload []byte) (s model.Survey, ok bool) {
	d := decoder{b: payload}
	s.Created, s.Updated = Micro(d.varint()), Micro(d.varint())
	name := d.text()
	data, ok := Unpack(d.b)
	if !ok || d.bad || copy(s.ID[:], key) != len(key) || len(key) != IDSize {
		return s, false
	}
	s.Name, s.Data = text.Clean(string(name)), text.ParseValue(string(data))
	return s, true
}
