//go:build unix

package main

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// transparent is the palette's entry for a pixel that stays as it is in the frame before, and for a
// transparent one.
const transparent = 0

// animate writes an animated GIF of the PNG frames in a directory. Each is shown for the
// hundredths of a second that its name ends with, as in tour-007-0150.png.
func animate(dir, out string) error {
	files, err := filepath.Glob(filepath.Join(dir, "tour-*.png"))
	if err != nil {
		return err
	}
	var frames []image.Image
	var delays []int
	for _, file := range files { // Glob sorts them
		var number, delay int
		if _, err := fmt.Sscanf(filepath.Base(file), "tour-%d-%d.png", &number, &delay); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		frame, err := readPNG(file)
		if err != nil {
			return err
		}
		frames, delays = append(frames, frame), append(delays, delay)
	}
	if len(frames) == 0 {
		return fmt.Errorf("no frames in %s", dir)
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	return gif.EncodeAll(f, encode(frames, delays))
}

func readPNG(file string) (image.Image, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return png.Decode(f)
}

// encode turns frames into those of a GIF, which share one palette. A frame after the first has
// only the rectangle that differs from the frame before; a frame without a difference makes the
// one before last longer.
func encode(frames []image.Image, delays []int) *gif.GIF {
	p := newPalette(frames)
	g := &gif.GIF{Config: image.Config{ColorModel: p.colors, Width: frames[0].Bounds().Dx(), Height: frames[0].Bounds().Dy()}}
	var before *image.Paletted
	for i, frame := range frames {
		now := p.convert(frame)
		part := now
		if before != nil {
			if part = difference(before, now); part == nil {
				g.Delay[len(g.Delay)-1] += delays[i]
				continue
			}
		}
		g.Image = append(g.Image, part)
		g.Delay = append(g.Delay, delays[i])
		g.Disposal = append(g.Disposal, gif.DisposalNone)
		before = now
	}
	return g
}

// difference returns the part of now that differs from before, with transparent for the pixels
// that do not; nil if nothing differs.
func difference(before, now *image.Paletted) *image.Paletted {
	var changed image.Rectangle
	for i, c := range now.Pix {
		if c != before.Pix[i] {
			x, y := i%now.Stride, i/now.Stride
			changed = changed.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	if changed.Empty() {
		return nil
	}
	part := image.NewPaletted(changed, now.Palette)
	for y := changed.Min.Y; y < changed.Max.Y; y++ {
		for x := changed.Min.X; x < changed.Max.X; x++ {
			if c := now.ColorIndexAt(x, y); c != before.ColorIndexAt(x, y) {
				part.SetColorIndex(x, y, c)
			}
		}
	}
	return part
}

// palette is the colours of an animation and the entry of each colour that was looked up.
type palette struct {
	colors  color.Palette
	entries map[color.RGBA]uint8
}

// newPalette chooses the colours that most pixels of the frames have. Colours that differ in
// the lower bits only count as one.
func newPalette(frames []image.Image) *palette {
	count := map[color.RGBA]int{}
	for _, frame := range frames {
		eachPixel(frame, func(_, _ int, c color.RGBA) { count[c]++ })
	}
	delete(count, color.RGBA{})
	most := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	p := &palette{color.Palette{transparent: color.RGBA{}}, map[color.RGBA]uint8{{}: transparent}}
	similar := map[color.RGBA]bool{}
	for _, c := range most {
		coarse := color.RGBA{c.R >> 4, c.G >> 4, c.B >> 4, 0}
		if len(p.colors) < 256 && !similar[coarse] {
			similar[coarse] = true
			p.entries[c] = uint8(len(p.colors))
			p.colors = append(p.colors, c)
		}
	}
	return p
}

// convert returns a frame in the palette's colours.
func (p *palette) convert(frame image.Image) *image.Paletted {
	out := image.NewPaletted(image.Rectangle{Max: frame.Bounds().Size()}, p.colors)
	eachPixel(frame, func(x, y int, c color.RGBA) {
		entry, ok := p.entries[c]
		if !ok {
			entry = uint8(p.colors[1:].Index(c) + 1)
			p.entries[c] = entry
		}
		out.SetColorIndex(x, y, entry)
	})
	return out
}

// eachPixel calls visit with each pixel of a frame: with its opaque colour, or with none where
// the frame is transparent.
func eachPixel(frame image.Image, visit func(x, y int, c color.RGBA)) {
	b := frame.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := color.NRGBAModel.Convert(frame.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			if c.A < 0x80 {
				visit(x, y, color.RGBA{})
			} else {
				visit(x, y, color.RGBA{c.R, c.G, c.B, 0xff})
			}
		}
	}
}
