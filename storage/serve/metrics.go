package serve

import (
	"context"
	"net/http"
	"sync"

	"societop/model"
	"societop/storage/prom"
)

// describeTo adds the routes that describe the source to machines, where o asks for them. The source is
// read until stop has returned.
func (h *Handler) describeTo(ctx context.Context, o *model.MetricsOptions) (stop func()) {
	if o == nil {
		return func() {}
	}
	exporter := prom.New(h.src, *o)
	h.routes = append(h.routes,
		route{pattern: "GET /metrics", serve: func(_ *Handler, ctx context.Context, _ *request) answer {
			text, err := exporter.Text(ctx)
			if err != nil {
				return crash(err)
			}
			return answer{status: http.StatusOK, kind: prom.ContentType, body: text}
		}},
		route{pattern: "GET /healthz", serve: (*Handler).health},
	)
	ctx, cancel := context.WithCancel(ctx)
	var reading sync.WaitGroup
	reading.Go(func() { exporter.Run(ctx) })
	return func() {
		cancel()
		reading.Wait()
	}
}

// health answers whether new data can arrive.
func (h *Handler) health(ctx context.Context, _ *request) answer {
	if trouble := prom.Health(ctx, h.src); trouble != "" {
		return answer{status: http.StatusServiceUnavailable, kind: plainType, body: []byte(trouble + "\n")}
	}
	return answer{status: http.StatusOK, kind: plainType, body: []byte("live\n")}
}
