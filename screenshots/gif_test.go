//go:build unix

package main

import (
	"image"
	"image/color"
	"slices"
	"testing"
)

// TestEncode checks that a frame holds only what differs, and that one without a difference
// makes the frame before last longer.
func TestEncode(t *testing.T) {
	red, blue := color.RGBA{0xff, 0, 0, 0xff}, color.RGBA{0, 0, 0xff, 0xff}
	frame := func(blues ...image.Point) image.Image {
		m := image.NewRGBA(image.Rect(0, 0, 4, 3))
		for i := range 12 {
			m.SetRGBA(i%4, i/4, red)
		}
		for _, p := range blues {
			m.SetRGBA(p.X, p.Y, blue)
		}
		return m
	}
	one, two := image.Pt(1, 1), image.Pt(2, 1)
	g := encode([]image.Image{frame(), frame(), frame(one, two), frame(one)}, []int{10, 20, 30, 40})
	if want := []int{30, 30, 40}; !slices.Equal(g.Delay, want) {
		t.Fatalf("delays %v, want %v", g.Delay, want)
	}
	if got, want := g.Image[1].Bounds(), image.Rect(1, 1, 3, 2); got != want {
		t.Errorf("the second frame has %v, want %v", got, want)
	}
	if got, want := g.Image[2].Bounds(), image.Rect(2, 1, 3, 2); got != want {
		t.Errorf("the third frame has %v, want %v", got, want)
	}
	if got := g.Image[2].At(2, 1); got != red {
		t.Errorf("the third frame paints %v, want %v", got, red)
	}
}
