package config

import (
	"testing"

	"societop/ui/pane/panetest"
)

// goldenConfig has all kinds of values.
const goldenConfig = `agents:
  citizens:
  - agent_class: citizen
    number: 200
  firms:
  - agent_class: firm
    number: 5
exp:
  name: x
  workflow:
  - days: 2.0
    type: run
  - description: 第0轮问卷 survey round 0 📋
    type: survey
  - steps: 24
    ticks_per_step: 600
    type: step
llm:
- api_key: sk-abcdefghijklmnop
  model: qwen2.5-14b-instruct # the "best"
  provider: 'qwen'
`

func TestGolden(t *testing.T) {
	for scene, keys := range map[string]string{"config": "", "config unfolded": "ejjj", "config search": "/qwen"} {
		panetest.Golden(t, scene, New, configView(goldenConfig), keys)
	}
}
