package plan_test

import (
	"testing"

	"github.com/dominoc/dominoc/compositions/plan"
)

func BenchmarkResolve(b *testing.B) {
	env := prod()
	for b.Loop() {
		plan.Resolve(env, nowhere)
	}
}
