package compositions

import (
	"testing"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

func BenchmarkCompileOneEnvironment(b *testing.B) {
	inputs := []Input{{random.Environment(random.New(1)), func(diag.Path) diag.Pos { return diag.Pos{} }}}
	for b.Loop() {
		fleet, _, err := Compile(inputs)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := fleet.Files(); err != nil {
			b.Fatal(err)
		}
	}
}
