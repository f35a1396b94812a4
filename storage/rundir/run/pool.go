package run

// Pool keeps what was read of the runs of one source: of those that were read last.
type Pool struct{}

// NewPool makes an empty pool.
func NewPool() *Pool { return &Pool{} }

// Open is the data of a run directory. It reads nothing. facts is asked at each reading, from any
// goroutine. Data of the same directory share what was read.
func (p *Pool) Open(dir string, facts func() Facts) *Data { return &Data{p, dir, facts} }

// Close forgets all that was read. No data of the pool may be read after it.
func (p *Pool) Close() {}
