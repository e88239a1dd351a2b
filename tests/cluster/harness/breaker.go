package harness

import (
	"sync"
	"time"
)

// Tokens counts the tokens that are requested from Crossplane's circuit breakers while a
// cluster runs. Crossplane counts per controller, that is, per kind of XR: with one XR of a
// kind the figures are exact, otherwise they are those of all its XRs together, more than
// any one of them needs.
type Tokens struct {
	mu     sync.Mutex
	series map[string][]moment
	opens  float64
	stop   chan struct{}
	done   chan struct{}
}

// moment is the number of tokens that were requested from a controller since the last one.
type moment struct {
	time   time.Time
	tokens float64
}

// CountTokens begins to count.
func (c *Cluster) CountTokens() *Tokens {
	t := &Tokens{series: map[string][]moment{}, stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(t.done)
		last := Metrics{}
		for {
			select {
			case <-t.stop:
				return
			case <-time.After(500 * time.Millisecond):
			}
			if now, err := c.CrossplaneMetrics(); err == nil { // else it is being started again
				t.add(last, now)
				last = now
			}
		}
	}()
	return t
}

// Stop ends the counting.
func (t *Tokens) Stop() {
	close(t.stop)
	<-t.done
}

// add adds the difference of two readings; the counters of a restarted program begin at
// zero.
func (t *Tokens) add(last, now Metrics) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := last.By("circuit_breaker_events_total", "controller")
	for controller, sum := range now.By("circuit_breaker_events_total", "controller") {
		if sum < before[controller] {
			before[controller] = 0
		}
		if since := sum - before[controller]; since > 0 {
			t.series[controller] = append(t.series[controller], moment{time.Now(), since})
		}
	}
	opened, opens := last.Sum("circuit_breaker_opens_total", "", ""), now.Sum("circuit_breaker_opens_total", "", "")
	if opens < opened {
		opened = 0
	}
	t.opens += opens - opened
}

// Opens returns how often a breaker opened.
func (t *Tokens) Opens() float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.opens
}

// Needs returns the burst that each controller needs at a refill rate, and the total number
// of requested tokens.
func (t *Tokens) Needs(rate float64) (burst, total map[string]float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	burst, total = map[string]float64{}, map[string]float64{}
	for controller, moments := range t.series {
		missing := 0.0
		for i, m := range moments {
			if i > 0 {
				missing = max(0, missing-rate*m.time.Sub(moments[i-1].time).Seconds())
			}
			missing += m.tokens
			burst[controller] = max(burst[controller], missing)
			total[controller] += m.tokens
		}
	}
	return burst, total
}
