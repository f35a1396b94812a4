package demo

import (
	"strconv"
	"strings"
	"time"

	"societop/model"
)

// role is one of the first dozen experiments: its state at the start, and its fate.
type role struct {
	name   string
	status model.Status
	work   []part
	rounds int           // surveys and messages at the end of its workflow
	done   int64         // steps made at the start
	pace   time.Duration // wall time of a step
	ago    time.Duration // since its last step; for one that did not start: since its creation
	fate   fate          // of one that goes on
	more   int64         // steps until its fate comes; 0: the rest of its plan
	delay  time.Duration // until its first step begins
	err    string
}

// threeDays is the workflow that most of the lab's experiments have: 768 steps.
var threeDays = []part{{steps: 96}, {days: 1}, {days: 1}, {days: 0.5}, {days: 0.5}}

// cast is the first dozen, in the order in which a smaller demo takes them.
var cast = []role{
	{name: "北京早高峰通勤模拟 🚇", status: model.Running, work: []part{{steps: 96}, {steps: 96}, {days: 0.5}, {days: 0.5}}, rounds: 2, done: 362, pace: 5200 * time.Millisecond},
	{name: "a run gone quiet", status: model.Running, work: threeDays, rounds: 2, done: 12, pace: 4 * time.Second, fate: quiets, more: 5},
	{name: "Polarization baseline", status: model.Finished, work: threeDays, rounds: 12, done: 768, pace: 47 * time.Second, ago: 26 * time.Hour},
	{name: "飓风影响实验 Hurricane 🌀", status: model.Failed, work: threeDays, rounds: 10, done: 240, pace: 31 * time.Second, ago: 50 * time.Hour, err: rateLimit},
	{name: "UBI policy", status: model.Stopped, work: threeDays, rounds: 12, done: 12, pace: 5 * time.Minute, ago: 62 * time.Hour, err: stoppedError},
	{name: "尚未开始", status: model.NotStarted, work: []part{{steps: 90}}, rounds: 3, pace: 3 * time.Second, ago: 4 * time.Minute, delay: 40 * time.Second},
	{name: "Echo chamber pilot 回音室", status: model.Running, work: []part{{steps: 60, ticks: 600}, {steps: 60}}, rounds: 6, done: 75, pace: 1600 * time.Millisecond},
	{name: "Rumour diffusion 谣言传播 📢", status: model.Running, work: []part{{days: 0.5, ticks: 600}, {days: 0.5}}, rounds: 9, done: 47, pace: 1900 * time.Millisecond, fate: fails, more: 14},
	{name: "Market panic 抢购 🛒", status: model.Running, work: []part{{steps: 24, ticks: 600}, {days: 2, ticks: 600}}, rounds: 12, done: 31, pace: 7500 * time.Millisecond},
	{name: "Night economy 夜间经济 🌃", status: model.Running, work: threeDays, rounds: 8, done: 206, pace: 52 * time.Second, ago: 7 * time.Hour},
	{name: longName, status: model.Finished, work: []part{{days: 1, ticks: 900}, {days: 7, ticks: 900}}, rounds: 1, done: 736, pace: 88 * time.Second, ago: 9 * 24 * time.Hour},
	{name: "Vaccine uptake: map missing", status: model.Failed, work: threeDays, ago: 17 * 24 * time.Hour, err: initError},
}

// goesOn reports whether the experiment goes on after the start.
func (c *role) goesOn() bool {
	return c.status == model.NotStarted || (c.status == model.Running && c.ago == 0)
}

const (
	stoppedError = "Experiment stopped by user"
	initError    = "[Errno 2] No such file or directory: '/data/maps/beijing.pb'"
	// rateLimit is the error of a run whose language model refuses: what AgentSociety keeps of
	// it, with Python's traceback.
	rateLimit = `RuntimeError: LLM request failed after 10 retries in step STEP: 429 rate limit exceeded, then timeout after 60.0 s
Traceback (most recent call last):
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/simulation/simulationengine.py", line 467, in step
    agent_time_log = await asyncio.gather(*tasks)  # 第 0 层
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/agent/agent.py", line 784, in run
    result = await self.forward()
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/cityagent/societyagent.py", line 1101, in forward
    await self.plan_and_execute()
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/llm/llm.py", line 1418, in atext_request
    raise RuntimeError(f"LLM request failed after {retries} retries") from e
openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached: 60 requests a minute (at TIME)'}}
`
)

// shortErrors are the errors of the generated experiments.
var shortErrors = []string{
	initError,
	"RuntimeError: LLM request failed after 10 retries\nopenai.APITimeoutError: Request timed out.",
	"openai.RateLimitError: Error code: 429 - rate limit reached",
	"ray.exceptions.OutOfMemoryError: Task was killed due to the node running low on memory.\nMemory on the node (IP: 10.0.0.7) was 61.02GB / 64.00GB",
	"ValueError: 地图文件与配置不一致 (map file does not match the config)",
}

// What experiments are about, and how they differ.
var (
	topics = []string{
		"北京早高峰通勤", "Polarization", "UBI policy", "飓风影响 Hurricane 🌀", "Rumour diffusion 谣言传播", "Echo chamber",
		"上海地铁 4 号线", "Market panic 抢购", "Vaccine uptake", "社区团购 🛒", "Remote work 居家办公", "Traffic lights 🚦",
		"Housing prices 房价", "School choice", "夜间经济 🌃", "Carbon tax", "春运 🚄", "Well-being survey",
		"Segregation (Schelling)", "外卖骑手 🚴", "Water shortage", "选举民调", "Bank run", "Ride sharing 🚕",
	}
	variants = []string{
		"baseline", "control", "treatment A", "treatment B", "对照组", "实验组", "replication", "ablation: no memory",
		"with surveys", "pilot", "qwen2.5-14b", "低温度 t=0.1", "复现", "large", "v2", "v3 final",
	}
)

// newName makes a name, with a number that makes it unique.
func newName(d *dice, number int) string {
	return one(d, topics) + " " + one(d, variants) + " #" + strconv.Itoa(number)
}

var longName = "Replication of Schelling's segregation dynamics with 200 language-model citizens in three income groups, two districts and one " +
	"metro line, after the review of 2026 – " + strings.Repeat("谢林隔离模型复现实验，含三个收入组、两个城区与一条地铁线；", 6) + "final (really) v7"
