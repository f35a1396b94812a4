package layout

import (
	"encoding/binary"

	"societop/model"
	"societop/model/text"
)

// AppendPrompt encodes a prompt: when it was created, microseconds since 1970, and its text, packed.
// The moment is in the key.
func AppendPrompt(b []byte, p *model.Prompt) []byte {
	return Pack(binary.AppendVarint(b, p.Created.UnixMicro()), []byte(p.Text.Raw()))
}

// ParsePrompt is the inverse of AppendPrompt.
func ParsePrompt(at model.SimTime, payload []byte) (p model.Prompt, ok bool) {
	d := decoder{b: payload}
	created := Micro(d.varint())
	s, ok := Unpack(d.b)
	return model.Prompt{At: at, Text: text.CleanLines(string(s)), Created: created}, ok && !d.bad
}
