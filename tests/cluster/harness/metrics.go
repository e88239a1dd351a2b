package harness

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Sample is the value of a counter under its labels.
type Sample struct {
	Labels map[string]string
	Value  float64
}

// Metrics are the counters of a program, by name.
type Metrics map[string][]Sample

// Sum adds the counter's samples that have the label's value; all samples if the label is
// empty.
func (m Metrics) Sum(name, label, value string) float64 {
	sum := 0.0
	for _, sample := range m[name] {
		if label == "" || sample.Labels[label] == value {
			sum += sample.Value
		}
	}
	return sum
}

// By adds the counter's samples by the value of a label.
func (m Metrics) By(name, label string) map[string]float64 {
	sums := map[string]float64{}
	for _, sample := range m[name] {
		sums[sample.Labels[label]] += sample.Value
	}
	return sums
}

// CrossplaneMetrics returns Crossplane's counters.
func (c *Cluster) CrossplaneMetrics() (Metrics, error) {
	return metrics(http.DefaultClient, "http://"+c.address("metrics")+"/metrics")
}

// ServerMetrics returns the API server's counters.
func (c *Cluster) ServerMetrics() (Metrics, error) {
	p, err := c.pair("probe", "system:masters")
	if err != nil {
		return nil, err
	}
	client, err := client(p, c.authority.certificate)
	if err != nil {
		return nil, err
	}
	return metrics(client, "https://"+c.address("server")+"/metrics")
}

func metrics(client *http.Client, url string) (Metrics, error) {
	body, err := body(client, url)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	all := Metrics{}
	for name, family := range families {
		if family.GetType() == dto.MetricType_COUNTER {
			all[name] = samples(family)
		}
	}
	return all, nil
}

func samples(family *dto.MetricFamily) []Sample {
	var all []Sample
	for _, metric := range family.GetMetric() {
		labels := map[string]string{}
		for _, label := range metric.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		all = append(all, Sample{labels, metric.GetCounter().GetValue()})
	}
	return all
}

// client trusts the cluster's authority and shows a certificate of its own.
func client(p pair, ca *x509.Certificate) (*http.Client, error) {
	certificate, err := tls.LoadX509KeyPair(p.cert(), p.key())
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	return &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}},
	}}, nil
}

// body returns the body of a successful answer.
func body(client *http.Client, url string) (io.ReadCloser, error) {
	answer, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		return nil, fmt.Errorf("%s: %s", url, answer.Status)
	}
	return answer.Body, nil
}
