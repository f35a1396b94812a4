package layout

import "societop/model"

// codeDir encodes what a run directory says in addition to a summary.
func codeDir(c *coder, d *model.RunDir) {
	number(c, &d.Done)
	c.time(&d.Epoch)
	c.text(&d.Label)
	c.text(&d.Path)
	c.text(&d.Phase.Kind)
	number(c, &d.Phase.Index)
	number(c, &d.Phase.Count)
	list(c, &d.Warnings, (*coder).text)
	c.text(&d.Alive)
	number(c, &d.Agents)
	c.flag(&d.Uncounted)
}

// appendDir encodes d with its length.
func appendDir(b []byte, d *model.RunDir) []byte {
	var c coder
	one := *d
	codeDir(&c, &one)
	return appendText(b, string(c.w))
}

// parseDir is the inverse of appendDir, without the length.
func parseDir(b []byte) (*model.RunDir, bool) {
	c := coder{d: &decoder{b: b}}
	d := new(model.RunDir)
	codeDir(&c, d)
	return d, !c.d.bad && len(c.d.b) == 0
}
