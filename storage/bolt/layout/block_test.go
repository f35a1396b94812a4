package layout

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
)

// FuzzDecodeFrame takes bytes for a block of a frame. What can be decoded comes back when it
// is encoded again.
func FuzzDecodeFrame(f *testing.F) {
	agents := make([]model.AgentStatus, 40)
	for i := range agents {
		agents[i] = model.AgentStatus{
			ID: int64(3*i - 20), Lng: 116.3 + float64(i)/1000, Lat: math.Copysign(0, -1), Parent: int64(i % 7),
			Action: text.Clean([]string{"walk", "睡觉", ""}[i%3]), Status: text.ParseValue(fmt.Sprintf(`{"n": %d}`, i)), Created: Micro(int64(i) * 1e15),
		}
	}
	f.Add(AppendBlock(nil, BlockHead{}, agents))
	f.Add(AppendBlock(nil, BlockHead{Second: true, After: -37}, agents[:1]))
	plain := append((&BlockHead{Agents: 3}).append(nil), packedPlain)
	f.Add(appendColumns(plain, agents[:3]))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, payload []byte) {
		c, ok := ParseBlock(payload)
		if !ok {
			return
		}
		all := c.All(nil, model.SimTime{})
		again, ok := ParseBlock(AppendBlock(nil, c.BlockHead, all))
		if !ok {
			t.Fatal("a block that was decoded can't be encoded")
		}
		if want, got := appendColumns(nil, all), appendColumns(nil, again.All(nil, model.SimTime{})); !bytes.Equal(got, want) {
			t.Errorf("%x comes back as %x", want, got)
		}
	})
}

func TestKeysOfMomentsAreOrderedAsTimeIs(t *testing.T) {
	floats := []float64{math.Inf(-1), -math.MaxFloat64, -1, math.Copysign(0, -1), 0, math.SmallestNonzeroFloat64, 0.3, 0.30000000000000004, 86400, math.Inf(1)}
	var last []byte
	for _, day := range []int{math.MinInt, -1, 0, 1, 255, 256, math.MaxInt} {
		for _, at := range floats {
			key := MomentKey(1, model.SimTime{Day: day, T: at})
			if bytes.Compare(last, key) >= 0 {
				t.Errorf("day %d, %v does not come after what is before it", day, at)
			}
			if back := ParseMoment(key[RunSize:]); back.Day != day || math.Float64bits(back.T) != math.Float64bits(at) {
				t.Errorf("day %d, %v comes back as %v", day, at, back)
			}
			last = key
		}
	}
}

func TestABombIsNotUnpacked(t *testing.T) {
	enc, err := encoder()
	if err != nil {
		t.Fatal(err)
	}
	zeros := enc.EncodeAll(make([]byte, maxUnpacked), nil)
	bomb := func(size uint64, frames ...[]byte) []byte {
		return append(binary.AppendUvarint([]byte{packedZstd}, size), bytes.Join(frames, nil)...)
	}
	for name, packed := range map[string][]byte{
		"more than it says":      bomb(100, zeros),
		"less than it says":      bomb(maxUnpacked+1, zeros),
		"a second frame":         bomb(maxUnpacked, zeros, zeros),
		"a size beyond all":      bomb(math.MaxUint64, zeros),
		"nothing of what it has": bomb(100),
		"no such packing":        {7, 1, 2, 3},
		"no bytes":               {},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, ok := Unpack(packed); ok {
			t.Errorf("%s was unpacked", name)
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > maxUnpacked+8<<20 || (name == "more than it says" && n > 8<<20) {
			t.Errorf("%s: %d bytes were allocated", name, n)
		}
	}
	if raw, ok := Unpack(bomb(maxUnpacked, zeros)); !ok || len(raw) != maxUnpacked {
		t.Errorf("the most that may be unpacked: %d bytes, %v", len(raw), ok)
	}
	long := []byte(strings.Repeat("x", maxUnpacked+1))
	if raw, ok := Unpack(Pack(nil, long)); !ok || !bytes.Equal(raw, long) {
		t.Errorf("text beyond the bound comes back as %d bytes", len(raw))
	}
}
