package load

import (
	"societop/model"
)

// frames is what all agents did at some moments of the shown experiment, read before or ahead
// of the player. The oldest reading makes room for the newest.
type frames struct {
	known map[model.SimTime]model.Frame
	sizes map[model.SimTime]int
	order []model.SimTime // of reading
	bytes int
}

// What frames may hold: as many, and as many bytes.
const (
	maxFrames     = 32
	maxFrameBytes = 64 << 20
)

func newFrames() frames {
	return frames{known: map[model.SimTime]model.Frame{}, sizes: map[model.SimTime]int{}}
}

// has reports whether the frame of a moment is known.
func (f *frames) has(at model.SimTime) bool {
	_, ok := f.known[at]
	return ok
}

// put keeps a frame as that of a moment.
func (f *frames) put(at model.SimTime, frame model.Frame) {
	f.drop(at)
	size := frameSize(&frame)
	for len(f.order) > 0 && (len(f.order) >= maxFrames || f.bytes+size > maxFrameBytes) {
		f.drop(f.order[0])
	}
	f.known[at], f.sizes[at] = frame, size
	f.order = append(f.order, at)
	f.bytes += size
}

// drop forgets the frame of a moment.
func (f *frames) drop(at model.SimTime) {
	for i, t := range f.order {
		if t == at {
			f.order = append(f.order[:i], f.order[i+1:]...)
			f.bytes -= f.sizes[at]
			delete(f.known, at)
			delete(f.sizes, at)
			return
		}
	}
}

// room returns how many frames may be read ahead of one that stays: half of what fits.
func (f *frames) room() int {
	if len(f.order) == 0 {
		return 0
	}
	each := max(f.bytes/len(f.order), 1)
	return min(maxFrames, maxFrameBytes/each) / 2
}

// frameSize is about how many bytes a frame takes.
func frameSize(f *model.Frame) int {
	const agent = 160 // an AgentStatus without its texts
	n := len(f.Agents) * agent
	for i := range f.Agents {
		n += len(f.Agents[i].Action.Raw()) + len(f.Agents[i].Status.Raw())
	}
	return n
}
