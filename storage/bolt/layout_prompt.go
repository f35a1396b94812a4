package bolt

import (
	"encoding/binary"
	"societop/model"
	"societop/model/text"
)

// appendPrompt encodes a prompt: when it was created, microseconds since 1970, and its text, packed.
// The moment is in the key.
func appendPrompt(b []byte, p *model.Prompt) []byte {
	return pack(binary.AppendVarint(b, p.Created.UnixMicro()), []byte(p.Text.Raw()))
}

// parsePrompt is the inverse of appendPrompt.
func parsePrompt(at model.SimTime, payload []byte) (p model.Prompt, ok bool) {
	d := decoder{b: payload}
	created := micro(d.varint())
	s, ok := unpack(d.b)
	return model.Prompt{At: at, Text: text.CleanLines(string(s)), Created: created}, ok && !d.bad
}
