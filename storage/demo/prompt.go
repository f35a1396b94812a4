package demo

import (
	"fmt"
	"math"

	"societop/model"
)

var weathers = []string{"sunny ☀️ 晴", "cloudy ⛅ 多云", "overcast 阴", "rainy 🌧 小雨", "windy 大风"}

// prompt is what all agents are told of the world.
func (p *people) prompt(m *moment) model.Prompt {
	d := throw(p.seed, 0, uint64(m.at.Day), uint64(m.at.T/(6*hour)))
	weather := d.weighted([]int{5, 3, 2, 1, 1})
	year := throw(p.seed, 1)
	degrees := year.between(4, 22) + 6*math.Sin(2*math.Pi*(m.at.T/model.SecondsPerDay-0.375)) - float64(weather)
	other, _ := p.alert(m.i)
	workday := "True"
	if m.free {
		workday = "False"
	}
	t := int(m.at.T)
	text := fmt.Sprintf("weather: The weather is %s\ntemperature: The temperature is %.0fC\ntime: It is %02d:%02d on day %d\nIs it workday: %s\nother_information: %s\n",
		weathers[weather], degrees, t/3600, t/60%60, m.at.Day, workday, other)
	return model.Prompt{At: m.at, Text: model.CleanLines(text), Created: m.created}
}
