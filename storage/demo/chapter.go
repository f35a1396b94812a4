package demo

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
)

// chapter is what one batch writes of a run's agents. It is made before the batch, because
// the file is locked while a batch is filled.
type chapter struct {
	key      model.Key
	first    bool  // the file has no data of the run
	to       int64 // the step after the last
	profiles []model.Profile
	log      strings.Builder
	frames   []model.Frame
	prompts  []model.Prompt
	messages []model.Message
	answers  []model.Answer
	metrics  []model.Metric
}

// chapter makes the next steps that the file does not have, at most so many. The first chapter
// has the profiles.
func (r *run) chapter(n int64) *chapter {
	from := max(r.sent, 0)
	c := &chapter{key: r.e.Key, first: r.sent < 0, to: min(from+n, r.done)}
	for i := from; i < c.to; i++ {
		r.tell(c, i)
	}
	if c.first && r.done > 0 { // else nobody was made
		c.profiles = r.people.profiles()
	}
	r.journal(&c.log, from, c.to)
	return c
}

// tell appends the i-th step, but not its log.
func (r *run) tell(c *chapter, i int64) {
	p, m := r.people, r.moment(i)
	lives := make([]life, p.citizens)
	frame := model.Frame{At: m.at, Agents: make([]model.AgentStatus, 0, p.population())}
	for n := range lives {
		lives[n] = p.live(int64(n)+1, &m)
		frame.Agents = append(frame.Agents, lives[n].status(p.plain, &m))
	}
	frame.Agents = p.institutions(frame.Agents, &m)
	c.frames = append(c.frames, frame)
	c.prompts = append(c.prompts, p.prompt(&m))
	c.messages = p.talk(c.messages, lives, &m)
	r.answer(c, i)
	if (m.tick-1)%metricEvery < m.ticks {
		p.measure(c, lives, &m)
	}
}

// put writes the chapter.
func (c *chapter) put(b *bolt.Batch) error {
	errs := []error{b.AppendLog(c.key, c.log.String())}
	if c.first {
		errs = append(errs, b.PutProfiles(c.key, c.profiles))
	}
	for i := range c.frames {
		errs = append(errs, b.PutFrame(c.key, c.frames[i]), b.PutPrompt(c.key, c.prompts[i]))
	}
	errs = append(errs, b.PutMessages(c.key, c.messages), b.PutAnswers(c.key, c.answers), b.PutMetrics(c.key, c.metrics))
	return errors.Join(errs...)
}

// metricEvery is how often AgentSociety measures, in simulated seconds.
const metricEvery = 3600

// measure appends a point to each metric.
func (p *people) measure(c *chapter, lives []life, m *moment) {
	var trips, km, mood, awake float64
	for i := range lives {
		l := &lives[i]
		mood += l.mood
		awake += float64(b2i(l.doing != sleeps))
		n := float64(l.trips)
		for number := range m.at.Day {
			d := l.day(number, p.free(number))
			_, trips, _ := d.find(24)
			n += float64(trips)
		}
		trips += n
		km += n * (0.6 + 0.5*l.home.at().distance(l.office.at()))
	}
	n, phase := float64(len(lives)), float64(p.weekday)
	unemployment := 0.052 + 0.004*math.Sin(m.days*2)
	if (p.seed+uint64(m.tick/metricEvery))%11 == 7 {
		unemployment = math.NaN()
	}
	c.point("num_completed_trips", m, trips)
	c.point("total_travel_time (sec)", m, trips*(1_350+40*math.Sin(m.days)))
	c.point("total_travel_distance (m)", m, 1000*km)
	c.point("平均幸福感 mean happiness", m, 1+4*mood/n)
	c.point("gdp", m, n*(11_500+180*m.days+420*math.Sin(m.days/2+phase)))
	c.point("price_index 物价指数", m, 100+0.35*m.days+1.4*math.Sin(m.days*1.3+phase))
	c.point("share awake", m, awake/n)
	c.point("unemployment 失业率", m, unemployment)
	if m.at.Day%2 == 1 || m.hour < 17 || m.hour > 22 { // whoever measures it has a break
		c.point("opinion variance", m, 0.08+0.9*math.Exp(-m.days/2.5)+0.02*math.Sin(9*m.days))
	}
}

// point appends a point to a metric.
func (c *chapter) point(name string, m *moment, value float64) {
	key := text.Clean(name)
	i := slices.IndexFunc(c.metrics, func(o model.Metric) bool { return o.Key == key })
	if i < 0 {
		i = len(c.metrics)
		c.metrics = append(c.metrics, model.Metric{Key: key})
	}
	c.metrics[i].Points = append(c.metrics[i].Points, model.Point{Tick: m.tick, Value: value})
}

var weathers = []string{"sunny ☀️ 晴", "cloudy ⛅ 多云", "overcast 阴", "rainy 🌧 小雨", "windy 大风"}

// prompt returns what all agents are told of the world.
func (p *people) prompt(m *moment) model.Prompt {
	d := throw(p.seed, 0, uint64(m.at.Day), uint64(m.hour/6))
	weather := d.weighted(5, 3, 2, 1, 1)
	year := throw(p.seed, 1)
	degrees := year.between(4, 22) + 6*math.Sin(2*math.Pi*(m.hour/24-0.375)) - float64(weather)
	workday := "True"
	if m.free {
		workday = "False"
	}
	t := int(m.at.T)
	said := fmt.Sprintf("weather: The weather is %s\ntemperature: The temperature is %.0fC\ntime: It is %02d:%02d on day %d\nIs it workday: %s\nother_information: %s\n",
		weathers[weather], degrees, t/3600, t/60%60, m.at.Day, workday, p.alert(m.i))
	return model.Prompt{At: m.at, Text: text.CleanLines(said), Created: m.created}
}

// talk appends what is thought and said in a step: thoughts of one citizen in forty who are
// awake, talks of one in sixty with somebody at the same place, and an interview.
func (p *people) talk(all []model.Message, lives []life, m *moment) []model.Message {
	for i := range lives {
		l := &lives[i]
		d := throw(l.seed, purposeThought, uint64(m.i))
		if said := habits[l.doing].thoughts; len(said) > 0 && d.chance(1.0/40) {
			all = append(all, m.message(l.id, model.Thought, "", one(&d, said)))
		}
		if l.talks() && d.chance(1.0/60) {
			if other := l.meets(lives, &d); other != nil {
				all = p.dialogue(all, l, other, m, &d)
			}
		}
	}
	if d := throw(p.seed, purposeThought, uint64(m.i)); d.chance(1.0 / 9) { // the user asks
		id, q := 1+int64(d.n(min(p.citizens, 20))), one(&d, interviews)
		all = append(all, m.message(id, model.UserTalk, "user", q.opening))
		if d.chance(0.8) {
			all = append(all, m.message(id, model.UserTalk, "", q.reply))
		}
	}
	return all
}

// message returns something said at a moment.
func (m *moment) message(id int64, kind model.MessageKind, speaker, content string) model.Message {
	return model.Message{ID: id, At: m.at, Kind: kind, Speaker: text.Clean(speaker), Content: text.CleanLines(content), Created: m.created}
}

// talks reports whether the citizen can be talked to.
func (l *life) talks() bool { return l.doing != sleeps && l.doing != travels }

// meets returns somebody at the same place who can be talked to, or nil.
func (l *life) meets(lives []life, d *dice) *life {
	for i, first := 0, d.n(len(lives)); i < len(lives); i++ {
		if other := &lives[(first+i)%len(lives)]; other.at == l.at && other.id != l.id && other.talks() {
			return other
		}
	}
	return nil
}

// dialogue appends what two say to each other: AgentSociety keeps it with each of them.
func (p *people) dialogue(all []model.Message, a, b *life, m *moment, d *dice) []model.Message {
	said := one(d, chats)
	if alert := p.alert(m.i); alert != "" && d.chance(0.5) {
		said = chat{"Have you heard? " + alert, one(d, replies)}
	}
	for i, words := range []string{said.opening, said.reply} {
		speaker := strconv.FormatInt([]int64{a.id, b.id}[i], 10)
		content := fmt.Sprintf(`{"content":%q,"propagation_count":%d}`, words, i+1+d.n(3))
		all = append(all, m.message(a.id, model.Talk, speaker, content), m.message(b.id, model.Talk, speaker, content))
	}
	return all
}

// chat is an opening and a reply.
type chat struct{ opening, reply string }

var chats = []chat{
	{"Hi, shall we have lunch together? 一起吃饭吗？", "好啊，老地方见。"},
	{"你听说了吗？主干道又要封了。", "真的假的？谁说的？"},
	{"How was your weekend?", "Quiet. I slept, and then I slept again. 😀"},
	{"今天菜价又涨了，鸡蛋都快七块了。", "是啊，得少买点。我打算去另一家看看。"},
	{"Do you think a basic income would change anything?", "It would for my sister. For me? I'd still work, only less."},
	{"我孩子下周考试，愁死了。", "放轻松，考试不是一切。"},
	{"Can you lend me your charger?", "Sure. Bring it back this time. 🔌"},
	{"你觉得新来的那个人怎么样？", "挺靠谱的，话不多。"},
	{"They say the shops will be sold out by noon.", "They say that every week.\nI'd wait."},
	{"晚上一起跳舞去？💃", "今天不行，加班。明天吧！"},
	{"Did you read what they wrote about us?", "I did, and I don't believe a word of it."},
	{"这两天空气真好。", "趁现在多出来走走 🌤"},
}

var replies = []string{
	"I have, and I don't know what to think of it.", "知道了，我这就告诉家里人。", "真的吗？我还是等官方消息。", "Then I'd better go home early. 早点回家。",
}

// alert returns what was announced within the last 150 steps, if anything.
func (p *people) alert(i int64) (said string) {
	for _, a := range p.rounds {
		if a.survey == nil && a.step <= i && i < a.step+150 {
			said = a.text
		}
	}
	return said
}

var interviews = []chat{
	{"How do you feel? 你感觉怎么样?", "I feel good, thanks. 很好 😀"},
	{"What will you do tonight?", "Cook something simple, and call my parents."},
	{"你为什么今天没去上班？", "我请了半天假，去医院陪母亲。"},
	{"Do you trust the notice about the road?", "Half of it. The city closes it every autumn."},
	{"你最近和谁聊得最多？", "楼下的邻居，我们常一起散步。"},
	{"What would change your mind about the policy?", "1. Numbers that I can check.\n2. Someone who has tried it.\n3. 时间。"},
}
