package privilege_test

import (
	"testing"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/tests/random"
)

func BenchmarkPrivileges(b *testing.B) {
	const environments = 50
	var inputs []compositions.Input
	for _, env := range random.Fleet(environments) {
		inputs = append(inputs, compositions.Input{Environment: env, At: nowhere})
	}
	fleet, found, err := compositions.Compile(inputs)
	if err != nil || found.HasErrors() {
		b.Fatal(err, found)
	}
	for b.Loop() {
		if _, err := fleet.Privileges(everybody); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*environments), "µs/environment")
}
