package agentmap

import (
	"testing"

	"societop/model"
	"societop/ui/pane/panetest"
)

func TestGolden(t *testing.T) {
	v := placedCrowd(90, model.SimTime{T: 300})
	for i := range 24 {
		s := v.Frame.Agents[2]
		s.At, s.Lng, s.Lat = model.SimTime{T: float64(i * 10)}, s.Lng+float64(24-i)/2000, s.Lat+float64(24-i)/3000
		v.History = append(v.History, s)
	}
	for scene, keys := range map[string]string{"map": "ii", "map followed": "Vtzzzzii\n", "map search": "v/娜 1"} {
		panetest.Golden(t, scene, New, v, keys)
	}
}
