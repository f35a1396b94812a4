package surveys

import (
	"testing"

	"societop/ui/pane/panetest"
)

func TestGolden(t *testing.T) {
	for scene, keys := range map[string]string{"surveys": "", "surveys choices": "jz", "surveys texts": "jjjj\njjjj", "surveys of one agent": "ai", "surveys search": "/because 6"} {
		panetest.Golden(t, scene, New, polled(40), keys)
	}
}
