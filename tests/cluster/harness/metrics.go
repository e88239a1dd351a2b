package harness

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Metrics are what Crossplane says of itself, by name and labels.
type Metrics map[string]float64

// Metrics asks Crossplane for its metrics.
func (c *Cluster) Metrics() (Metrics, error) {
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get("http://" + c.address("metrics") + "/metrics")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	metrics := Metrics{}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		line := lines.Text()
		end := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || end < 0 {
			continue
		}
		value, err := strconv.ParseFloat(line[end+1:], 64)
		if err != nil {
			return nil, fmt.Errorf("metric %q: %w", line, err)
		}
		metrics[line[:end]] = value
	}
	return metrics, lines.Err()
}

// Sum adds up a metric over those of its labels that contain the texts given.
func (m Metrics) Sum(name string, labels ...string) float64 {
	sum := 0.0
metric:
	for key, value := range m {
		base, rest, _ := strings.Cut(key, "{")
		if base != name {
			continue
		}
		for _, label := range labels {
			if !strings.Contains(rest, label) {
				continue metric
			}
		}
		sum += value
	}
	return sum
}
