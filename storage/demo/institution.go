package demo

import (
	"fmt"
	"math"

	"societop/model"
)

// office is an institution that a config asks for. It has no place on the map.
type office int

const (
	bank office = iota
	government
	statistics
	firm // and all that follow
)

// firms is how many firms there are for so many citizens.
func firms(citizens int) int { return max(citizens/40, 1) }

// institutions is how many agents are no citizens.
func institutions(citizens int) int { return int(firm) + firms(citizens) }

// officeOf is what the n-th institution is.
func officeOf(n int) office { return min(office(n), firm) }

var trades = []string{"面包房 Bakery", "Robotics 机器人", "出租车 Taxi", "Bookshop 书店", "建筑公司 Construction", "Electronics 电子"}

// chartered is who an institution is.
func (p *people) chartered(n int) model.Profile {
	id := int64(p.citizens + n + 1)
	name, kind := "", ""
	switch officeOf(n) {
	case bank:
		name, kind = "中国演示银行 Demo Bank 🏦", "bank"
	case government:
		name, kind = "市政府 Government", "government"
	case statistics:
		name, kind = "统计局 NBS", "nbs"
	default:
		f := n - int(firm)
		name, kind = fmt.Sprintf("%s #%d", trades[f%len(trades)], f+1), "firm"
	}
	return model.Profile{ID: id, Name: model.Clean(name), Profile: valueOf(map[string]any{"type": kind, "group": "institution"})}
}

var (
	officeActions = [][]model.Text{
		bank:       texts("pay interest 付息", "balance the books 对账", "lend 放贷"),
		government: texts("collect taxes 收税", "govern", "publish a notice 发布公告 📢"),
		statistics: texts("collect statistics 统计", "compute the GDP"),
		firm:       texts("produce 生产", "sell 销售", "pay wages 发工资", "hire 招聘"),
	}
	closed = model.Clean("closed 下班")
)

// institute appends the rows of the institutions.
func (p *people) institute(all []model.AgentStatus, m *moment) []model.AgentStatus {
	nowhere := math.NaN()
	open := m.at.T >= 9*hour && m.at.T < 18*hour && !m.free
	days := float64(m.at.Day) + m.at.T/model.SecondsPerDay
	for n := range institutions(p.citizens) {
		kind := officeOf(n)
		d := throw(p.seed, uint64(p.citizens+n+1), uint64(m.tick/7200))
		a := model.AgentStatus{ID: int64(p.citizens + n + 1), At: m.at, Lng: nowhere, Lat: nowhere, Action: closed, Created: m.created}
		if open {
			a.Action = one(&d, officeActions[kind])
		}
		a.Status = p.books(kind, n, days)
		all = append(all, a)
	}
	return all
}

// books is the status of an institution.
func (p *people) books(kind office, n int, days float64) model.Value {
	if p.plain && kind == statistics {
		return model.Value{} // AgentSociety's has nothing to say in such runs
	}
	d := throw(p.seed, uint64(p.citizens+n+1))
	size := float64(p.citizens) * d.between(0.8, 1.2)
	var text string
	switch kind {
	case bank:
		text = fmt.Sprintf(`{"interest_rate":%.4f,"deposits":%.0f}`, 0.03+0.002*math.Sin(days), size*41_000+days*size*90)
	case government:
		text = fmt.Sprintf(`{"tax_rate":0.11,"revenue":%.0f}`, size*310*days)
	case statistics:
		text = fmt.Sprintf(`{"gdp":%.0f,"price_index":%.2f}`, p.gdp(days), p.prices(days))
	default:
		text = fmt.Sprintf(`{"employees":%d,"price":%.2f,"stock":%.0f,"demand":%.0f}`,
			15+d.n(30), (8+40*d.float())*p.prices(days)/100, 900+300*math.Sin(days*3+float64(n)), 40+25*math.Sin(days*6.28+float64(n)))
	}
	return model.ParseValue(text)
}

func (p *people) gdp(days float64) float64 {
	return float64(p.citizens) * (11_500 + 180*days + 420*math.Sin(days/2+float64(p.weekday)))
}

func (p *people) prices(days float64) float64 {
	return 100 + 0.35*days + 1.4*math.Sin(days*1.3+float64(p.weekday))
}
