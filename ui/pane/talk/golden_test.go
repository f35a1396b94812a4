package talk

import (
	"testing"

	"societop/ui/pane/panetest"
)

func TestGolden(t *testing.T) {
	v := viewOfTalk(chatter(0, 24))
	panetest.Golden(t, "talk", New, v, "kk")
	panetest.Golden(t, "talk search", New, v, "/meet\nN")
	v.Bulk = false
	panetest.Golden(t, "talk of one", New, v, "")
}
