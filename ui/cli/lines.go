package cli

import (
	"fmt"
	"io"

	"societop/model/text"
)

// printLines prints a text: as JSON an object, as CSV a row a line with its number, the first
// of which is given, else as it is.
func printLines(out io.Writer, form format, s text.Lines, first int, object []field) error {
	lines := s.Split()
	switch form.kind {
	case asJSON:
		return printObject(out, object)
	case asCSV:
		head := []field{{"line", 0}, {"text", ""}}
		return printCSV(out, form.bom, head, func(yield func([]field) bool) {
			for i, line := range lines {
				if !yield([]field{{"line", first + i}, {"text", line.String()}}) {
					return
				}
			}
		})
	default:
		for _, line := range lines {
			if _, err := fmt.Fprintln(out, line); err != nil {
				return err
			}
		}
		return nil
	}
}
