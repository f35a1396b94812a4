package layout

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"societop/model"
	"societop/model/text"
)

// A block is some of the agents of a frame, by ascending id:
//
//	uvarint   how many agents
//	1 byte    0 for the first block; else 1, and 8 bytes: the last id of the block before, so
//	          that no block can be lost between two of them
//	the rest  packed (see Pack), column by column:
//	          ids: the first as varint, then the distance to the one before, uvarint
//	          longitudes, latitudes, parents: 8 bytes each, all highest bytes first, then all
//	          second bytes, …: what changes little lies together
//	          the different actions: their number, then length and text of each
//	          the action of each agent: its place among them, uvarint
//	          created: microseconds since 1970, varint, then the distance to the one before
//	          the length of each status, uvarint; then the texts of all
const (
	BlockAgents = 256
	BlockBytes  = 1 << 20 // of texts; one agent's may be more
	MaxAgents   = 1 << 12 // of a block that is read
)

// BlockHead is what is known of a block without unpacking it.
type BlockHead struct {
	Agents int
	Second bool  // there is a block before it
	After  int64 // the last id of that
}

func (h *BlockHead) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(h.Agents))
	if !h.Second {
		return append(b, 0)
	}
	return AppendInt(append(b, 1), h.After)
}

// ParseHead reads the head of a block, and returns the packed columns after it.
func ParseHead(payload []byte) (h BlockHead, packed []byte, ok bool) {
	d := decoder{b: payload}
	n := d.uvarint()
	switch d.byte() {
	case 0:
	case 1:
		h.Second = true
		if b := d.take(AgentSize); b != nil {
			h.After = ParseInt(b)
		}
	default:
		d.bad = true
	}
	h.Agents = int(min(n, MaxAgents))
	return h, d.b, !d.bad && n > 0 && n <= MaxAgents
}

// ByAgent returns agents by ascending id, each once.
func ByAgent(all []model.AgentStatus) []model.AgentStatus {
	compare := func(a, b model.AgentStatus) int { return cmp.Compare(a.ID, b.ID) }
	if !slices.IsSortedFunc(all, compare) {
		all = slices.Clone(all)
		slices.SortStableFunc(all, compare)
	}
	out := make([]model.AgentStatus, 0, len(all))
	for i, a := range all {
		if i+1 < len(all) && all[i+1].ID == a.ID {
			continue
		}
		out = append(out, a)
	}
	return out
}

// BlockEnd returns how many of some agents make the next block.
func BlockEnd(all []model.AgentStatus) int {
	size := 0
	for i, a := range all {
		size += len(a.Status.Source()) + len(a.Action.Raw())
		if i == BlockAgents || (i > 0 && size > BlockBytes) {
			return i
		}
	}
	return len(all)
}

// AppendBlock encodes a block that comes after others.
func AppendBlock(b []byte, h BlockHead, all []model.AgentStatus) []byte {
	h.Agents = len(all)
	return Pack(h.append(b), appendColumns(nil, all))
}

func appendColumns(b []byte, all []model.AgentStatus) []byte {
	last := int64(0)
	for i, a := range all {
		if i == 0 {
			b = binary.AppendVarint(b, a.ID)
		} else {
			b = binary.AppendUvarint(b, uint64(a.ID-last))
		}
		last = a.ID
	}
	b = appendPlanes(b, all, func(a *model.AgentStatus) uint64 { return math.Float64bits(a.Lng) })
	b = appendPlanes(b, all, func(a *model.AgentStatus) uint64 { return math.Float64bits(a.Lat) })
	b = appendPlanes(b, all, func(a *model.AgentStatus) uint64 { return uint64(a.Parent) })
	b = appendActions(b, all)
	last = 0
	for _, a := range all {
		created := a.Created.UnixMicro()
		b = binary.AppendVarint(b, created-last)
		last = created
	}
	for _, a := range all {
		b = binary.AppendUvarint(b, uint64(len(a.Status.Source())))
	}
	for _, a := range all {
		b = append(b, a.Status.Source()...)
	}
	return b
}

// appendPlanes appends a column of numbers byte by byte.
func appendPlanes(b []byte, all []model.AgentStatus, column func(*model.AgentStatus) uint64) []byte {
	n := len(all)
	start := len(b)
	b = append(b, make([]byte, 8*n)...)
	for i := range all {
		v := column(&all[i])
		for plane := range 8 {
			b[start+plane*n+i] = byte(v >> (56 - 8*plane))
		}
	}
	return b
}

// appendActions appends the actions, each text once.
func appendActions(b []byte, all []model.AgentStatus) []byte {
	places := make(map[string]uint64)
	var texts []string
	for _, a := range all {
		text := a.Action.Raw()
		if _, ok := places[text]; !ok {
			places[text] = uint64(len(texts))
			texts = append(texts, text)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, text := range texts {
		b = appendText(b, text)
	}
	for _, a := range all {
		b = binary.AppendUvarint(b, places[a.Action.Raw()])
	}
	return b
}

// appendText appends a text with its length.
func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// text reads a text with its length, not copied.
func (d *decoder) text() []byte { return d.take(d.uvarint()) }

// Block is a decoded block, as columns. Its slices share the bytes of the block.
type Block struct {
	BlockHead
	ids              []int64
	lng, lat, parent []byte
	actions          [][]byte
	action           []uint64
	created          []int64
	ends             []int // of each status
	statuses         []byte
	Size             int // of the block, unpacked
}

// ParseBlock decodes a block. It accepts any bytes; ok is false for those that AppendBlock can't
// have made.
func ParseBlock(payload []byte) (c Block, ok bool) {
	h, packed, ok := ParseHead(payload)
	if !ok {
		return c, false
	}
	raw, ok := Unpack(packed)
	n := h.Agents
	if !ok || len(raw) < n {
		return c, false
	}
	c.BlockHead, c.Size = h, len(raw)
	d := decoder{b: raw}
	c.ids = make([]int64, n)
	c.ids[0] = d.varint()
	d.bad = d.bad || (h.Second && c.ids[0] <= h.After)
	for i := 1; i < n; i++ {
		c.ids[i] = int64(uint64(c.ids[i-1]) + d.uvarint())
		d.bad = d.bad || c.ids[i] <= c.ids[i-1]
	}
	c.lng, c.lat, c.parent = d.take(uint64(8*n)), d.take(uint64(8*n)), d.take(uint64(8*n))
	c.readActions(&d)
	c.created = make([]int64, n)
	at := int64(0)
	for i := range c.created {
		at += d.varint()
		c.created[i] = at
	}
	c.readStatuses(&d)
	return c, !d.bad
}

func (c *Block) readActions(d *decoder) {
	n := len(c.ids)
	count := d.uvarint()
	if d.bad || count == 0 || count > uint64(n) {
		d.bad = true
		return
	}
	c.actions = make([][]byte, count)
	for i := range c.actions {
		c.actions[i] = d.text()
	}
	c.action = make([]uint64, n)
	for i := range c.action {
		c.action[i] = d.uvarint()
		d.bad = d.bad || c.action[i] >= count
	}
}

func (c *Block) readStatuses(d *decoder) {
	c.ends = make([]int, len(c.ids))
	end := uint64(0)
	for i := range c.ends {
		n := d.uvarint()
		if n > uint64(len(d.b)) {
			d.bad = true
			return
		}
		end += n
		c.ends[i] = int(end)
	}
	c.statuses = d.b
	d.bad = d.bad || end != uint64(len(d.b))
}

// First returns the lowest id of the block.
func (c *Block) First() int64 { return c.ids[0] }

// Last returns the highest id of the block.
func (c *Block) Last() int64 { return c.ids[len(c.ids)-1] }

// Under reports whether the block belongs under a key.
func (c *Block) Under(key []byte) bool {
	return len(key) == RunSize+MomentSize+AgentSize && ParseInt(key[RunSize+MomentSize:]) == c.Last()
}

// Agent finds an agent by its id.
func (c *Block) Agent(id int64, at model.SimTime) (a model.AgentStatus, ok bool) {
	i, ok := slices.BinarySearch(c.ids, id)
	if ok {
		a = c.status(i, at, text.Clean(string(c.actions[c.action[i]])))
	}
	return a, ok
}

// plane returns the i-th number of a column.
func (c *Block) plane(column []byte, i int) (v uint64) {
	n := len(c.ids)
	for plane := range 8 {
		v = v<<8 | uint64(column[plane*n+i])
	}
	return v
}

// status returns the i-th agent, with an action that was cleaned before.
func (c *Block) status(i int, at model.SimTime, action text.Text) model.AgentStatus {
	start := 0
	if i > 0 {
		start = c.ends[i-1]
	}
	return model.AgentStatus{
		ID: c.ids[i], At: at,
		Lng: math.Float64frombits(c.plane(c.lng, i)), Lat: math.Float64frombits(c.plane(c.lat, i)),
		Parent: int64(c.plane(c.parent, i)), Action: action,
		Status: text.ParseValue(string(c.statuses[start:c.ends[i]])), Created: Micro(c.created[i]),
	}
}

// All appends all agents of the block.
func (c *Block) All(dst []model.AgentStatus, at model.SimTime) []model.AgentStatus {
	actions := make([]text.Text, len(c.actions))
	for i, s := range c.actions {
		actions[i] = text.Clean(string(s))
	}
	for i := range c.ids {
		dst = append(dst, c.status(i, at, actions[c.action[i]]))
	}
	return dst
}
