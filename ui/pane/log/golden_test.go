package log

import (
	"testing"
	"time"

	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
)

// goldenLog is a log with what is hard to draw, in the engine's form.
const goldenLog = `2026-11-23T14:25:58.615840+00:00 [DEBUG] llm.py:88: 12 prompts are waiting
2026-11-23T14:25:59.615840+00:00 [INFO] simulationengine.py:599: ` + "\x1b[32mStart simulation\x1b[0m" + ` day 0 at 208501, step 599 第599步
2026-11-23T14:26:01.615840+00:00 [WARNING] llm.py:120: 429 Too Many Requests, retry 1 of 10
2026-11-23T14:26:02.615840+00:00 [ERROR] simulationengine.py:1500: the step failed
Traceback (most recent call last):
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/simulation/simulationengine.py", line 1675, in step
    agent_time_log = await asyncio.gather(*tasks)  # 第25层
RuntimeError: 连接失败 💥: https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions` + "\t" + `(attempt 10/10)
2026-11-23T14:26:03.615840+00:00 [INFO] simulationengine.py:600: Start simulation day 0 at 208801, step 600 第600步
`

// workersLog is a log of AgentSociety 2 with lines of Ray's workers.
const workersLog = `[2026-09-24 00:00:23] INFO    Running 6 steps with tick=900
` + "\x1b[36m(step_agent_batch pid=48230)\x1b[0m [2026-09-24 00:00:41] WARNING Agent 1: ReAct tool failed: action=think observation=unknown action: think" + `
` + "\x1b[36m(EnvRouterActor pid=48233, ip=10.0.0.7)\x1b[0m [2026-09-24 00:00:45] INFO    User 2 created post 1 面包 with tags ['town']" + `
` + "\x1b[36m(questionnaire_agent_batch pid=7)\x1b[0m Traceback (most recent call last):" + `
` + "\x1b[36m(questionnaire_agent_batch pid=7)\x1b[0m RuntimeError: 连接失败" + `
============================================================
Task: What did people talk about most?
[2026-09-24 00:00:46] ERROR   Error executing step 3 (ask): 回答がありません
`

func TestGolden(t *testing.T) {
	v := viewOf(goldenLog)
	v.Log.Tail, v.Zone = true, time.UTC
	for scene, keys := range map[string]string{"log": "", "log scrolled": "g", "log search": "/第\nN", "log errors": "vvwl"} {
		panetest.Golden(t, scene, New, v, keys)
	}
	v = viewOf(workersLog)
	panetest.Golden(t, "log of workers", New, v, "")
	v = pane.View{}
	v.Tell(pane.NeedLog, false, text.Clean("The log is not offered by this lab file."))
	panetest.Golden(t, "log not offered", New, v, "")
}
