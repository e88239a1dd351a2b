package output

import (
	"testing"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

func BenchmarkCompileOneEnvironment(b *testing.B) {
	inputs := []compositions.Input{{Environment: random.Environment(random.New(1)), At: func(diag.Path) diag.Pos { return diag.Pos{} }}}
	for b.Loop() {
		fleet, _, err := compositions.Compile(inputs)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Of(fleet, v1alpha1.GitOps{}).Files(); err != nil {
			b.Fatal(err)
		}
	}
}
